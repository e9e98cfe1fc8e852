"""Reviewing: one review per person and product, which its author may change or delete."""

import re
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import case, delete, func, literal, select

from asklater import Publication, UTCDateTime, clock, current_database, current_engine, gettext
from halftone.bylines import allow_publishing
from halftone.catalogue import Product
from halftone.tables import ProductRow, put_row_back, reviews, saved_row, visible_to

SHORTEST, LONGEST = 10, 2_000
ADDRESS = re.compile(r"#review-([0-9]{1,9})\b")
A_PAGE = 6


@dataclass(frozen=True)
class Review:
    """A review. `rating` is from 1 to 5; `edited_at` is None until it was changed."""

    id: int
    subject_id: int
    rating: int
    text: str
    posted_at: datetime
    edited_at: datetime | None


@dataclass(frozen=True)
class Reviews:
    """One page of a product's reviews, and what all of them come to."""

    shown: tuple[Review, ...] = ()
    count: int = 0
    average: float = 0.0


def post(product: Product, rating: int, text: str) -> int:
    """Post or change the review of the person of this request; its number. Raises Unmet."""
    subject = current_engine().require("review_print")
    assert subject is not None  # noqa: S101 - who holds a field is a subject
    allow_publishing(subject.id)
    moment = clock.now()
    row = {"subject_id": subject.id, "product_id": product.id, "rating": rating, "text": text, "posted_at": moment}
    database = current_database()
    statement = database.insert(reviews).values(row)
    changed = (reviews.c.rating != rating) | (reviews.c.text != text)
    anew = {
        "rating": rating,
        "text": text,
        "edited_at": case((changed, literal(moment, UTCDateTime())), else_=reviews.c.edited_at),
    }
    keys = [reviews.c.subject_id, reviews.c.product_id]
    number = database.writing().execute(
        statement.on_conflict_do_update(index_elements=keys, set_=anew).returning(reviews.c.id)
    )
    return int(number.scalar_one())


def published_by(subject_id: int) -> list[tuple[str, datetime]]:
    """The reviews of somebody, each by the number of its product, and when it was posted."""
    own = select(reviews.c.product_id, reviews.c.posted_at).where(reviews.c.subject_id == subject_id)
    return [(str(row.product_id), row.posted_at) for row in current_database().reading().execute(own)]


def remove(subject_id: int, product_id: str) -> None:
    """Delete somebody's review of a product."""
    own = delete(reviews).where(reviews.c.subject_id == subject_id, reviews.c.product_id == int(product_id))
    current_database().writing().execute(own)


def save(subject_id: int, product_id: str) -> str:
    """Somebody's review of a product, as text."""
    return saved_row(reviews, (reviews.c.subject_id == subject_id) & (reviews.c.product_id == int(product_id)))


def page_url(subject_id: int, product_id: str) -> str:
    """Where somebody's review of a product is read, "" where it is gone."""
    wanted = (
        select(ProductRow.slug, reviews.c.id)
        .join_from(reviews, ProductRow)
        .where(reviews.c.subject_id == subject_id, reviews.c.product_id == int(product_id))
    )
    found = current_database().reading().execute(wanted).first()
    return url_for("shop.product", slug=found.slug, _anchor=f"review-{found.id}") if found else ""


def find(address: str) -> tuple[int, str] | None:
    """Whose review an address leads to, and its name."""
    named = ADDRESS.search(address)
    if named is None:
        return None
    wanted = select(reviews.c.subject_id, reviews.c.product_id).where(reviews.c.id == int(named.group(1)))
    found = current_database().reading().execute(wanted).first()
    return (found.subject_id, str(found.product_id)) if found else None


REVIEWS = Publication(
    "reviews",
    lambda: gettext("Reviews"),
    published_by,
    remove,
    save=save,
    put_back=lambda subject_id, _name, saved: put_row_back(reviews, subject_id, saved),
    url=page_url,
    find=find,
)


def of_product(product: Product, reader: int | None, page: int = 1) -> Reviews:
    """The reviews of a product in one statement: the reader's own first, then newest first."""
    mine = case((reviews.c.subject_id == (reader or 0), 0), else_=1)
    columns = [reviews.c[name] for name in Review.__dataclass_fields__]
    statement = (
        select(*columns, func.count().over(), func.avg(reviews.c.rating).over())
        .where(reviews.c.product_id == product.id, visible_to(reviews, reader))
        .order_by(mine, reviews.c.posted_at.desc(), reviews.c.id.desc())
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    )
    rows = current_database().reading().execute(statement).all()
    if not rows:
        return Reviews()
    return Reviews(tuple(Review(*row[:-2]) for row in rows), int(rows[0][-2]), float(rows[0][-1]))


def author_of(review_id: int, reader: int | None) -> int | None:
    """The subject that wrote a review, None when there is no such review, or none for this reader."""
    wanted = select(reviews.c.subject_id).where(reviews.c.id == review_id, visible_to(reviews, reader))
    found: int | None = current_database().reading().scalar(wanted)
    return found
