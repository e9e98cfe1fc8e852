"""The page of keys, for administrators."""

from flask import Blueprint, Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from webapp import http
from webapp.accounts.staff import only
from webapp.layout import Link
from webapp.privacy.keys.showing import keys_page
from webapp.profiling.engine import current_engine
from webapp.profiling.rotation.counting import standing_of

blueprint = Blueprint("keys", __name__, url_prefix="/staff/keys")
ROLE = "admin"


@blueprint.before_request
def only_administrators() -> Response | None:
    text = gettext("The keys are for administrators.")
    return only((ROLE,), text, gettext("In the demo, look around as the administrator."))


@blueprint.get("", strict_slashes=False)
def overview() -> ResponseReturnValue:
    page = keys_page(standing_of(current_engine()))
    return http.personal(make_response(render_template("privacy/keys/keys.html", page=page)))


def links() -> list[Link]:
    """The way here, for who may come."""
    return [Link(gettext("Keys"), url_for("keys.overview"))] if current_user.role == ROLE else []
