"""The cart: look, add, change, take out, put back."""

from flask import Blueprint, Response, flash, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from asklater import current_engine, gate, gettext, http
from halftone import cart as carts
from halftone.cart import Cart, CartChange, CartRefusal, cart_of, most_of
from halftone.forms import quantity_of, slug_of, typed_quantity
from halftone.order_presenters import AddedPage, CartPage, Problem, UndoRemoval, WrongQuantity, cart_page, is_seen_from

blueprint = Blueprint("cart", __name__)
UNDO = "taken_out"


@blueprint.get("/cart")
def cart() -> ResponseReturnValue:
    return answer_with_cart(cart_page(_cart(), undo=_undo()))


@blueprint.post("/cart")
@gate("add_to_cart")
def add() -> ResponseReturnValue:
    try:
        product = carts.product_named(slug_of(request.form))
        quantity = quantity_of(request.form, least=1) if "quantity" in request.form else 1
        carts.refuse_unsold(product)
    except CartRefusal as refused:
        return _refuse_addition(refused.reason)
    people = current_engine().people
    outcome = carts.add(people.ensure_subject().id, product, quantity)
    people.keep()
    return _added(outcome)


@blueprint.get("/cart/lines/<slug>")
@blueprint.get("/cart/lines/<slug>/remove")
def back_to_cart(slug: str) -> ResponseReturnValue:
    """The address of a form's answer, opened anew, or come back to after signing in."""
    return http.go_to(url_for("cart.cart"))


@blueprint.post("/cart/lines/<slug>")
def change(slug: str) -> ResponseReturnValue:
    try:
        product = carts.product_named(slug)
        quantity = quantity_of(request.form, least=0)
        carts.refuse_too_many(product, quantity)
    except CartRefusal as refused:
        wrong = WrongQuantity(slug, typed_quantity(request.form), refused.reason)
        return _refuse_change(_cart(), wrong)
    return _changed(carts.change(current_engine().people.ensure_subject().id, product, quantity))


@blueprint.post("/cart/lines/<slug>/remove")
def remove(slug: str) -> ResponseReturnValue:
    try:
        product = carts.product_named(slug)
    except CartRefusal as refused:
        return _refuse_change(_cart(), WrongQuantity(slug, "", refused.reason))
    return _changed(carts.change(current_engine().people.ensure_subject().id, product, 0))


def answer_with_cart(page: CartPage, status: int = 200) -> Response:
    """The cart, as a page or in the place of the one that is shown, with the navigation's badge."""
    places = {"seen_from": is_seen_from, "path": http.came_from(url_for("cart.cart"))}
    response = http.fragment_or_page("shop/_cart_answer.html", "shop/cart.html", status, page=page, **places)
    return http.fragment_into("cart", response) if http.wants_fragment() else response


def _cart() -> Cart:
    subject = current_engine().people.subject()
    return cart_of(subject.id if subject else None)


def _undo() -> UndoRemoval | None:
    """What the session's request before this one took out, once."""
    kept = session.pop(UNDO, None)
    return UndoRemoval(**kept) if kept else None


def _added(outcome: CartChange) -> Response:
    """Words beside the form for htmx, the cart otherwise."""
    text = _added_message(outcome)
    if http.wants_fragment():
        return _beside_the_form(AddedPage(text, url_for("cart.cart")), 200)
    flash(text, "success")
    return http.go_to(url_for("cart.cart"))


def _added_message(outcome: CartChange) -> str:
    title, most = outcome.product.title, most_of(outcome.product)
    if outcome.now > outcome.before:
        return gettext("Added: “%(title)s”.", title=title)
    if most == 1:
        return gettext("“%(title)s” is in the cart already. It is a file, so one is enough.", title=title)
    return gettext("“%(title)s” is in the cart %(most)s times already, which is the most.", title=title, most=most)


def _refuse_addition(reason: str) -> Response:
    if http.wants_fragment():
        return _beside_the_form(AddedPage(reason, url_for("cart.cart"), error=True), 422)
    return answer_with_cart(cart_page(_cart(), problem=_problem(reason)), 422)


def _beside_the_form(added: AddedPage, status: int) -> Response:
    """A fragment for wherever the product's form wants it."""
    context = {"added": added, "seen_from": is_seen_from, "path": http.came_from()}
    return http.personal(make_response(render_template("shop/_cart_added.html", **context), status))


def _changed(outcome: CartChange) -> Response:
    title = outcome.product.title
    taken_out = outcome.now == 0 < outcome.before
    undo = UndoRemoval(outcome.product.slug, title, outcome.before) if taken_out and outcome.product.for_sale else None
    if not http.wants_fragment():
        if undo:
            session[UNDO] = {"slug": undo.slug, "title": undo.title, "quantity": undo.quantity}
        return http.go_to(url_for("cart.cart"))
    said = gettext("“%(title)s” was removed.", title=title) if outcome.now == 0 else f"{title}: {outcome.now}."
    lost = undo is None and 0 in {outcome.now, outcome.before}
    return answer_with_cart(cart_page(_cart(), undo=undo, said=said, focus=lost, keeps_prompt=True))


def _problem(reason: str) -> Problem:
    return Problem(gettext("There is a problem"), (reason,))


def _refuse_change(held: Cart, wrong: WrongQuantity) -> Response:
    """The reason stands at the line; above the cart when it is no line of it."""
    known = wrong.slug in {line.product.slug for line in held.lines}
    problem = None if known else _problem(wrong.reason)
    return answer_with_cart(cart_page(held, wrong=wrong, problem=problem, keeps_prompt=True), 422)
