"""Alerts: sentences on the overview about what needs attention, which features of the dashboard add; among them the
reviews of sign-up fields that are due.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from flask import Flask, current_app, url_for

from asklater.i18n import gettext
from asklater.insights.labels import day, ngettext
from asklater.insights.query import Query
from asklater.manifest.declarations import Manifest
from asklater.registry import Ordered

# Alerts of the features


ALERTS = "dashboard_alerts"


@dataclass(frozen=True)
class Alert:
    """A sentence, and the way to what it is about. `way` names it; `about` says more to who only hears the link."""

    text: str
    url: str
    way: str
    about: str = ""


AlertSource = Callable[[Query], Sequence[Alert]]


def add_alerts(app: Flask, place: int, source: AlertSource) -> None:
    """Add what a feature has to say; `place` orders them. Its number of statements must not depend on how much there
    is."""
    Ordered.of(app, ALERTS).add(place, source)


def feature_alerts(question: Query) -> tuple[Alert, ...]:
    """In their order."""
    sources: Ordered[AlertSource] = Ordered.of(current_app, ALERTS)
    return tuple(alert for source in sources for alert in source(question))


# Reviews of sign-up fields


ANNOUNCED_BEFORE = timedelta(days=30)
"""So long before its day, a review is announced."""

ReviewState = Literal["none", "fine", "soon", "overdue"]


@dataclass(frozen=True)
class FieldReview:
    """A review that is overdue, or due soon. `owner` is "" where nobody was named; `left` is negative once overdue."""

    field: str
    label: str
    owner: str
    review_by: date
    left: timedelta

    @property
    def overdue(self) -> bool:
        return self.left < timedelta(0)


def review_state(review_by: date | None, today: date) -> ReviewState:
    """On its day a review is due, and not yet overdue."""
    if review_by is None:
        return "none"
    if review_by < today:
        return "overdue"
    return "soon" if review_by - today <= ANNOUNCED_BEFORE else "fine"


def reviews_due(manifest: Manifest, today: date) -> tuple[FieldReview, ...]:
    """Every review that is overdue or due soon, the longest overdue first."""
    found = [
        FieldReview(
            asked.field, manifest.fields[asked.field].label, asked.owner, asked.review_by, asked.review_by - today
        )
        for asked in manifest.signup.fields
        if asked.review_by is not None and review_state(asked.review_by, today) in {"soon", "overdue"}
    ]
    return tuple(sorted(found, key=lambda review: (review.review_by, review.field)))


def review_alerts(manifest: Manifest, today: date) -> tuple[Alert, ...]:
    """What to say of the reviews that are due, each with the way to the field's line of the audit."""
    return tuple(
        Alert(review_sentence(due), f"{url_for('signup.audit')}#field-{due.field}", gettext("Sign-up audit"))
        for due in reviews_due(manifest, today)
    )


def review_sentence(review: FieldReview) -> str:
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
