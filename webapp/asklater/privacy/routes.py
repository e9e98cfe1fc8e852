"""The public notice, and the key that checks what this application has signed."""

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.engine import current_engine
from asklater.privacy.measurement import choice_page
from asklater.privacy.notices.presenters import notice_page
from asklater.privacy.signing_keys import current_signer

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/privacy")
def notice() -> ResponseReturnValue:
    engine = current_engine()
    page = notice_page(engine)
    choice = choice_page(engine.people.subject())
    return http.personal(make_response(render_template("asklater/privacy/notice.html", page=page, choice=choice)))


@blueprint.get("/privacy/keys.json")
def keys() -> ResponseReturnValue:
    """Publish a JSON Web Key Set, with which anybody checks what this application has signed; the first key signs,
    the others have."""
    return {"keys": list(current_signer().public_keys)}
