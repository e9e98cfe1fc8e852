"""What needs attention, in sentences: where asks fail most, with enough of them to say so."""

from collections.abc import Callable, Sequence

from webapp.insights.figures import Figures
from webapp.insights.notices import Notice
from webapp.insights.pages import Row
from webapp.insights.wording import percent, whole
from webapp.profiling.words import gettext

ENOUGH = 30
"""Asks, or submitted asks, from which on a rate is worth a sentence."""


def attention(rows: Sequence[Row]) -> tuple[Notice, ...]:
    """At most three sentences; none where nothing stands out or there is too little to tell."""
    shown = [(row, row.figures) for row in rows if row.figures is not None]
    found = (_least_completed(shown), _most_rejected(shown), _unable(shown))
    return tuple(notice for notice in found if notice)


Shown = Sequence[tuple[Row, Figures]]


def _least_completed(shown: Shown) -> Notice | None:
    worst = _most(shown, lambda it: 1 - it.completion.rate if it.tally.episodes >= ENOUGH else 0)
    if worst is None:
        return None
    row, figures = worst
    says = gettext(
        "%(field)s at “%(context)s” is completed least: %(part)s of %(whole)s asks, %(rate)s "
        "(between %(low)s and %(high)s).",
        field=row.field_label,
        context=row.context_label,
        part=whole(figures.completion.part),
        whole=whole(figures.completion.whole),
        rate=percent(figures.completion.rate),
        low=percent(figures.completion.low),
        high=percent(figures.completion.high),
    )
    return _notice(row, says)


def _most_rejected(shown: Shown) -> Notice | None:
    worst = _most(
        shown, lambda it: it.rejection.rate if it.rejection is not None and it.rejection.whole >= ENOUGH else 0
    )
    if worst is None or worst[1].rejection is None:
        return None
    row, rejection = worst[0], worst[1].rejection
    says = gettext(
        "%(field)s at “%(context)s” is rejected most: in %(part)s of %(whole)s submitted asks, %(rate)s.",
        field=row.field_label,
        context=row.context_label,
        part=whole(rejection.part),
        whole=whole(rejection.whole),
        rate=percent(rejection.rate),
    )
    return _notice(worst[0], says)


def _unable(shown: Shown) -> Notice | None:
    worst = _most(shown, lambda it: it.tally.unable)
    if worst is None:
        return None
    row, figures = worst
    says = gettext(
        "%(field)s at “%(context)s” could not be given %(count)s times: the prompt could only explain why.",
        field=row.field_label,
        context=row.context_label,
        count=whole(figures.tally.unable),
    )
    return _notice(row, says)


def _notice(row: Row, says: str) -> Notice:
    about = gettext("%(field)s at “%(context)s”", field=row.field_label, context=row.context_label)
    return Notice(says, row.url, gettext("What this is made of"), about)


def _most(shown: Shown, trouble: Callable[[Figures], float]) -> tuple[Row, Figures] | None:
    """The pair with the most trouble, None when nothing has any."""
    worst = max(shown, key=lambda pair: trouble(pair[1]), default=None)
    return worst if worst is not None and trouble(worst[1]) > 0 else None
