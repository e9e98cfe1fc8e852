"""Mails that rest on a consent: the signed address by which their reader withdraws it, without signing in."""

from dataclasses import dataclass

from flask import Blueprint, abort, current_app, make_response, render_template
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.subjects.held_fields import deletion_sentence
from asklater.subjects.rights import consents

unsubscribe_blueprint = Blueprint("unsubscribe", __name__, url_prefix="/unsubscribe")


@dataclass(frozen=True)
class UnsubscribePage:
    """`label` names the consent; `given` says whether it still stands; its withdrawal is posted to `post_url`.
    `deletes` says what goes with it, "" for nothing."""

    label: str
    given: bool
    post_url: str
    deletes: str


def unsubscribe_url(subject_id: int, field: str) -> str:
    """Where this person withdraws their consent to `field`, for good."""
    return http.page_url("unsubscribe.ask", token=_serializer().dumps([subject_id, field]))


@unsubscribe_blueprint.get("/<token>")
def ask(token: str) -> ResponseReturnValue:
    """Ask before anything changes: mail scanners open links."""
    subject_id, field = _read(token)
    return _page(field, token, given=current_engine().consented(subject_id, field))


@unsubscribe_blueprint.post("/<token>")
@http.bounces
def withdraw(token: str) -> ResponseReturnValue:
    """Withdraw the consent. Mail programs post here by themselves (RFC 8058): the signed address is the proof."""
    engine = current_engine()
    subject_id, field = _read(token)
    if engine.answers.read(subject_id, [field]).get(field, {}).get("given"):
        engine.change(subject_id, field, {"given": False})
    return _page(field, token, given=False)


def _page(field: str, token: str, *, given: bool) -> ResponseReturnValue:
    label = gettext(current_engine().field(field).label)
    deletes = deletion_sentence(current_engine(), field) if given else ""
    page = UnsubscribePage(label, given, url_for("unsubscribe.withdraw", token=token), deletes)
    return http.personal(make_response(render_template("asklater/messages/unsubscribe.html", page=page)))


def _read(token: str) -> tuple[int, str]:
    """Whose consent it is, and which; 404 for what we did not sign, and for a consent that there is no more."""
    try:
        subject_id, field = _serializer().loads(token)
    except (BadData, ValueError, TypeError):
        abort(404)
    field = current_engine().manifest.renamed.get(field, field)
    if field not in consents(current_engine()):
        abort(404)
    return int(subject_id), str(field)


def _serializer() -> URLSafeSerializer:
    """Links in mails last, so the application's own key signs them. Those of earlier versions were by SECRET_KEY."""
    lasting = current_engine().keyring.derived("links to unsubscribe").hex()
    return URLSafeSerializer([str(current_app.secret_key), lasting], salt="asklater.unsubscribe")
