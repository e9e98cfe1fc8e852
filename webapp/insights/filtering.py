"""The filter bar and its links: each leads to the same view, differing in one thing."""

from dataclasses import replace

from flask import url_for
from flask_babel import gettext, ngettext

from webapp.insights.forms import Asked
from webapp.insights.pages import Choice, FilterBar
from webapp.insights.question import Question
from webapp.insights.wording import day

PRESETS = (7, 30, 90)


def filter_bar(asked: Asked, endpoint: str, *, days: bool) -> FilterBar:
    """The form of a page; `days` says whether the page has a range, and so presets."""
    question = asked.question
    return FilterBar(
        url=url_for(endpoint),
        inputs=asked.inputs,
        errors=asked.errors,
        presets=tuple(_preset(question, endpoint, count) for count in PRESETS) if days else (),
        days=gettext("%(first)s to %(last)s, UTC days", first=day(question.first), last=day(question.last)),
    )


def real_people_only(question: Question, endpoint: str) -> Choice:
    real = replace(question, people="real")
    return Choice(gettext("Show real people only"), url_for(endpoint, **real.arguments()))


def _preset(question: Question, endpoint: str, days: int) -> Choice:
    other = question.of_days(days)
    label = ngettext("Last %(num)s day", "Last %(num)s days", days)
    return Choice(label, url_for(endpoint, **other.arguments()), current=other == question)
