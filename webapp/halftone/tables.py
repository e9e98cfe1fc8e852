"""The shop's tables: products, carts, orders, and what people publish. Names and pictures stay with the answers of
their subject.
"""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    false,
    or_,
    select,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from asklater import NAMING_CONVENTION, UTCDateTime, current_database, subject, table_of, unrestricted


class Base(DeclarativeBase):
    """Base of the shop's mapped classes. Its tables stand beside the library's, in a MetaData of their own."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


# Products


class ProductRow(Base):
    """A product. One that is withdrawn stays, for the orders that name it."""

    __tablename__ = "product"
    __table_args__ = (Index("ix_product_sort", "sort", "released"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    sort: Mapped[str] = mapped_column(String(20))
    price_cents: Mapped[int]
    art: Mapped[str] = mapped_column(String(80))
    alt: Mapped[str] = mapped_column(Text)
    story: Mapped[str] = mapped_column(Text)
    details: Mapped[list[Any]] = mapped_column(JSON)
    ships: Mapped[bool]
    accent: Mapped[str] = mapped_column(String(9))
    released: Mapped[date] = mapped_column(Date)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


# Carts and orders


class CartRow(Base):
    """A person's cart. `checkout_key` names the order that it will become; the next one gets a new key."""

    __tablename__ = "cart"

    subject_id: Mapped[int] = mapped_column(ForeignKey(subject.c.id, ondelete="CASCADE"), primary_key=True)
    checkout_key: Mapped[str] = mapped_column(String(32))
    present: Mapped[bytes | None] = mapped_column(
        LargeBinary,
        doc="the address of somebody else to whom it goes, sealed under the person's key; null for one's own",
    )


class CartLineRow(Base):
    """So many of one product. A product that is withdrawn stays in the cart until its owner has seen it."""

    __tablename__ = "cart_line"

    subject_id: Mapped[int] = mapped_column(ForeignKey("cart.subject_id", ondelete="CASCADE"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), primary_key=True)
    quantity: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)


class OrderRow(Base):
    """An order. The unique `checkout_key` is what lets a cart become one order and no second one."""

    __tablename__ = "shop_order"
    __table_args__ = (Index("ix_shop_order_subject_id_placed_at", "subject_id", "placed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, doc="in the page's address; unguessable")
    number: Mapped[str] = mapped_column(String(9), unique=True, doc="for people: read out, written down")
    subject_id: Mapped[int] = mapped_column(ForeignKey(subject.c.id, ondelete="CASCADE"))
    checkout_key: Mapped[str] = mapped_column(String(32), unique=True)
    placed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    delivery_cents: Mapped[int]
    total_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    address: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="as the parcel was labelled, sealed under the person's key; null when nothing ships"
    )
    present: Mapped[bool] = mapped_column(server_default=false(), doc="whether the address is somebody else's")
    card_brand: Mapped[str] = mapped_column(String(20))
    card_last_four: Mapped[str] = mapped_column(String(4), server_default="")
    charge: Mapped[str] = mapped_column(String(40), doc="the payment provider's reference")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    refund: Mapped[str] = mapped_column(String(40), server_default="", doc="the provider's reference of the refund")
    mailed: Mapped[bool] = mapped_column(doc="whether a confirmation went out by mail")


class OrderLineRow(Base):
    """One product of an order, with title and price as they were on that day."""

    __tablename__ = "shop_order_line"

    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(120))
    sort: Mapped[str] = mapped_column(String(20))
    art: Mapped[str] = mapped_column(String(80))
    ships: Mapped[bool]
    price_cents: Mapped[int]
    quantity: Mapped[int]


# Shares and reviews

LONGEST_MESSAGE = 140


class ShareRow(Base):
    """A print that somebody shares: one page per person and print."""

    __tablename__ = "share"
    __table_args__ = (UniqueConstraint("subject_id", "product_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, doc="names the page; cannot be guessed")
    subject_id: Mapped[int] = mapped_column(ForeignKey(subject.c.id, ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    message: Mapped[str] = mapped_column(Text, default="", doc="of at most 140 characters as people count them")
    shared_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ReviewRow(Base):
    """What somebody says of a product: one review per person and product."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("subject_id", "product_id"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        Index("ix_review_product_id_posted_at", "product_id", "posted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey(subject.c.id, ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    rating: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


shares = table_of(ShareRow)
reviews = table_of(ReviewRow)


def visible_to(table: Table, reader: int | None) -> ColumnElement[bool]:
    """What of it the reader may see: all but that of people who have restricted their data, unless it is their own."""
    return or_(unrestricted(table.c.subject_id), table.c.subject_id == (reader or 0))


def saved_row(table: Table, condition: ColumnElement[bool]) -> str:
    """The row of what somebody published, as JSON; "" where there is none."""
    row = current_database().reading().execute(select(table).where(condition)).mappings().first()
    moments = {name: value.isoformat() for name, value in (row or {}).items() if isinstance(value, datetime)}
    return json.dumps({**row, **moments}, ensure_ascii=False) if row else ""


def put_row_back(table: Table, subject_id: int, saved: str) -> bool:
    """Publish again what `saved_row` has saved, as of its first moment; False where its person has something else in
    its place by now."""
    row: dict[str, Any] = {**json.loads(saved), "subject_id": subject_id}
    del row["id"]  # which may be another row's by now
    for column in table.columns:
        if isinstance(column.type, UTCDateTime) and row[column.name] is not None:
            row[column.name] = datetime.fromisoformat(row[column.name])
    database = current_database()
    adding = database.insert(table).values(row).on_conflict_do_nothing().returning(table.c.id)
    return database.writing().execute(adding).first() is not None  # PostgreSQL counts no inserted rows here


def move_publications(table: Table, from_subject: int, into_subject: int) -> None:
    """Move what was published to the person that the subject turned out to be.

    Of one product a person publishes one thing: what they have already wins.
    """
    connection = current_database().writing()
    have = select(table.c.product_id).where(table.c.subject_id == into_subject)
    moving = update(table).where(table.c.subject_id == from_subject, table.c.product_id.not_in(have))
    connection.execute(moving.values(subject_id=into_subject))
    connection.execute(delete(table).where(table.c.subject_id == from_subject))
