"""What if this manifest went live: it is read, compared and forgotten."""

from flask import current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.db import current_database
from webapp.insights.signup.blueprint import blueprint
from webapp.insights.signup.showing_what_if import blank_page, refused_page, result_page
from webapp.insights.signup.typed_manifest import MOST_BYTES, Unusable, live_text, propose, text_of
from webapp.profiling.engine import current_engine
from webapp.profiling.stopping import Stopping

PAIR = ("insights/signup/_what_if.html", "insights/signup/what_if.html")


@blueprint.get("/what-if")
def what_if() -> ResponseReturnValue:
    """Begin with the file that the application runs on, so that one changes what one would change."""
    page = blank_page(live_text(current_app.extensions["settings"].manifest))
    return http.personal(make_response(render_template(PAIR[1], page=page)))


@blueprint.post("/what-if")
def compare() -> ResponseReturnValue:
    """A file counts before what stands in the text."""
    engine, text, chosen = current_engine(), request.form.get("text", ""), request.files.get("file")
    by_file = chosen is not None and bool(chosen.filename)
    try:
        if chosen is not None and by_file:
            text = text_of(chosen.stream.read(MOST_BYTES + 1))
        proposal = propose(text, engine.manifest, engine.findings)
    except Unusable as refused:
        page = refused_page(text, refused, by_file=by_file)
        return http.fragment_or_page(*PAIR, 422, page=page)
    impact = Stopping(current_database(), engine.uncounted).impact(proposal.comparison)
    return http.fragment_or_page(*PAIR, page=result_page(text, proposal, impact, engine.manifest))
