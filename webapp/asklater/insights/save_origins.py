"""Saves by origin: where the accounts' answers came from, read from the events of answers. Over all origins they are
the times that a field went from missing to held.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from asklater.database.access import Database
from asklater.i18n import gettext
from asklater.insights.kept_counts import CountScope, KeptCounts
from asklater.insights.query import People
from asklater.insights.suppression import suppressed_counts
from asklater.insights.tables import origin_count
from asklater.tables import answer_event, subject

API = "api"
_OWN_ORIGIN = ("settings", "provider", "import")
"""Sources that tell where an answer came from, whatever the context was."""


@dataclass(frozen=True)
class SaveOrigin:
    """How often accounts gave a field here. None where these are too few, or would tell of such."""

    origin: str
    saves: int | None


@dataclass(frozen=True)
class FieldOrigins:
    """All saves of a field, None where they tell of too few, and its origins, those with the most first."""

    saves: int | None
    origins: tuple[SaveOrigin, ...]


@dataclass(frozen=True)
class SaveOrigins:
    """The origins by field, as of a moment; None while the worker has not counted yet."""

    fields: Mapping[str, FieldOrigins]
    as_of: datetime | None


def read_origins(database: Database, scope: CountScope, people: People) -> SaveOrigins:
    """Of the accounts that there are now, whatever the days."""
    found = ORIGINS.read(database, scope, people)
    fields: dict[str, dict[str, tuple[int, ...]]] = {}
    for (field, origin), counts in found.counts.items():
        fields.setdefault(field, {})[origin] = counts
    return SaveOrigins({field: _protected(of) for field, of in fields.items()}, found.as_of)


def _protected(counts: Mapping[str, tuple[int, ...]]) -> FieldOrigins:
    """Where one origin tells of too few persons, another one is hidden with it, so that the total does not give it
    away."""
    persons = {origin: number for origin, (_saves, number) in counts.items()}
    hidden = suppressed_counts(persons)
    ordered = sorted(counts, key=lambda origin: (-counts[origin][0], origin))
    origins = tuple(SaveOrigin(origin, None if origin in hidden else counts[origin][0]) for origin in ordered)
    is_told = hidden != counts.keys()
    return FieldOrigins(sum(saves for saves, _persons in counts.values()) if is_told else None, origins)


def origin_labels() -> Mapping[str, str]:
    """What is no context."""
    return {
        "settings": gettext("Account page"),
        "provider": gettext("Sign-in provider"),
        "import": gettext("Import"),
        API: gettext("Another system, by the API"),
    }


def _statement(scope: CountScope) -> Select[Any]:
    """Rows (field, origin, simulated, saves, persons)."""
    event = answer_event.c
    origin = case(
        (event.source.in_(_OWN_ORIGIN), event.source), (event.source == "service", API), else_=event.action
    ).label("origin")
    save = (
        select(event.field, origin, subject.c.simulated, subject.c.id)
        .join_from(answer_event, subject)
        .where(event.change == "given", subject.c.signed_up_at.is_not(None), *scope.people)
        .subquery("save")
    )
    of_one = (save.c.field, save.c.origin, save.c.simulated)
    person = select(*of_one, func.count().label("saves")).group_by(*of_one, save.c.id).subquery("person")
    keys = (person.c.field, person.c.origin, person.c.simulated)
    return select(*keys, func.sum(person.c.saves), func.count()).group_by(*keys)


ORIGINS = KeptCounts(origin_count, _statement)
