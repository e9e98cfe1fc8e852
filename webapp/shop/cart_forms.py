"""Reading the cart's forms: everything that was sent is doubted, and refused with a sentence."""

import re

from werkzeug.datastructures import MultiDict

from webapp.profiling.words import gettext
from webapp.shop.carts import MOST
from webapp.shop.filling_carts import Refused
from webapp.shop.placing_orders import Checkout

WHOLE = re.compile(r"[0-9]{1,9}")


def slug_of(form: MultiDict[str, str]) -> str:
    """The product that is named. Raises Refused."""
    slug = _one(form, "product")
    if not slug:
        raise Refused(gettext("Choose something to add."))
    return slug


def quantity_of(form: MultiDict[str, str], *, least: int) -> int:
    """The quantity, a whole number from `least` to MOST. Raises Refused."""
    text = _one(form, "quantity").strip()
    if not WHOLE.fullmatch(text) or not least <= int(text) <= MOST:
        raise Refused(gettext("Give a whole number from %(least)s to %(most)s.", least=least, most=MOST))
    return int(text)


def typed_quantity(form: MultiDict[str, str]) -> str:
    """What was typed as the quantity, to be shown again."""
    return form.get("quantity", "")


def checkout_of(form: MultiDict[str, str]) -> Checkout:
    """What the checkout carries; a value that was sent twice counts as none."""
    return Checkout(*("" if len(set(form.getlist(name))) != 1 else form[name] for name in ("key", "seen")))


def _one(form: MultiDict[str, str], name: str) -> str:
    sent = set(form.getlist(name))
    if len(sent) > 1:
        raise Refused(gettext("This was sent more than once, with different values. Nothing was changed."))
    return sent.pop() if sent else ""
