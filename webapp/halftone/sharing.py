"""Sharing a print: one public page per person and print, for as long as its owner wants."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Select, delete, select, update

from asklater import Publication, clock, current_database, current_engine, gettext
from halftone.bylines import allow_publishing
from halftone.catalogue import Product
from halftone.tables import put_row_back, saved_row, shares, visible_to

FIRST_SHARE = "first_share"
"""The signal that every share gives; the first one reaches it."""
ADDRESS = re.compile(r"/shares/([a-z0-9-]+)")


@dataclass(frozen=True)
class Share:
    """A shared print. `message` is one line of its owner's, or ""."""

    public_id: str
    subject_id: int
    product_id: int
    message: str
    shared_at: datetime


def share(product: Product) -> Share:
    """The page on which the person of this request shares `product`, made when there is none. Raises Unmet."""
    subject = current_engine().require("share_print")
    assert subject is not None  # noqa: S101 - who holds a field is a subject
    return share_of(subject.id, product)


def share_of(subject_id: int, product: Product) -> Share:
    """The page on which the subject, who has been through the gate, shares `product`, made when there is none."""
    allow_publishing(subject_id)
    row = {
        "public_id": secrets.token_hex(8),
        "subject_id": subject_id,
        "product_id": product.id,
        "message": "",
        "shared_at": clock.now(),
    }
    database = current_database()
    adding = database.insert(shares).values(row).on_conflict_do_nothing().returning(shares.c.id)
    if database.writing().execute(adding).first():
        current_engine().signal(subject_id, FIRST_SHARE)
    return _read(_selected().where(shares.c.subject_id == subject_id, shares.c.product_id == product.id))[0]


def by_public_id(public_id: str, reader: int | None) -> Share | None:
    """The share that a page's address names; None when there is none, none any more, or none for this reader."""
    found = _read(_selected().where(shares.c.public_id == public_id, visible_to(shares, reader)))
    return found[0] if found else None


def of_subject(subject_id: int) -> list[Share]:
    """What somebody shares, newest first."""
    own = _selected().where(shares.c.subject_id == subject_id)
    return _read(own.order_by(shares.c.shared_at.desc(), shares.c.id.desc()))


def say(public_id: str, message: str) -> None:
    """Put a line of its owner's on the page; "" takes it away."""
    words = update(shares).where(shares.c.public_id == public_id).values(message=message)
    current_database().writing().execute(words)


def published_by(subject_id: int) -> list[tuple[str, datetime]]:
    """The pages of somebody, by what names each in its address, and since when they are public."""
    return [(share.public_id, share.shared_at) for share in of_subject(subject_id)]


def unshare(subject_id: int, public_id: str) -> None:
    """Take a page of somebody's down for good."""
    own = delete(shares).where(shares.c.subject_id == subject_id, shares.c.public_id == public_id)
    current_database().writing().execute(own)


def find(address: str) -> tuple[int, str] | None:
    """Whose page an address leads to, and the page's name."""
    named = ADDRESS.search(address)
    found = _read(_selected().where(shares.c.public_id == named.group(1))) if named else []
    return (found[0].subject_id, found[0].public_id) if found else None


SHARES = Publication(
    "shares",
    lambda: gettext("Shared pages"),
    published_by,
    unshare,
    save=lambda subject_id, name: saved_row(
        shares, (shares.c.subject_id == subject_id) & (shares.c.public_id == name)
    ),
    put_back=lambda subject_id, _name, saved: put_row_back(shares, subject_id, saved),
    url=lambda _subject_id, name: url_for("sharing.page", public_id=name),
    find=find,
)


def _selected() -> Select[Any]:
    return select(*(shares.c[name] for name in Share.__dataclass_fields__))


def _read(statement: Select[Any]) -> list[Share]:
    return [Share(*row) for row in current_database().reading().execute(statement)]
