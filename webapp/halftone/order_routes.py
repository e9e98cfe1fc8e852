"""Checkout, orders, and the history as a file."""

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from asklater import ErrorPage, Unmet, clock, current_engine, gate, gettext, http
from halftone import checkout as placing_orders, withdrawal
from halftone.cart import cart_of
from halftone.cart_routes import answer_with_cart
from halftone.catalogue import euros
from halftone.checkout import CartChanged, NotPlaced, PaymentRefused, TooManyOrders
from halftone.forms import checkout_of
from halftone.order_presenters import Problem, cart_page, formats, order_and_pay, order_page, orders_page
from halftone.orders import FORMATS, ON_ITS_WAY, Order, order_of, orders_of

blueprint = Blueprint("orders", __name__)
JUST_PLACED = "just_placed"
"""Where the session keeps the order whose page thanks for it once."""


@blueprint.get("/checkout")
def to_cart() -> ResponseReturnValue:
    return http.go_to(url_for("cart.cart"))


def _can_be_ordered() -> Response | None:
    try:
        earlier = placing_orders.check(_subject_id(), checkout_of(request.form))
    except NotPlaced as hindered:
        return _refuse_order(hindered)
    return http.go_to(url_for("orders.order", public_id=earlier)) if earlier else None


def _order_and_pay() -> str:
    return order_and_pay(cart_of(_subject_id()))


@blueprint.post("/checkout")
@gate(placing_orders.ACTION, first=_can_be_ordered, submit_label=_order_and_pay)
def checkout() -> ResponseReturnValue:
    try:
        placed = placing_orders.place(current_engine(), checkout_of(request.form))
    except NotPlaced as hindered:
        return _refuse_order(hindered)
    except Unmet:
        return _refuse_order(NotPlaced(gettext("Something your order needs was just removed. Place the order again.")))
    session[JUST_PLACED] = placed
    return http.go_to(url_for("orders.order", public_id=placed))


@blueprint.get("/terms")
def terms() -> ResponseReturnValue:
    return render_template("shop/terms.html", days=ON_ITS_WAY.days)


@blueprint.get("/orders")
def orders() -> ResponseReturnValue:
    page = orders_page(orders_of(_subject_id()))
    return http.personal(make_response(render_template("shop/orders.html", page=page)))


@blueprint.get("/orders/<public_id>")
def order(public_id: str) -> ResponseReturnValue:
    found = _order_or_404(public_id)
    thanks = session.get(JUST_PLACED) == public_id
    if thanks:
        del session[JUST_PLACED]
    page = order_page(found, just_placed=thanks)
    return http.personal(make_response(render_template("shop/order.html", page=page)))


@blueprint.get("/orders/<public_id>/withdraw")
def ask_to_withdraw(public_id: str) -> ResponseReturnValue:
    found = _order_or_404(public_id)
    if not found.can_be_withdrawn:
        return _withdrawn_before(found)
    return http.personal(make_response(render_template("shop/withdraw.html", page=order_page(found))))


@blueprint.post("/orders/<public_id>/withdraw")
def withdraw(public_id: str) -> ResponseReturnValue:
    subject_id, found = _subject_id(), _order_or_404(public_id)
    if subject_id is None or not withdrawal.withdraw(current_engine(), subject_id, found):
        return _withdrawn_before(found)
    flash(gettext("You withdrew from this order. The refund is on its way."), "success")
    return http.go_to(url_for("orders.order", public_id=public_id))


def _withdrawn_before(order: Order) -> Response:
    """The page of an order that nobody can withdraw from any more; it says when its person did."""
    if clock.now() >= order.withdraw_by:
        flash(gettext("The time to withdraw from this order is over."), "error")
    return http.go_to(url_for("orders.order", public_id=order.public_id))


def _order_or_404(public_id: str) -> Order:
    found = order_of(_subject_id(), public_id)
    if found is None:
        abort(404)
    return found


def _is_a_format() -> Response | None:
    wanted = request.args.getlist("format")
    return None if len(wanted) == 1 and wanted[0] in FORMATS else _unknown_format()


@blueprint.get("/orders/export")
@gate("export_orders", first=_is_a_format, result="download")
def export() -> ResponseReturnValue:
    written = FORMATS[request.args["format"]]
    response = make_response(written.write(orders_of(_subject_id())))
    response.content_type = f"{written.mimetype}; charset=utf-8"
    name = f"halftone-orders-{clock.now():%Y-%m-%d}.{request.args['format']}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return http.personal(response)


def _subject_id() -> int | None:
    subject = current_engine().people.subject()
    return subject.id if subject else None


def _refuse_order(hindered: NotPlaced) -> Response:
    """The cart as it is now, and why nothing was ordered."""
    title = gettext("The order was not placed")
    status, headers = 409, {}
    if isinstance(hindered, TooManyOrders):
        status, headers = 429, {"Retry-After": str(hindered.retry_after)}
    if http.wants_json():
        response = http.problem(status, title, " ".join(hindered.reasons))
        response.headers.update(headers)
        return response
    cart, advice, pay_url = cart_of(_subject_id()), "", ""
    if isinstance(hindered, CartChanged):
        title = gettext("The cart has changed, so nothing was ordered yet")
        advice = gettext(
            "The total is %(total)s now. Look it over, then place the order.", total=euros(cart.totals.total_cents)
        )
    if isinstance(hindered, PaymentRefused):
        advice = gettext("Nothing was charged. Use another card and place the order again.")
        pay_url = url_for("accounts.change", field="payment_method")
    problem = Problem(title, hindered.reasons, advice, pay_url)
    response = answer_with_cart(cart_page(cart, problem=problem), status)
    response.headers.update(headers)
    return response


def _unknown_format() -> Response:
    title = gettext("There is no such format")
    text = gettext("The order history comes as CSV, for spreadsheets, or as JSON, for programs.")
    if http.wants_json():
        return http.problem(400, title, text)
    page = ErrorPage(400, title, text, formats(), g.get("request_id", ""))
    return http.personal(make_response(render_template("asklater/error.html", error=page), 400))
