"""Alerts: sentences on the overview about what needs attention: losses in people, reviews of sign-up fields that are
due, and what features of the dashboard add.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from flask import Flask, current_app

from asklater.endpoints import url_for
from asklater.i18n import gettext
from asklater.insights.labels import KeyLabels, day, ngettext, percent, whole_number
from asklater.insights.losses import Loss
from asklater.insights.presenters import Alert
from asklater.insights.query import Query
from asklater.insights.urls import cell_url
from asklater.manifest.declarations import Manifest
from asklater.registry import Ordered

# Alerts of the features

ALERTS = "dashboard_alerts"


AlertSource = Callable[[Query], Sequence[Alert]]


def add_alerts(app: Flask, place: int, source: AlertSource) -> None:
    """Add what a feature has to say; `place` orders them. Its number of statements must not depend on how much there
    is."""
    Ordered.of(app, ALERTS).add(place, source)


def feature_alerts(query: Query) -> tuple[Alert, ...]:
    """Returns the alerts of all features, in their order."""
    sources: Ordered[AlertSource] = Ordered.of(current_app, ALERTS)
    return tuple(alert for source in sources for alert in source(query))


# Reviews of sign-up fields

ANNOUNCED_BEFORE = timedelta(days=30)
"""So long before its day, a review is announced."""

ReviewState = Literal["none", "fine", "soon", "overdue"]


@dataclass(frozen=True)
class FieldReview:
    """A review that is overdue, or due soon.

    `owner` is "" where nobody was named; `time_left` is negative once it is overdue.
    """

    field: str
    label: str
    owner: str
    review_by: date
    time_left: timedelta

    @property
    def overdue(self) -> bool:
        return self.time_left < timedelta(0)


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
            field=asked.field,
            label=manifest.fields[asked.field].label,
            owner=manifest.signup_owner(asked),
            review_by=asked.review_by,
            time_left=asked.review_by - today,
        )
        for asked in manifest.signup.fields
        if asked.review_by is not None and review_state(asked.review_by, today) in {"soon", "overdue"}
    ]
    return tuple(sorted(found, key=lambda review: (review.review_by, review.field)))


def review_alerts(manifest: Manifest, today: date) -> tuple[Alert, ...]:
    """Returns an alert for each review that is due, with a link to the field's line of the audit."""
    return tuple(
        Alert(review_sentence(due), f"{url_for('signup.audit')}#field-{due.field}", gettext("Sign-up audit"))
        for due in reviews_due(manifest, today)
    )


def review_sentence(review: FieldReview) -> str:
    """A sentence for those who can act on it."""
    owner = review.owner or gettext("nobody")
    asked = gettext("“%(field)s” at sign-up (owner: %(owner)s)", field=gettext(review.label), owner=owner)
    if review.overdue:
        return gettext("%(asked)s was to be reviewed by %(day)s.", asked=asked, day=day(review.review_by))
    return ngettext(
        "%(asked)s is to be reviewed within %(num)s day, by %(day)s.",
        "%(asked)s is to be reviewed within %(num)s days, by %(day)s.",
        review.time_left.days,
        asked=asked,
        day=day(review.review_by),
    )


# Alerts about losses


def loss_alerts(losses: Sequence[Loss], query: Query, names: KeyLabels) -> tuple[Alert, ...]:
    """Returns an alert for each loss, with a link to the days and the cell in which it happened."""
    return tuple(
        Alert(
            loss_sentence(loss, names),
            cell_url(replace(query, optional=loss.optional), loss.field, loss.context),
            gettext("See the details"),
            gettext("%(field)s at “%(context)s”", field=names.field(loss.field), context=names.context(loss.context)),
        )
        for loss in losses
    )


def loss_sentence(loss: Loss, names: KeyLabels) -> str:
    """How many people it cost, and the two rates that tell it."""
    return ngettext(
        "%(num)s more of %(whole)s people stopped at %(field)s, “%(context)s”, than at the rate of the four weeks "
        "before: %(now)s of the asks were completed, %(before)s before.",
        "%(num)s more of %(whole)s people stopped at %(field)s, “%(context)s”, than at the rate of the four weeks "
        "before: %(now)s of the asks were completed, %(before)s before.",
        loss.people,
        whole=whole_number(loss.persons),
        field=names.field(loss.field),
        context=names.context(loss.context),
        now=percent(loss.now.rate),
        before=percent(loss.before.rate),
    )
