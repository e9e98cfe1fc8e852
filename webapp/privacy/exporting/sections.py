"""The sections of an export in their order, and what the head of each says.

First what is declared and held (`fields`), then one section for every other table that holds something of people.
"""

from collections.abc import Mapping
from typing import Any

from webapp import clock
from webapp.privacy.exporting.declarations import asked_by, field_of, purpose_of
from webapp.privacy.exporting.ordering import Export
from webapp.privacy.exporting.telling import plain
from webapp.profiling.engine import Engine
from webapp.profiling.holdings import Holding
from webapp.profiling.own_holdings import FIELDS
from webapp.profiling.tables import answer
from webapp.profiling.words import gettext
from webapp.site import absolute

ABOUT, HELD, NOT_HELD = "about", "fields", "not_held"
"""Sections beside those that are called like their table."""


def sections(engine: Engine) -> list[str]:
    """The names of the sections, in the order in which an export is built and read."""
    tables = [name for name in engine.holdings if name != answer.name]
    return [ABOUT, HELD, NOT_HELD, *tables]


def holding_of(engine: Engine, section: str) -> Holding | None:
    """The table that a section tells, None for one that has no rows."""
    return engine.holdings.get(answer.name if section == HELD else section)


def about(engine: Engine, ordered: Export) -> dict[str, Any]:
    """Whose data it is, who answers for it, when it was collected, and what its person may do."""
    controller = engine.manifest.controller
    return {
        "controller": {"name": controller.name, "contact": controller.contact},
        "subject": f"subject-{ordered.subject_id}",
        "ordered_at": plain(ordered.ordered_at),
        "as_of": plain(clock.now()),
        "consistency": gettext(
            "Rows were read in batches, none before “as of”: what changed meanwhile is told as it was when its batch"
            " was read."
        ),
        "notice": absolute("/privacy"),
        "rights": _rights(controller.contact),
    }


def not_held(engine: Engine, held: set[str]) -> list[dict[str, Any]]:
    """The declared fields of which nothing is held, with what would ask for them."""
    manifest = engine.manifest
    return [
        {
            "field": key,
            "label": gettext(declared.label),
            "reason": gettext(declared.reason),
            "asked_by": asked_by(manifest, key),
        }
        for key, declared in manifest.fields.items()
        if key not in held
    ]


def head(engine: Engine, holding: Holding, rows: int) -> dict[str, Any]:
    """What a table is held for, by whose word, for whom and until when, and what its columns mean."""
    words = holding.words()
    return {
        "table": holding.table,
        "label": words.label,
        "purpose": purpose_of(engine.manifest, holding.purpose),
        "source": words.source,
        "retention": words.retention,
        "outlives_erasure": _kept(engine, holding),
        "columns": dict(words.columns),
        "count": rows,
    }


def by_its_field(engine: Engine, section: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """What is declared of a row's field, where each goes by its own: about the held field, and beside a suggestion."""
    holding = holding_of(engine, section)
    if holding is None or holding.purpose != FIELDS:
        return {}
    declared = field_of(engine.manifest, row["field"])
    return declared if section == HELD else {"of_field": declared}


def _kept(engine: Engine, holding: Holding) -> dict[str, Any] | None:
    if holding.kept is None:
        return None
    return {"purpose": purpose_of(engine.manifest, holding.kept.purpose), "retention": holding.kept.retention}


def _rights(contact: str) -> list[str]:
    return [
        gettext("You may see, correct and remove what is held: %(url)s", url=absolute("/account")),
        gettext("You may take along what you gave us: this document can be read by a program."),
        gettext("You may have it kept without being used, object to measurement, or have all of it erased."),
        gettext("You may withdraw a consent at any time, as easily as you gave it."),
        gettext("You may complain to a supervisory authority."),
        gettext("For all of this, write to %(contact)s.", contact=contact),
    ]
