"""What people publish: shared prints and reviews. Names and pictures stay with the answers of their subject."""

from datetime import datetime
from typing import cast

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime, current_database
from webapp.profiling.rights import unrestricted

LONGEST_MESSAGE = 140


class ShareRow(Base):
    """A print that somebody shares: one page per person and print."""

    __tablename__ = "share"
    __table_args__ = (UniqueConstraint("subject_id", "product_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, doc="names the page; cannot be guessed")
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    message: Mapped[str] = mapped_column(String(LONGEST_MESSAGE), default="")
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
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    rating: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


shares = cast("Table", ShareRow.__table__)
reviews = cast("Table", ReviewRow.__table__)


def shown_to(table: Table, reader: int | None) -> ColumnElement[bool]:
    """What of it the reader may see: all but that of people who have restricted their data, unless it is their own."""
    return or_(unrestricted(table.c.subject_id), table.c.subject_id == (reader or 0))


def carry(table: Table, from_subject: int, into_subject: int) -> None:
    """Move what was published to the person that the subject turned out to be.

    Of one product a person publishes one thing: what they have already wins.
    """
    connection = current_database().writing()
    have = select(table.c.product_id).where(table.c.subject_id == into_subject)
    moving = update(table).where(table.c.subject_id == from_subject, table.c.product_id.not_in(have))
    connection.execute(moving.values(subject_id=into_subject))
    connection.execute(delete(table).where(table.c.subject_id == from_subject))
