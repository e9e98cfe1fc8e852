"""Products, as the catalogue sells them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime


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
