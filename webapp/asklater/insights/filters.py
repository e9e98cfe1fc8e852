"""Filters: the SQL conditions that a query sets on subjects and prompts, and the options that the filter bar
offers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, exists, or_, select, union, union_all

from asklater.database.access import Database
from asklater.insights.labels import KeyLabels, qualified_variant_label
from asklater.insights.query import Query
from asklater.insights.rollup.series import NO_EXPERIMENT
from asklater.insights.tables import COUNTED
from asklater.manifest.declarations import Manifest
from asklater.records.people import OBJECTORS
from asklater.tables import prompt_field, subject

# Conditions

Uncounted = Sequence[Select[int]]
"""Each selects the ids of subjects that belong into no figure."""


def query_conditions(
    query: Query,
    uncounted: Uncounted,
    *,
    context: ColumnElement[Any] | None = None,
    field: ColumnElement[Any] | None = None,
    optional: ColumnElement[bool] | None = None,
    prompts: Any = None,
    person: ColumnElement[int] = subject.c.id,
) -> list[ColumnElement[bool]]:
    """The query's conditions but for its days; a column that is not given is not restricted.

    `prompts` are the columns of the prompt that a row belongs to, `person` is the one of its subject's number.
    """
    conditions: list[ColumnElement[bool]] = [person.not_in(union_all(*uncounted, OBJECTORS))]
    if query.people != "all":
        conditions.append(subject.c.simulated.is_(query.people == "simulated"))
    if query.context and context is not None:
        conditions.append(context == query.context)
    if query.field and field is not None:
        conditions.append(field == query.field)
    if optional is not None:
        conditions.append(optional.is_(query.optional))
    if prompts is not None:
        variant = "" if query.variant == NO_EXPERIMENT else query.variant
        wanted = {"variant": (query.variant, variant), "device": (query.device,) * 2}
        wanted["visitor"] = (query.visitor,) * 2
        conditions += [prompts[name] == value for name, (asked, value) in wanted.items() if asked]
    return conditions


# Options

LONGEST_KEY = 40
"""Signs of a field's or a context's key."""


@dataclass(frozen=True)
class FilterOptions:
    """Labels by key, in the order in which they are offered; the last variant is that of no experiment."""

    fields: Mapping[str, str]
    contexts: Mapping[str, str]
    variants: Mapping[str, str]


def declared_options(names: KeyLabels) -> FilterOptions:
    """For pages whose filters need no history."""
    return FilterOptions(names.fields, names.contexts, {})


def filter_options(
    database: Database, manifest: Manifest, names: KeyLabels, typed: Mapping[str, str]
) -> FilterOptions:
    """Returns what the filters offer. One statement, and one more where a key was `typed` that was never counted."""
    seen = database.reading().execute(_COUNTED_KEYS).all()
    fields = {row.field: names.field(row.field) for row in seen if row.field}
    contexts = {row.context: names.context(row.context) for row in seen if row.context}
    found = FilterOptions(
        fields={**names.fields, **_no_longer_declared(fields, names.fields)},
        contexts={**names.contexts, **_no_longer_declared(contexts, names.contexts)},
        variants=_variants({row.variant for row in seen}, manifest),
    )
    field, context = typed.get("field", ""), typed.get("context", "")
    if field not in found.fields and was_asked(database, field=field):
        found = FilterOptions({**found.fields, field: names.field(field)}, found.contexts, found.variants)
    if context not in found.contexts and was_asked(database, context=context):
        found = FilterOptions(found.fields, {**found.contexts, context: names.context(context)}, found.variants)
    return found


def was_asked(database: Database, field: str = "", context: str = "") -> bool:
    """Whether there ever was an ask for this field, in this context; False where neither is given."""
    given = [key for key in (field, context) if key]
    if not given or not all(key.isprintable() and len(key) <= LONGEST_KEY for key in given):
        return False
    counted = [
        exists().where(_equals(of.series.c.field, field) & _equals(of.series.c.context, context))
        for of in COUNTED.values()
    ]
    waiting = prompt_field.c.rolled_as.is_(None) & _equals(prompt_field.c.field, field)
    waiting &= _equals(prompt_field.c.action, context)
    return bool(database.reading().scalar(select(or_(*counted, exists().where(waiting)))))


def _no_longer_declared(seen: Mapping[str, str], declared: Mapping[str, str]) -> Mapping[str, str]:
    return {key: seen[key] for key in sorted(seen.keys() - declared.keys())}


def _variants(seen: set[str], manifest: Manifest) -> Mapping[str, str]:
    declared = [f"{key}:{variant}" for key, it in manifest.experiments.items() for variant in it.variants]
    gone = sorted(seen - {*declared, "", NO_EXPERIMENT})
    keys = [*declared, *gone, NO_EXPERIMENT]
    return {key: qualified_variant_label(key, manifest.experiments) for key in keys}


def _equals(column: ColumnElement[str], key: str) -> ColumnElement[bool]:
    return column == key if key else and_(True)


def _counted_keys(series: Table) -> Select[Any]:
    """Of the series of one part alone, which are few however much was counted."""
    is_any = {name: series.c[name] == "" for name in ("field", "context", "variant")}
    return select(series.c.field, series.c.context, series.c.variant).where(
        series.c.device == "",
        series.c.visitor == "",
        or_(
            is_any["context"] & is_any["variant"],
            is_any["field"] & is_any["variant"],
            is_any["field"] & is_any["context"],
        ),
    )


_COUNTED_KEYS = union(*(_counted_keys(of.series) for of in COUNTED.values()))
