"""The filter form: reads a query from the arguments of a request, keeps what was typed, and says what is wrong
beside its input.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from typing import cast

from asklater.i18n import gettext
from asklater.insights.filters import FilterOptions
from asklater.insights.labels import device_labels, visitor_labels
from asklater.insights.query import OPTIONAL, PEOPLE, PREVIOUS, People, Query, default_query
from asklater.insights.rollup.recurrences import LONGEST_RANGE
from asklater.kinds.base import Input, InputError, Option

# The range of days

DAY_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EARLIEST_DAY = date(2000, 1, 1)
LONGEST_DAY_TEXT = 60


@dataclass(frozen=True)
class TypedDay:
    """One end of the range. `day` is None where what was typed is no day."""

    name: str
    label: str
    text: str
    day: date | None
    problem: str = ""

    @property
    def input(self) -> Input:
        # A date control would silently drop what is no date; a text control keeps it for the one who typed it.
        shape = "text" if self.day is None else "date"
        errors = (self.problem,) if self.problem else ()
        name = f"filter-{self.name}"
        return Input(name=self.name, id=name, label=self.label, type=shape, values=(self.text,), errors=errors)


@dataclass(frozen=True)
class TypedDays:
    """Both ends, inclusive."""

    first: TypedDay
    last: TypedDay

    def applied_to(self, usual: Query) -> Query:
        """The query of these days; the usual ones where either end has a problem."""
        if self.first.problem or self.last.problem or self.first.day is None or self.last.day is None:
            return usual
        return replace(usual, first=self.first.day, last=self.last.day)


def read_days(arguments: Mapping[str, str], usual: Query) -> TypedDays:
    """`from` and `to`, which may be a day to come. An end that is not given at all is the usual one, or as far from
    the other as usual."""
    last = _read_day("to", gettext("To"), arguments.get("to", usual.last.isoformat()), usual)
    reach = (usual.last if last.day is None or last.problem else last.day) - (usual.last - usual.first)
    earliest = min(max(reach, EARLIEST_DAY), usual.today)
    first = _read_day("from", gettext("From"), arguments.get("from", earliest.isoformat()), usual)
    if first.day and first.day > usual.today and not first.problem:
        first = replace(first, problem=_not_come(first, usual))
    if first.day and last.day and first.day > last.day and not first.problem and not last.problem:
        problem = gettext("%(label)s: the first day must not come after the last day.", label=first.label)
        first = replace(first, problem=problem)
    elif (
        first.day
        and last.day
        and (last.day - first.day).days >= LONGEST_RANGE
        and not first.problem
        and not last.problem
    ):
        problem = gettext("%(label)s: a range has at most %(most)s days.", label=first.label, most=LONGEST_RANGE)
        first = replace(first, problem=problem)
    return TypedDays(first, last)


def _read_day(name: str, label: str, typed: str, usual: Query) -> TypedDay:
    text = typed.strip()[:LONGEST_DAY_TEXT]
    day = _parse_day(text)
    problem = ""
    if day is None:
        example = usual.today.isoformat()
        problem = gettext("%(label)s: enter year, month and day, such as %(day)s.", label=label, day=example)
    elif day < EARLIEST_DAY:
        problem = gettext("%(label)s: enter a day from %(day)s on.", label=label, day=EARLIEST_DAY.isoformat())
    return TypedDay(name, label, text, day, problem)


def _not_come(end: TypedDay, usual: Query) -> str:
    return gettext(
        "%(label)s: that day has not come yet. Today is %(day)s (%(zone)s).",
        label=end.label,
        day=usual.today.isoformat(),
        zone=str(usual.zone),
    )


def _parse_day(text: str) -> date | None:
    if not DAY_PATTERN.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# The whole form


@dataclass(frozen=True)
class QueryForm:
    """The query as understood, and the inputs that asked it. What was wrong fell back to the usual."""

    query: Query
    inputs: tuple[Input, ...]

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(control.id, error) for control in self.inputs for error in control.errors)


def read_query(arguments: Mapping[str, str], offered: FilterOptions, as_of: datetime, zone: tzinfo = UTC) -> QueryForm:
    """The query of a page with a range of days, which are those of the zone. Never raises."""
    undated = read_undated_query(arguments, offered, as_of, zone)
    days = read_days(arguments, undated.query)
    labels = (gettext("Nothing"), gettext("The days before"))
    compare = _choice("compare", gettext("Compare with"), dict(zip(("", PREVIOUS), labels, strict=True)), arguments)
    sorts = {"": gettext("Required"), OPTIONAL: gettext("Optional")}
    asks = _choice("asks", gettext("Asks"), sorts, arguments)
    optional = bool(_chosen(asks, ""))
    query = replace(days.applied_to(undated.query), compare=bool(_chosen(compare, "")), optional=optional)
    return QueryForm(query, (days.first.input, days.last.input, asks, *undated.inputs, compare))


def read_undated_query(
    arguments: Mapping[str, str], offered: FilterOptions, as_of: datetime, zone: tzinfo = UTC
) -> QueryForm:
    """The query of a page without one. Never raises."""
    context = _choice("context", gettext("Context"), {"": gettext("All contexts"), **offered.contexts}, arguments)
    field = _choice("field", gettext("Field"), {"": gettext("All fields"), **offered.fields}, arguments)
    people = _choice("people", gettext("People"), dict(zip(PEOPLE, _people_select(), strict=True)), arguments)
    visitor = _choice("visitor", gettext("Visitor"), {"": gettext("All visitors"), **visitor_labels()}, arguments)
    device = _choice("device", gettext("Device"), {"": gettext("All devices"), **device_labels()}, arguments)
    variant = _choice("variant", gettext("Variant"), {"": gettext("All variants"), **offered.variants}, arguments)
    segment = _choice("segment", gettext("Segment"), {"": gettext("All people"), **offered.segments}, arguments)
    if _chosen(segment, "") and any(_chosen(other, "") for other in (visitor, device, variant)):
        segment = replace(segment, errors=(_counted_alone(segment.label),))
    query = replace(
        default_query(as_of, zone),
        context=_chosen(context, ""),
        field=_chosen(field, ""),
        people=cast("People", _chosen(people, "all")),
        variant=_chosen(variant, ""),
        device=_chosen(device, ""),
        visitor=_chosen(visitor, ""),
        segment=_chosen(segment, ""),
    )
    has_variants = len(offered.variants) > 1 or "variant" in arguments
    has_segments = offered.segments or "segment" in arguments
    some = (variant,) * bool(has_variants) + (segment,) * bool(has_segments)
    return QueryForm(query, (context, field, people, visitor, device, *some))


def _counted_alone(label: str) -> str:
    return gettext("%(label)s: choose a segment or a visitor, device or variant, not both.", label=label)


def _choice(name: str, label: str, known: Mapping[str, str], arguments: Mapping[str, str]) -> Input:
    """One of the `known` keys, by default the first; an unknown one stays chosen, and is told."""
    options = [Option(key, text) for key, text in known.items()]
    typed = arguments.get(name, options[0].value)
    problems = () if typed in known else (gettext("%(label)s: choose one from the list.", label=label),)
    if problems:
        typed = typed[:LONGEST_DAY_TEXT]
        options.insert(0, Option(typed, typed or gettext("(empty)")))
    return _select(name, label, typed, options, problems)


def _select(name: str, label: str, typed: str, options: Sequence[Option], problems: tuple[str, ...]) -> Input:
    return Input(
        name=name,
        id=f"filter-{name}",
        label=label,
        type="select",
        values=(typed,),
        options=tuple(options),
        errors=problems,
    )


def _chosen(control: Input, otherwise: str) -> str:
    return otherwise if control.errors else control.values[0]


def _people_select() -> tuple[str, ...]:
    return gettext("Everybody"), gettext("Real people"), gettext("Simulated shoppers")
