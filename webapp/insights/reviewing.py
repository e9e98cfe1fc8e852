"""Reviews of sign-up fields: a second field is looked at again by the day that it was allowed until."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from flask import url_for

from webapp.insights.notices import Notice
from webapp.insights.wording import day, ngettext
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext

SOON = timedelta(days=30)
"""So long before its day, a review is announced."""

State = Literal["none", "fine", "soon", "overdue"]


@dataclass(frozen=True)
class Review:
    """A review that is overdue, or due soon. `owner` is "" where nobody was named; `left` is negative once overdue."""

    field: str
    label: str
    owner: str
    review_by: date
    left: timedelta

    @property
    def overdue(self) -> bool:
        return self.left < timedelta(0)


def state_of(review_by: date | None, today: date) -> State:
    """On its day a review is due, and not yet overdue."""
    if review_by is None:
        return "none"
    if review_by < today:
        return "overdue"
    return "soon" if review_by - today <= SOON else "fine"


def reviews_due(manifest: Manifest, today: date) -> tuple[Review, ...]:
    """Every review that is overdue or due soon, the longest overdue first."""
    found = [
        Review(asked.field, manifest.fields[asked.field].label, asked.owner, asked.review_by, asked.review_by - today)
        for asked in manifest.signup.fields
        if asked.review_by is not None and state_of(asked.review_by, today) in {"soon", "overdue"}
    ]
    return tuple(sorted(found, key=lambda review: (review.review_by, review.field)))


def reviews(manifest: Manifest, today: date) -> tuple[Notice, ...]:
    """What to say of the reviews that are due, each with the way to the field's line of the audit."""
    return tuple(
        Notice(told(due), f"{url_for('signup.audit')}#field-{due.field}", gettext("Sign-up audit"))
        for due in reviews_due(manifest, today)
    )


def told(review: Review) -> str:
    """A sentence for those who can act on it."""
    owner = review.owner or gettext("nobody in particular")
    asked = gettext("“%(field)s” at sign-up, which %(owner)s answers for", field=gettext(review.label), owner=owner)
    if review.overdue:
        return gettext("%(asked)s, was to be reviewed by %(day)s.", asked=asked, day=day(review.review_by))
    return ngettext(
        "%(asked)s, is to be reviewed within %(num)s day, by %(day)s.",
        "%(asked)s, is to be reviewed within %(num)s days, by %(day)s.",
        review.left.days,
        asked=asked,
        day=day(review.review_by),
    )
