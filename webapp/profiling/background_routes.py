"""Where background prompts post to."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from webapp.environment import ROOT
from webapp.profiling.background_answering import answer_in_background
from webapp.profiling.background_asking import background_prompt
from webapp.profiling.engine import current_engine
from webapp.profiling.submission import read_submission

blueprint = Blueprint("background", __name__, url_prefix="/ask/background", template_folder=str(ROOT / "templates"))
blueprint.add_app_template_global(background_prompt)


@blueprint.post("/<prompt>")
def answer(prompt: str) -> ResponseReturnValue:
    """Save, "not now" or "do not ask again"."""
    engine = current_engine()
    if prompt not in engine.manifest.prompts:
        abort(404)
    submission = read_submission(request.form, request.files)
    return answer_in_background(engine, engine.manifest.prompts[prompt], submission)
