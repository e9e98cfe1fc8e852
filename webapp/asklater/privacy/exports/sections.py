"""The sections of an export in their order, and what the head of each says of purpose, source and retention."""

from collections.abc import Mapping
from typing import Any

import isodate

from asklater import clock
from asklater.engine import Engine
from asklater.http import page_url
from asklater.i18n import gettext
from asklater.manifest.declarations import Field, Manifest, Purpose
from asklater.manifest.notice import kept
from asklater.personal_tables import PersonalTable, key_of_table
from asklater.privacy.exports.orders import Export
from asklater.privacy.exports.redactions import Redactions
from asklater.privacy.exports.serialisation import json_value
from asklater.records.personal_tables import FIELDS
from asklater.tables import answer

ABOUT, HELD, NOT_HELD, LIVE = "about", "fields", "not_held", "application"
"""Sections beside those that are called like their table."""
ANSWERS = key_of_table(answer)
"""The table that the fields which are held come from."""


def declared_purpose(manifest: Manifest, key: str) -> dict[str, Any] | None:
    """Returns the purpose with its basis, recipients and transfers; None where the manifest has none of that key."""
    declared = manifest.purposes.get(key)
    return told_purpose(manifest, declared) if declared else None


def told_purpose(manifest: Manifest, declared: Purpose) -> dict[str, Any]:
    """Returns a purpose as an export tells it."""
    return {
        "key": declared.key,
        "label": gettext(declared.label),
        "basis": declared.basis,
        "recipients": [gettext(name) for name in manifest.recipient_labels(declared)],
        "transfers": [f"{gettext(it.country)}: {gettext(it.safeguard)}" for it in manifest.transfers_of(declared)],
    }


def declared_field(manifest: Manifest, key: str) -> dict[str, Any]:
    """Returns what is declared of a field; of one that was dropped since, its key and that it is not declared."""
    declared = manifest.fields.get(key)
    if declared is None:
        return {"field": key, "declared": False, "label": key, "purpose": None}
    return {
        "field": key,
        "declared": True,
        "label": gettext(declared.label),
        "kind": declared.kind,
        "reason": gettext(declared.reason),
        "sensitivity": declared.sensitivity,
        "purpose": told_purpose(manifest, manifest.purpose_of(key)),
        "retention": declared_retention(declared),
        "readers": [gettext(name) for name in declared.readers],
        "asked_by": asking_actions(manifest, key),
    }


def declared_retention(declared: Field) -> dict[str, str]:
    """Returns how long it is kept from its last use, in ISO 8601 and in words."""
    return {"duration": str(isodate.duration_isoformat(declared.retention)), "words": kept(declared)}


def asking_actions(manifest: Manifest, key: str) -> list[dict[str, str]]:
    """Returns the actions and background prompts that ask for the field."""
    actions = [{"key": action.key, "label": gettext(action.label)} for action in manifest.asking(key)]
    prompts = [{"key": prompt.key, "label": gettext(prompt.label)} for prompt in manifest.prompting(key)]
    return [*actions, *prompts]


def sections(engine: Engine) -> list[str]:
    """Returns the names of the sections, in the order in which an export is built and read."""
    tables = [name for name in engine.registry.personal_tables if name != ANSWERS]
    return [ABOUT, HELD, NOT_HELD, *((LIVE,) if engine.answers.sources else ()), *tables]


def section_table(engine: Engine, section: str) -> PersonalTable | None:
    """Returns the table that a section exports, None for a section without rows."""
    return engine.registry.personal_tables.get(ANSWERS if section == HELD else section)


def about_export(engine: Engine, ordered: Export, redactions: Redactions) -> dict[str, Any]:
    """Says whose data it is, who answers for it, when it was collected, what is blacked out, and what its person may
    do."""
    controller = engine.manifest.controller
    blacked_out = [{"reason": reason, "texts": number} for reason, number in redactions.counts()]
    return {
        "controller": {"name": controller.name, "contact": controller.contact},
        "subject": f"subject-{ordered.subject_id}",
        "ordered_at": json_value(ordered.ordered_at),
        "as_of": json_value(clock.now()),
        "consistency": gettext(
            "Rows were read in batches, none before “as of”: what changed meanwhile is told as it was when its batch"
            " was read."
        ),
        "notice": page_url("privacy.notice"),
        "rights": _rights(controller.contact),
        **({"redactions": blacked_out} if blacked_out else {}),
    }


def fields_not_held(engine: Engine, held: set[str]) -> list[dict[str, Any]]:
    """Returns the declared fields of which nothing is held, with what would ask for them."""
    manifest = engine.manifest
    return [
        {
            "field": key,
            "label": gettext(declared.label),
            "reason": gettext(declared.reason),
            "asked_by": asking_actions(manifest, key),
        }
        for key, declared in manifest.fields.items()
        if key not in held
    ]


def live_records(engine: Engine, subject_id: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Returns what the application holds itself of the person, as it is now: the head of the section, and its rows."""
    live = engine.answers.live(subject_id)
    head = {
        "table": LIVE,
        "label": gettext("From your account in this application"),
        "purpose": None,
        "source": gettext("your account in this application"),
        "retention": gettext("as long as the account there"),
        "outlives_erasure": None,
        "columns": {"field": gettext("field"), "value": gettext("value")},
        "count": len(live),
    }
    rows = [
        {
            "of_field": declared_field(engine.manifest, key),
            "field": key,
            "value": json_value(engine.kind_of(key).dump(value)),
        }
        for key, value in live.items()
    ]
    return head, rows


def section_head(engine: Engine, table: PersonalTable, rows: int) -> dict[str, Any]:
    """Returns what a table is kept for, from which source and until when, and what its columns mean."""
    words = table.words()
    return {
        "table": table.key,
        "label": words.label,
        "purpose": declared_purpose(engine.manifest, table.purpose),
        "source": words.source,
        "retention": table.retention_text,
        "outlives_erasure": _legal_hold(engine, table),
        "columns": dict(words.columns),
        "count": rows,
    }


def row_field(engine: Engine, section: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what is declared of a row's field, where each row goes by its own; beside a suggestion under a key of
    its own."""
    table = section_table(engine, section)
    if table is None or table.purpose != FIELDS:
        return {}
    declared = declared_field(engine.manifest, row["field"])
    return declared if section == HELD else {"of_field": declared}


def _legal_hold(engine: Engine, table: PersonalTable) -> dict[str, Any] | None:
    if table.kept is None:
        return None
    return {"purpose": declared_purpose(engine.manifest, table.kept.purpose), "retention": table.kept.retention}


def _rights(contact: str) -> list[str]:
    return [
        gettext("You may see, correct and remove what is held: %(url)s", url=page_url("personal_data.data")),
        gettext("You may take along what you gave us: this document can be read by a program."),
        gettext("You may have it kept without being used, object to measurement, or have all of it erased."),
        gettext("You may withdraw a consent at any time, as easily as you gave it."),
        gettext("You may complain to a supervisory authority."),
        gettext("For all of this, write to %(contact)s.", contact=contact),
    ]
