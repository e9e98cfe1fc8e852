"""The yearly review of the whole sign-up form: when it is due, how it is recorded, and what was recorded before."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

from isodate import Duration
from sqlalchemy import func, select

from asklater import clock
from asklater.database.access import Database
from asklater.insights.signup.form_history import DeclaredForm, declared_form, form_as_json, form_from_json
from asklater.insights.tables import signup_form, signup_review
from asklater.kinds.typed_text import UnfitText, paragraphs
from asklater.manifest.declarations import Signup, span

# When it is due

EVERY = Duration(years=1)


@dataclass(frozen=True)
class ReviewDates:
    """When the form was last reviewed, None for never so far as anybody recorded, and the day by which it is due.

    `due` is None where the form was not recorded yet either.
    """

    reviewed: date | None
    due: date | None


def review_dates(signup: Signup, recorded: date | None, began: date | None) -> ReviewDates:
    """A year after the last review, whether it was declared or `recorded`; where there is none, after the day on which
    the record of the form `began`.
    """
    if not signup.fields:
        return ReviewDates(None, None)
    reviewed = max((day for day in (signup.reviewed, recorded) if day), default=None)
    since = reviewed or began
    return ReviewDates(reviewed, since + span(EVERY, since) if since else None)


def read_review_dates(database: Database, signup: Signup) -> ReviewDates:
    """One statement."""
    last = select(func.max(signup_review.c.at)).scalar_subquery()
    first = select(func.min(signup_form.c.at)).scalar_subquery()
    recorded, began = database.reading().execute(select(last, first)).one()
    return review_dates(signup, _day(recorded), _day(began))


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


# What is recorded

Verdict = Literal["keep", "change"]
VERDICTS: tuple[Verdict, ...] = ("keep", "change")
LONGEST_NOTE = 1000
REVIEWS_READ = 100
"""So many reviews, the newest, are shown."""


@dataclass(frozen=True)
class Reviewer:
    """Who reviews: in which role, and under which pseudonym."""

    role: str
    pseudonym: str


@dataclass(frozen=True)
class FormReview:
    """A review as it was recorded, with the form that it was about."""

    id: int
    at: datetime
    reviewer: Reviewer
    verdict: str
    note: str
    form: DeclaredForm


@dataclass(frozen=True)
class TypedReview:
    """What somebody typed. `errors` are sentences by the name of the input."""

    verdict: str
    note: str
    errors: Mapping[str, str]


def reviewer(key: bytes, role: str, subject_id: int | None) -> Reviewer:
    """Under a pseudonym that is the same each time, and nobody's name or number; "" for somebody without a number."""
    if subject_id is None:
        return Reviewer(role, "")
    return Reviewer(role, hmac.new(key, f"reviewer:{subject_id}".encode(), sha256).hexdigest()[:8])


def read_typed_review(form: Mapping[str, str], messages: Mapping[str, str]) -> TypedReview:
    """`messages` say what to do where no `verdict` was chosen, and where no `note` says what is to change."""
    verdict, note, errors = form.get("verdict", ""), form.get("note", ""), {}
    if verdict not in VERDICTS:
        errors["verdict"] = messages["verdict"]
    try:
        cleaned = paragraphs(note, LONGEST_NOTE)
    except UnfitText as unfit:
        return TypedReview(verdict, note, {**errors, "note": unfit.reason})
    if verdict == "change" and not cleaned:
        errors["note"] = messages["note"]
    return TypedReview(verdict, note if errors else cleaned, errors)


def record_review(database: Database, signup: Signup, typed: TypedReview, who: Reviewer, follows: int) -> bool:
    """Record a review of the form as it is now, after the one numbered `follows` (0: none).

    False where that is not the newest one any more, unless what followed it says the same: a form that is sent twice
    is recorded once.
    """
    row = {
        "at": clock.now(),
        "role": who.role,
        "by": who.pseudonym,
        "verdict": typed.verdict,
        "note": typed.note,
        "declaration": form_as_json(declared_form(signup)),
        "follows": follows,
    }
    it, writing = signup_review.c, database.writing()
    if follows == (writing.execute(select(func.max(it.id))).scalar() or 0):
        writing.execute(database.insert(signup_review).values(row).on_conflict_do_nothing())
    kept = writing.execute(select(it.by, it.verdict, it.note).where(it.follows == follows)).first()
    return kept is not None and tuple(kept) == (who.pseudonym, typed.verdict, typed.note)


def read_reviews(database: Database) -> tuple[FormReview, ...]:
    """Returns the reviews, the newest first."""
    it = signup_review.c
    wanted = select(it.id, it.at, it.role, it.by, it.verdict, it.note, it.declaration)
    rows = database.reading().execute(wanted.order_by(it.id.desc()).limit(REVIEWS_READ))
    return tuple(
        FormReview(row.id, row.at, Reviewer(row.role, row.by), row.verdict, row.note, form_from_json(row.declaration))
        for row in rows
    )
