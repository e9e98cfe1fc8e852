"""The draft of an experiment, to paste into the manifest. It changes nothing."""

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.insights.experiments.blueprint import blueprint
from webapp.insights.experiments.draft_form import read
from webapp.insights.experiments.drafting import draft as drafted
from webapp.insights.experiments.pages import DraftPage
from webapp.insights.names import names_of
from webapp.profiling.engine import Engine, current_engine
from webapp.profiling.words import gettext


@blueprint.get("/draft")
def draft() -> ResponseReturnValue:
    engine = current_engine()
    names = names_of(engine.manifest)
    asked = read(request.args.get("field"), request.args.getlist("context"), names, _places(engine))
    title = gettext("Draft an experiment")
    page = DraftPage(
        title=gettext("Error: %(title)s", title=title) if asked.errors else title,
        url=url_for("experiments.draft"),
        inputs=asked.inputs,
        errors=asked.errors,
        text=drafted(engine.manifest, asked.field, asked.contexts) if asked.field else "",
    )
    shown = render_template("insights/experiments/draft.html", page=page)
    return http.personal(make_response(shown, 422 if asked.errors else 200))


def _places(engine: Engine) -> dict[str, str]:
    """Every context by its label: what asks now, and the spots where something could be asked."""
    placements = {key: placement.label() for key, placement in engine.placements.items()}
    return {**names_of(engine.manifest).contexts, **placements}
