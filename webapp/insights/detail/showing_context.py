"""Putting the page of one context together."""

from collections.abc import Sequence
from dataclasses import replace

from webapp.insights.addresses import cell_url, context_url
from webapp.insights.comparison import Comparison, compared
from webapp.insights.counts import Tally
from webapp.insights.detail.framing import frame
from webapp.insights.detail.pages import ContextPage, Place
from webapp.insights.detail.parts import outcomes, row, stats
from webapp.insights.figures import share
from webapp.insights.forms import Asked
from webapp.insights.funnels import funnel_of
from webapp.insights.headline import nothing
from webapp.insights.names import Names, names_of
from webapp.insights.question import Question
from webapp.insights.rollup.reading import Reading
from webapp.insights.tallying import cells
from webapp.insights.trend.showing import trend
from webapp.insights.wording import percent, whole
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext


def context_page(reading: Reading, manifest: Manifest, asked: Asked) -> ContextPage:
    question, names = asked.question, names_of(manifest)
    both = compared(reading, question)
    told = both.now
    it, shown = told.tally("", question.context), told.figures("", question.context)
    found = sorted(cells(told.board, "", question.context), key=lambda cell: names.place(cell.field, ""))
    simulated = question.people == "simulated" or bool(it.simulated_persons)
    name, place = names.context(question.context), {"context": question.context}
    return ContextPage(
        frame=frame(asked, reading, manifest.window, name, "context", place=place, simulated=simulated),
        says=_says(it, name) if shown else nothing(it),
        stats=stats(shown, both.earlier("", question.context), compare=question.compare) if shown else (),
        action=share(it.actions, it.prompts) if shown else None,
        funnel=funnel_of(it if shown else None, name),
        outcomes=outcomes(it) if shown else (),
        stops=_stops([cell for cell in found if told.figures(cell.field, cell.context)], names),
        fields=tuple(_field(cell, both, question, names) for cell in found),
        trend=trend(reading.line(question), question, it.persons, lambda other: context_url(other, question.context))
        if shown
        else None,
    )


def _field(it: Tally, both: Comparison, question: Question, names: Names) -> Place:
    url = cell_url(replace(question, context=""), it.field, it.context)
    shown = both.now.figures(it.field, it.context)
    return row(names.field(it.field), url, shown, change=both.change(it.field, it.context))


def _stops(shown: Sequence[Tally], names: Names) -> str:
    """The field of most asks that were dismissed or abandoned."""
    worst = max(shown, key=lambda it: it.dismissed + it.abandoned, default=None)
    if worst is None or not worst.dismissed + worst.abandoned:
        return ""
    stopped = worst.dismissed + worst.abandoned
    return gettext(
        "%(field)s stops people most: %(stopped)s of its %(asks)s asks were dismissed or abandoned, %(rate)s.",
        field=names.field(worst.field),
        stopped=whole(stopped),
        asks=whole(worst.episodes),
        rate=percent(stopped / worst.episodes),
    )


def _says(it: Tally, name: str) -> str:
    return gettext(
        "“%(context)s” asked %(persons)s persons; %(gave)s gave at least one field, %(rate)s.",
        context=name,
        persons=whole(it.persons),
        gave=whole(it.completed_persons),
        rate=percent(it.completed_persons / it.persons),
    )
