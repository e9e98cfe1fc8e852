"""Alerts: sentences on the overview about what needs attention, which features of the dashboard add; among them the
reviews of sign-up fields that are due.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from flask import Flask, current_app, url_for

from asklater.i18n import gettext
from asklater.insights.figures import Figures
from asklater.insights.labels import day, ngettext, percent, whole_number
from asklater.insights.presenters import Alert, FieldInContextRow
from asklater.insights.query import Query
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
    owner = review.owner or gettext("nobody in particular")
    asked = gettext("“%(field)s” at sign-up, which %(owner)s answers for", field=gettext(review.label), owner=owner)
    if review.overdue:
        return gettext("%(asked)s, was to be reviewed by %(day)s.", asked=asked, day=day(review.review_by))
    return ngettext(
        "%(asked)s, is to be reviewed within %(num)s day, by %(day)s.",
        "%(asked)s, is to be reviewed within %(num)s days, by %(day)s.",
        review.time_left.days,
        asked=asked,
        day=day(review.review_by),
    )


# Alerts about figures

ALERT_FROM_ASKS = 30
"""Asks, or submitted asks, from which on a rate is worth a sentence."""


def figure_alerts(rows: Sequence[FieldInContextRow]) -> tuple[Alert, ...]:
    """Returns at most three alerts; none where nothing stands out or there is too little to tell."""
    shown = [(row, row.figures) for row in rows if row.figures is not None]
    found = (_least_completed(shown), _most_rejected(shown), _most_unable(shown))
    return tuple(notice for notice in found if notice)


ShownRows = Sequence[tuple[FieldInContextRow, Figures]]


def _least_completed(shown: ShownRows) -> Alert | None:
    worst = _row_with_most(shown, lambda it: 1 - it.completion.rate if it.tally.episodes >= ALERT_FROM_ASKS else 0)
    if worst is None:
        return None
    row, figures = worst
    sentence = gettext(
        "%(field)s at “%(context)s” is completed least: %(part)s of %(whole)s asks, %(rate)s "
        "(between %(low)s and %(high)s).",
        field=row.field_label,
        context=row.context_label,
        part=whole_number(figures.completion.part),
        whole=whole_number(figures.completion.whole),
        rate=percent(figures.completion.rate),
        low=percent(figures.completion.low),
        high=percent(figures.completion.high),
    )
    return _figure_alert(row, sentence)


def _most_rejected(shown: ShownRows) -> Alert | None:
    worst = _row_with_most(
        shown,
        lambda it: it.rejection.rate if it.rejection is not None and it.rejection.whole >= ALERT_FROM_ASKS else 0,
    )
    if worst is None or worst[1].rejection is None:
        return None
    row, rejection = worst[0], worst[1].rejection
    sentence = gettext(
        "%(field)s at “%(context)s” is rejected most: in %(part)s of %(whole)s submitted asks, %(rate)s.",
        field=row.field_label,
        context=row.context_label,
        part=whole_number(rejection.part),
        whole=whole_number(rejection.whole),
        rate=percent(rejection.rate),
    )
    return _figure_alert(worst[0], sentence)


def _most_unable(shown: ShownRows) -> Alert | None:
    worst = _row_with_most(shown, lambda it: it.tally.unable)
    if worst is None:
        return None
    row, figures = worst
    sentence = gettext(
        "%(field)s at “%(context)s” could not be given %(count)s times: the prompt could only explain why.",
        field=row.field_label,
        context=row.context_label,
        count=whole_number(figures.tally.unable),
    )
    return _figure_alert(row, sentence)


def _figure_alert(row: FieldInContextRow, sentence: str) -> Alert:
    about = gettext("%(field)s at “%(context)s”", field=row.field_label, context=row.context_label)
    return Alert(sentence, row.url, gettext("What this is made of"), about)


def _row_with_most(shown: ShownRows, trouble: Callable[[Figures], float]) -> tuple[FieldInContextRow, Figures] | None:
    """The pair with the most trouble, None when nothing has any."""
    worst = max(shown, key=lambda pair: trouble(pair[1]), default=None)
    return worst if worst is not None and trouble(worst[1]) > 0 else None
