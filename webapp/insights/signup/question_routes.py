"""The question protocol, as a page and as a document."""

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue

from webapp import clock, http
from webapp.insights.signup.blueprint import blueprint
from webapp.insights.signup.markdown import document
from webapp.insights.signup.protocol import protocol
from webapp.profiling.engine import current_engine


@blueprint.get("/questions")
def questions() -> ResponseReturnValue:
    page = protocol(current_engine().manifest, clock.now().date())
    return http.personal(make_response(render_template("insights/signup/questions.html", page=page)))


@blueprint.get("/questions.md")
def questions_document() -> ResponseReturnValue:
    text = document(protocol(current_engine().manifest, clock.now().date()))
    response = Response(text, content_type="text/markdown; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="question-protocol.md"'
    return http.personal(response)
