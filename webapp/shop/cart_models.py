"""The tables of carts and orders."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime


class CartRow(Base):
    """A person's cart. `checkout_key` names the order that it will become; the next one gets a new key."""

    __tablename__ = "cart"

    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True)
    checkout_key: Mapped[str] = mapped_column(String(32))


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
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"))
    checkout_key: Mapped[str] = mapped_column(String(32), unique=True)
    placed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    delivery_cents: Mapped[int]
    total_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    address: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="as the parcel was labelled, sealed under the person's key; null when nothing ships"
    )
    card_brand: Mapped[str] = mapped_column(String(20))
    charge: Mapped[str] = mapped_column(String(40), doc="the payment provider's reference")


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
