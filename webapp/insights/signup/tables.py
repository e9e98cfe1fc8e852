"""The record of what the sign-up form asked, from when on."""

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from webapp.db import UTCDateTime, metadata

signup_form = Table(
    "signup_form",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime, nullable=False, doc="when an application first ran with it"),
    Column("declaration", Text, nullable=False, doc="the sign-up fields as declared, in their order, as JSON"),
    Column("digest", String(64), nullable=False, doc="of the declaration and the one before, so a change is one row"),
    UniqueConstraint("digest"),
    comment="What the sign-up form asked from when on; its history is the difference of one row and the next",
    sqlite_autoincrement=True,
)
