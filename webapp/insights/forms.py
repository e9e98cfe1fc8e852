"""Reading the question from a query string. What is wrong is told beside its input, and what was typed is kept."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import cast

from webapp.insights.names import Names
from webapp.insights.question import PEOPLE, People, Question, usual
from webapp.profiling.inputs import Input, InputError, Option
from webapp.profiling.words import gettext

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EARLIEST = date(2000, 1, 1)
LONGEST = 60


@dataclass(frozen=True)
class Asked:
    """The question as understood, and the inputs that asked it. With errors, what was wrong fell back to usual."""

    question: Question
    inputs: tuple[Input, ...]

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(control.id, error) for control in self.inputs for error in control.errors)


def read_question(arguments: Mapping[str, str], names: Names, as_of: datetime, *, dated: bool = True) -> Asked:
    """Never raises. `dated` says whether the page has a range; then the inputs begin with its two days."""
    default = usual(as_of)
    first, last = _days(arguments, default) if dated else _no_days(default)
    if not first.problem and not last.problem and first.day > last.day:
        first = replace(first, problem=gettext("The first day must not come after the last day."))
    wrong = bool(first.problem or last.problem)
    contexts = (Option("", gettext("All contexts")), *_options(names.contexts))
    fields = (Option("", gettext("All fields")), *_options(names.fields))
    people = tuple(Option(key, label) for key, label in zip(PEOPLE, _who(), strict=True))
    context = _choice("context", gettext("Context"), contexts, arguments)
    field = _choice("field", gettext("Field"), fields, arguments)
    who = _choice("people", gettext("People"), people, arguments)
    question = Question(
        first=default.first if wrong else first.day,
        last=default.last if wrong else last.day,
        as_of=as_of,
        context=_chosen(context, ""),
        field=_chosen(field, ""),
        people=cast("People", _chosen(who, "all")),
    )
    days = (first.as_input("from", gettext("From")), last.as_input("to", gettext("To"))) if dated else ()
    return Asked(question, (*days, context, field, who))


@dataclass(frozen=True)
class _Typed:
    """A day as typed, and as understood."""

    text: str
    day: date
    problem: str = ""

    def as_input(self, name: str, label: str) -> Input:
        # A date control would silently drop what is no date; a text control keeps it for the one who typed it.
        shape = "date" if DAY.fullmatch(self.text) and _parsed(self.text) else "text"
        errors = (self.problem,) if self.problem else ()
        return Input(name=name, id=f"filter-{name}", label=label, type=shape, values=(self.text,), errors=errors)


def _no_days(default: Question) -> tuple[_Typed, _Typed]:
    return _Typed("", default.first), _Typed("", default.last)


def _days(arguments: Mapping[str, str], default: Question) -> tuple[_Typed, _Typed]:
    """Both ends; where only the last day is given, the range reaches back as long as usual."""
    today = default.as_of.astimezone(UTC).date()
    last = _day(arguments.get("to"), lambda: default.last, today)
    if last.problem or "to" not in arguments:
        return _day(arguments.get("from"), lambda: default.first, today), last
    earlier = max(last.day - (default.last - default.first), EARLIEST)
    return _day(arguments.get("from"), lambda: earlier, today), last


def _day(typed: str | None, otherwise: Callable[[], date], today: date) -> _Typed:
    if typed is None:
        return _Typed(otherwise().isoformat(), otherwise())
    text = typed.strip()[:LONGEST]
    day = _parsed(text)
    if day is None:
        return _Typed(
            text, today, gettext("Enter a day as year, month and day, such as %(day)s.", day=today.isoformat())
        )
    if day < EARLIEST:
        return _Typed(text, day, gettext("Enter a day from %(day)s on.", day=EARLIEST.isoformat()))
    if day > today:
        return _Typed(text, day, gettext("That day has not come yet. Today is %(day)s (UTC).", day=today.isoformat()))
    return _Typed(text, day)


def _parsed(text: str) -> date | None:
    if not DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _choice(name: str, label: str, options: Sequence[Option], arguments: Mapping[str, str]) -> Input:
    typed = arguments.get(name, options[0].value)[:LONGEST]
    known = typed in {option.value for option in options}
    return Input(
        name=name,
        id=f"filter-{name}",
        label=label,
        type="select",
        values=(typed,),
        options=tuple(options) if known else (Option(typed, typed or gettext("(empty)")), *options),
        errors=() if known else (gettext("Choose one from the list."),),
    )


def _chosen(control: Input, otherwise: str) -> str:
    return otherwise if control.errors else control.values[0]


def _options(names: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(Option(key, label) for key, label in names.items())


def _who() -> tuple[str, ...]:
    return gettext("Everybody"), gettext("Real people"), gettext("Simulated shoppers")
