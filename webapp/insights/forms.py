"""Reading the question from a query string. What is wrong is told beside its input, and what was typed is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from webapp.insights.days import LONGEST, read_days
from webapp.insights.exposures import device_labels, visitor_labels
from webapp.insights.offers import Offered
from webapp.insights.question import PEOPLE, PREVIOUS, People, Question, usual
from webapp.profiling.inputs import Input, InputError, Option
from webapp.profiling.words import gettext


@dataclass(frozen=True)
class Asked:
    """The question as understood, and the inputs that asked it. What was wrong fell back to the usual."""

    question: Question
    inputs: tuple[Input, ...]

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(control.id, error) for control in self.inputs for error in control.errors)


def read_question(arguments: Mapping[str, str], offered: Offered, as_of: datetime) -> Asked:
    """The question of a page with a range of days. Never raises."""
    undated = read_undated(arguments, offered, as_of)
    days = read_days(arguments, usual(as_of))
    labels = (gettext("Nothing"), gettext("The days before"))
    compare = _choice("compare", gettext("Compare with"), dict(zip(("", PREVIOUS), labels, strict=True)), arguments)
    question = replace(days.over(undated.question), compare=bool(_chosen(compare, "")))
    return Asked(question, (days.first.input, days.last.input, *undated.inputs, compare))


def read_undated(arguments: Mapping[str, str], offered: Offered, as_of: datetime) -> Asked:
    """The question of a page without one. Never raises."""
    context = _choice("context", gettext("Context"), {"": gettext("All contexts"), **offered.contexts}, arguments)
    field = _choice("field", gettext("Field"), {"": gettext("All fields"), **offered.fields}, arguments)
    people = _choice("people", gettext("People"), dict(zip(PEOPLE, _who(), strict=True)), arguments)
    visitor = _choice("visitor", gettext("Visitor"), {"": gettext("All visitors"), **visitor_labels()}, arguments)
    device = _choice("device", gettext("Device"), {"": gettext("All devices"), **device_labels()}, arguments)
    variant = _choice("variant", gettext("Variant"), {"": gettext("All variants"), **offered.variants}, arguments)
    question = replace(
        usual(as_of),
        context=_chosen(context, ""),
        field=_chosen(field, ""),
        people=cast("People", _chosen(people, "all")),
        variant=_chosen(variant, ""),
        device=_chosen(device, ""),
        visitor=_chosen(visitor, ""),
    )
    inputs = (context, field, people, visitor, device, variant)
    told_apart = len(offered.variants) > 1 or "variant" in arguments
    return Asked(question, inputs if told_apart else inputs[:-1])


def _choice(name: str, label: str, known: Mapping[str, str], arguments: Mapping[str, str]) -> Input:
    """One of the `known` keys, by default the first; an unknown one stays chosen, and is told."""
    options = [Option(key, text) for key, text in known.items()]
    typed = arguments.get(name, options[0].value)
    problems = () if typed in known else (gettext("%(label)s: choose one from the list.", label=label),)
    if problems:
        typed = typed[:LONGEST]
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


def _who() -> tuple[str, ...]:
    return gettext("Everybody"), gettext("Real people"), gettext("Simulated shoppers")
