"""What a visitor of the demo was asked: the records that the dashboard counts, as they come to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from asklater import Engine, gettext
from asklater.records import Subject, prompt, prompt_field
from halftone.demo.rule_changes import excerpt, live_manifest

MOST = 12


@dataclass(frozen=True)
class OwnAsk:
    """One ask, as the dashboard counts it."""

    opened_at: datetime
    field: str
    action: str
    state: str
    views: int
    submissions: int
    errors: int


@dataclass(frozen=True)
class OwnAsks:
    """The newest asks of somebody, and the manifest's lines that caused them. `fields` are what is stored by now."""

    asks: tuple[OwnAsk, ...]
    lines: str
    fields: tuple[str, ...]


def own_asks(engine: Engine, subject: Subject | None) -> OwnAsks:
    """Those of `subject`, newest first. One statement."""
    if subject is None:
        return OwnAsks((), "", ())
    wanted = (
        select(prompt_field, prompt.c.completed_at)
        .join(prompt, prompt.c.id == prompt_field.c.prompt_id)
        .where(prompt_field.c.subject_id == subject.id)
        .order_by(prompt_field.c.id.desc())
        .limit(MOST)
    )
    rows = engine.database.reading().execute(wanted).all()
    manifest = engine.manifest
    asks = tuple(
        OwnAsk(
            row.opened_at,
            gettext(manifest.fields[row.field].label) if row.field in manifest.fields else row.field,
            gettext(manifest.actions[row.action].label) if row.action in manifest.actions else row.action,
            _states()[row.outcome or "open"],
            row.impressions,
            row.submissions,
            row.rejections,
        )
        for row in rows
    )
    stored = tuple(gettext(field.label) for key, field in manifest.fields.items() if key in subject.held)
    return OwnAsks(asks, _lines([row.action for row in rows]), stored)


def _lines(actions: Sequence[str]) -> str:
    return excerpt(live_manifest().text, actions[0]) if actions else ""


def _states() -> dict[str, str]:
    return {
        "open": gettext("Being asked"),
        "completed": gettext("Completed"),
        "dismissed": gettext("Dismissed"),
        "superseded": gettext("Answered elsewhere"),
        "skipped": gettext("Skipped"),
        "abandoned": gettext("Abandoned"),
    }
