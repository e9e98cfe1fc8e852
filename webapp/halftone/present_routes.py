"""The address of a present: given, changed, and taken back before the order is placed."""

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from asklater import current_engine, http
from asklater.kinds import Given, Invalid
from halftone import cart as carts, presents
from halftone.order_presenters import present_page

blueprint = Blueprint("presents", __name__, url_prefix="/cart/present")


@blueprint.get("")
def present() -> ResponseReturnValue:
    subject_id = _subject_id()
    if not carts.cart_of(subject_id).totals.ships:
        return http.go_to(url_for("cart.cart"))
    return _form(presents.given_before(subject_id), {})


@blueprint.post("")
def send() -> ResponseReturnValue:
    subject_id, given = _subject_id(), presents.given_of(request.form)
    if "_asklater.redraw" in request.form:
        return _form(given, {})
    if subject_id is None:
        return http.go_to(url_for("cart.cart"))
    try:
        presents.send(subject_id, given)
    except Invalid as rejected:
        return _form(given, rejected.errors, 422)
    return http.go_to(url_for("cart.cart"))


@blueprint.post("/remove")
def remove() -> ResponseReturnValue:
    subject_id = _subject_id()
    if subject_id is not None:
        carts.set_present(subject_id, {})
    return http.go_to(url_for("cart.cart"))


def _subject_id() -> int | None:
    subject = current_engine().people.subject()
    return subject.id if subject else None


def _form(given: Given, errors: dict[str, str], status: int = 200) -> Response:
    page = present_page(given, errors)
    return http.fragment_or_page("shop/_present.html", "shop/present.html", status, page=page)
