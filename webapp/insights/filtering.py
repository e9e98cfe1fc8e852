"""The filter bar and its links: each leads to the same view, differing in one thing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import url_for

from webapp.insights.addresses import HERE, address
from webapp.insights.forms import Asked
from webapp.insights.pages import Choice, FilterBar
from webapp.insights.question import Question
from webapp.insights.wording import day, ngettext
from webapp.profiling.inputs import Input
from webapp.profiling.words import gettext

PRESETS = (7, 30, 90)


def filter_bar(asked: Asked, endpoint: str, *, days: bool, place: Mapping[str, Any] = HERE) -> FilterBar:
    """The form of a page; `days` says whether the page has a range, and so presets."""
    question = asked.question
    narrowed = tuple(_chosen(control) for control in asked.inputs if _narrows(control))
    return FilterBar(
        url=url_for(endpoint, **place),
        inputs=asked.inputs,
        errors=asked.errors,
        presets=tuple(_preset(question, endpoint, count, place) for count in PRESETS) if days else (),
        clear=Choice(gettext("Clear the filters"), url_for(endpoint, **place)) if narrowed else None,
        narrowed=narrowed,
        days=gettext("%(first)s to %(last)s, UTC days", first=day(question.first), last=day(question.last))
        if days
        else "",
    )


def real_people_only(question: Question, endpoint: str, place: Mapping[str, Any] = HERE) -> Choice:
    real = replace(question, people="real")
    return Choice(gettext("Show real people only"), address(endpoint, real.arguments(), place))


def _narrows(control: Input) -> bool:
    """Whether a select is set to anything but its first option, which stands for all."""
    return bool(control.options) and not control.errors and control.values != (control.options[0].value,)


def _chosen(control: Input) -> str:
    label = next(option.label for option in control.options if option.value in control.values)
    return gettext("%(filter)s: %(choice)s", filter=control.label, choice=label)


def _preset(question: Question, endpoint: str, days: int, place: Mapping[str, Any]) -> Choice:
    other = question.of_days(days)
    label = ngettext("Last %(num)s day", "Last %(num)s days", days)
    return Choice(label, address(endpoint, other.arguments(), place), current=other == question)
