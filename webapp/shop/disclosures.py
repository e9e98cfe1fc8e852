"""Who outside the shop was given something of people, and by which references they know it."""

from collections.abc import Collection

from sqlalchemy import select

from webapp.db import current_database
from webapp.profiling.departures import Disclosure
from webapp.profiling.words import gettext
from webapp.shop.cart_models import OrderRow


def _charges(subject_id: int) -> Collection[str]:
    """The provider's own references of what it has charged."""
    return current_database().reading().scalars(select(OrderRow.charge).where(OrderRow.subject_id == subject_id)).all()


def _parcels(subject_id: int) -> Collection[str]:
    """The numbers on the labels of what was sent."""
    sent = select(OrderRow.number).where(OrderRow.subject_id == subject_id, OrderRow.address.is_not(None))
    return current_database().reading().scalars(sent).all()


DISCLOSURES = (
    Disclosure("payment", lambda: gettext("the payment provider"), _charges),
    Disclosure("carrier", lambda: gettext("the carrier"), _parcels),
)
