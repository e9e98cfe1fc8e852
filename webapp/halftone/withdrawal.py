"""Withdrawing from an order: the contract ends, and the card gets everything back."""

from flask import url_for
from sqlalchemy import select, update

from asklater import Engine, clock, current_database, gettext, http
from asklater.messages import post_mail
from halftone import payments
from halftone.catalogue import euros
from halftone.orders import Order
from halftone.tables import OrderRow


def withdraw(engine: Engine, subject_id: int, order: Order) -> bool:
    """End this order of the person, refund it, and write to them; False where that was done before or is too late.

    Two presses at once refund it once: whoever marks the order first goes on.
    """
    if not order.can_be_withdrawn:
        return False
    writing = current_database().writing()
    mine = (OrderRow.public_id == order.public_id) & (OrderRow.subject_id == subject_id)
    ending = update(OrderRow).where(mine, OrderRow.withdrawn_at.is_(None)).values(withdrawn_at=clock.now())
    number = writing.execute(ending.returning(OrderRow.id)).scalar()
    if number is None:
        return False
    charge = writing.execute(select(OrderRow.charge).where(OrderRow.id == number)).scalar_one()
    writing.execute(update(OrderRow).where(OrderRow.id == number).values(refund=payments.refund(charge)))
    _confirm(engine, subject_id, order)
    return True


def _confirm(engine: Engine, subject_id: int, order: Order) -> None:
    email = engine.answers.use(subject_id, ["email"]).get("email")
    if email is None:  # it was removed since; the order's page says the same
        return
    title = gettext("You withdrew from order %(number)s", number=order.number)
    url = http.absolute_url(url_for("orders.order", public_id=order.public_id))
    post_mail(email, title, "shop/order_withdrawn.txt", subject_id=subject_id, order=order, euros=euros, url=url)
