"""Whose rows a question is about: conditions on the subject that every count and every list shares."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, union_all

from webapp.insights.question import Question
from webapp.insights.rollup.keys import NO_EXPERIMENT
from webapp.profiling.people import OBJECTORS
from webapp.profiling.tables import subject

Uncounted = Sequence[Select[int]]
"""Each selects the ids of subjects that belong into no figure."""


def narrowed(
    question: Question,
    uncounted: Uncounted,
    *,
    context: ColumnElement[Any] | None = None,
    field: ColumnElement[Any] | None = None,
    prompts: Any = None,
    person: ColumnElement[int] = subject.c.id,
) -> list[ColumnElement[bool]]:
    """The question's conditions but for its days; a column that is not given is not restricted.

    `prompts` are the columns of the prompt that a row belongs to, `person` is the one of its subject's number.
    """
    conditions: list[ColumnElement[bool]] = [person.not_in(union_all(*uncounted, OBJECTORS))]
    if question.people != "all":
        conditions.append(subject.c.simulated.is_(question.people == "simulated"))
    if question.context and context is not None:
        conditions.append(context == question.context)
    if question.field and field is not None:
        conditions.append(field == question.field)
    if prompts is not None:
        variant = "" if question.variant == NO_EXPERIMENT else question.variant
        wanted = {"variant": (question.variant, variant), "device": (question.device,) * 2}
        wanted["visitor"] = (question.visitor,) * 2
        conditions += [prompts[name] == value for name, (asked, value) in wanted.items() if asked]
    return conditions
