"""Putting the page of one field in one context together."""

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce

from webapp.insights.addresses import cell_url, context_url, field_url
from webapp.insights.comparison import compared
from webapp.insights.detail.framing import frame
from webapp.insights.detail.fresh_times import FreshTimes
from webapp.insights.detail.pages import CellPage, Frame, Histogram, Place, Slices
from webapp.insights.detail.parts import histogram, outcomes, row, stats
from webapp.insights.detail.showing_curve import NO_CURVE, curve_chart
from webapp.insights.detail.splitting import Part, Split, here_of, splits
from webapp.insights.exposures import device_labels, variant_label, visitor_labels
from webapp.insights.forms import Asked
from webapp.insights.headline import nothing
from webapp.insights.names import Names, names_of
from webapp.insights.pages import Choice
from webapp.insights.question import Question
from webapp.insights.rollup.keys import Series
from webapp.insights.rollup.ranges import NOTHING, Sum
from webapp.insights.rollup.reading import Reading
from webapp.insights.showing_live import live_row
from webapp.insights.trend.showing import trend
from webapp.insights.watching import Glance
from webapp.insights.wording import percent, whole
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext

NEWEST = 10


def cell_page(reading: Reading, fresh: FreshTimes, seen: Glance, manifest: Manifest, asked: Asked) -> CellPage:
    """`fresh` and `seen` are of the same cell."""
    question, names = asked.question, names_of(manifest)
    slices = reading.slices(question)
    found = compared(reading, question)
    told = found.now
    it, shown = told.tally(question.field, question.context), told.figures(question.field, question.context)
    total = reduce(Sum.__add__, here_of(slices, question).values(), NOTHING)
    simulated = question.people == "simulated" or bool(it.simulated_persons)
    return CellPage(
        frame=_frame(reading, manifest, asked, names, simulated=simulated),
        says=_says(question, names, it.completed, it.episodes) if shown else nothing(it),
        stats=stats(shown, found.earlier(question.field, question.context), compare=question.compare) if shown else (),
        outcomes=outcomes(it) if shown else (),
        times=histogram(shown) if shown else Histogram("", (), "", ""),
        curve=curve_chart(total, fresh, manifest.window) if shown else NO_CURVE,
        slices=_slices(slices, question, manifest, it.persons) if shown else (),
        trend=trend(reading.line(question), question, it.persons, _here) if shown else None,
        newest=tuple(live_row(episode, names) for episode in seen.episodes[:NEWEST]),
    )


def _frame(reading: Reading, manifest: Manifest, asked: Asked, names: Names, *, simulated: bool) -> Frame:
    question = asked.question
    field, context = question.field, question.context
    name = gettext("%(field)s at “%(context)s”", field=names.field(field), context=names.context(context))
    place = {"field": field, "context": context}
    made = frame(asked, reading, manifest.window, name, "cell", place=place, simulated=simulated)
    ways = (
        Choice(names.field(field), field_url(question, field)),
        Choice(names.context(context), context_url(question, context)),
    )
    return replace(made, up=ways)


def _says(question: Question, names: Names, completed: int, episodes: int) -> str:
    return gettext(
        "%(completed)s of %(asks)s asks for %(field)s at “%(context)s” were completed, %(rate)s.",
        completed=whole(completed),
        asks=whole(episodes),
        field=names.field(question.field),
        context=names.context(question.context),
        rate=percent(completed / episodes),
    )


def _here(question: Question) -> str:
    return cell_url(question, question.field, question.context)


def _slices(found: Mapping[Series, Sum], question: Question, manifest: Manifest, persons: int) -> tuple[Slices, ...]:
    heads = {
        "device": (gettext("By device"), gettext("Device")),
        "visitor": (gettext("By visitor"), gettext("Visitor")),
        "variant": (gettext("By variant"), gettext("Variant")),
    }
    return tuple(
        Slices(*heads[split.part], _rows(split, question, manifest)) for split in splits(found, question, persons)
    )


def _rows(split: Split, question: Question, manifest: Manifest) -> tuple[Place, ...]:
    return tuple(
        row(_label(split.part, key, manifest), _here(_narrowed(question, split.part, key)), shown)
        for key, shown in split.rows.items()
    )


def _narrowed(question: Question, part: Part, key: str) -> Question:
    match part:
        case "variant":
            return replace(question, variant=key)
        case "device":
            return replace(question, device=key)
        case _:
            return replace(question, visitor=key)


def _label(part: Part, key: str, manifest: Manifest) -> str:
    if part == "variant":
        return variant_label(key, manifest.experiments)
    return (device_labels() if part == "device" else visitor_labels()).get(key, key)
