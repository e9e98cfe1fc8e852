"""What the shop takes along when two subjects turn out to be one person."""

from flask import flash
from flask_babel import gettext, ngettext

from webapp.shop import filling_carts, orders


def carry(from_subject: int, into_subject: int) -> None:
    """Bring cart and orders over to the account that came back, and say so on the next page."""
    things = filling_carts.merge(from_subject, into_subject)
    moved = orders.move(from_subject, into_subject)
    words = [
        ngettext("%(num)s thing in your cart", "%(num)s things in your cart", things) if things else "",
        ngettext("%(num)s order", "%(num)s orders", moved) if moved else "",
    ]
    came = ", ".join(word for word in words if word)
    if came:
        flash(gettext("It came along with you: %(things)s.", things=came), "success")
