"""What the filters offer: whatever is declared, and what an earlier manifest declared and has a history."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select

from webapp.db import Database
from webapp.insights.exposures import variant_label
from webapp.insights.names import Names
from webapp.insights.rollup.keys import NO_EXPERIMENT
from webapp.insights.rollup.tables import series
from webapp.profiling.manifest import Manifest
from webapp.profiling.tables import prompt_field

LONGEST = 40
"""Signs of a field's or a context's key."""


@dataclass(frozen=True)
class Offered:
    """Labels by key, in the order in which they are offered; the last variant is that of no experiment."""

    fields: Mapping[str, str]
    contexts: Mapping[str, str]
    variants: Mapping[str, str]


def declared_only(names: Names) -> Offered:
    """For pages whose filters need no history."""
    return Offered(names.fields, names.contexts, {})


def offered(database: Database, manifest: Manifest, names: Names, typed: Mapping[str, str]) -> Offered:
    """One statement, and one more where a key was `typed` that none of the counted has."""
    seen = database.reading().execute(_SEEN).all()
    fields = {row.field: names.field(row.field) for row in seen if row.field}
    contexts = {row.context: names.context(row.context) for row in seen if row.context}
    found = Offered(
        fields={**names.fields, **_gone(fields, names.fields)},
        contexts={**names.contexts, **_gone(contexts, names.contexts)},
        variants=_variants({row.variant for row in seen}, manifest),
    )
    field, context = typed.get("field", ""), typed.get("context", "")
    if field not in found.fields and was_asked(database, field=field):
        found = Offered({**found.fields, field: names.field(field)}, found.contexts, found.variants)
    if context not in found.contexts and was_asked(database, context=context):
        found = Offered(found.fields, {**found.contexts, context: names.context(context)}, found.variants)
    return found


def was_asked(database: Database, field: str = "", context: str = "") -> bool:
    """Whether there ever was an ask for this field, in this context; False where neither is given."""
    given = [key for key in (field, context) if key]
    if not given or not all(key.isprintable() and len(key) <= LONGEST for key in given):
        return False
    counted = _is(series.c.field, field) & _is(series.c.context, context)
    waiting = prompt_field.c.rolled_as.is_(None) & _is(prompt_field.c.field, field)
    waiting &= _is(prompt_field.c.action, context)
    found = exists().where(counted) | exists().where(waiting)
    return bool(database.reading().scalar(select(found)))


def _gone(seen: Mapping[str, str], declared: Mapping[str, str]) -> Mapping[str, str]:
    return {key: seen[key] for key in sorted(seen.keys() - declared.keys())}


def _variants(seen: set[str], manifest: Manifest) -> Mapping[str, str]:
    declared = [f"{key}:{variant}" for key, it in manifest.experiments.items() for variant in it.variants]
    gone = sorted(seen - {*declared, "", NO_EXPERIMENT})
    keys = [*declared, *gone, NO_EXPERIMENT]
    return {key: variant_label(key, manifest.experiments) for key in keys}


def _is(column: ColumnElement[str], key: str) -> ColumnElement[bool]:
    return column == key if key else and_(True)


# Of the series of one part alone, which are few however much was counted.
_ALL = {name: series.c[name] == "" for name in ("field", "context", "variant")}
_SEEN = (
    select(series.c.field, series.c.context, series.c.variant)
    .where(
        series.c.device == "",
        series.c.visitor == "",
        or_(
            _ALL["context"] & _ALL["variant"],
            _ALL["field"] & _ALL["variant"],
            _ALL["field"] & _ALL["context"],
        ),
    )
    .distinct()
)
