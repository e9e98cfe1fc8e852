"""The page of one's own export."""

from dataclasses import dataclass
from datetime import datetime

from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.privacy.exports.orders import Export, latest_export
from asklater.privacy.exports.redactions import redactions_of
from asklater.records.people import Subject
from asklater.subjects.held_fields import settings_url


@dataclass(frozen=True)
class ExportPanel:
    """How far an export has come. `state` is none, nobody, building, ready or failed."""

    state: str
    number: int = 0
    done: int = 0
    total: int = 0
    size: str = ""
    unopened: int = 0
    redacted: tuple[tuple[str, int], ...] = ()
    """How many texts have something blacked out, for each reason."""
    expires_at: datetime | None = None
    summary: str = ""
    """For those who hear the page: what has become of it."""


@dataclass(frozen=True)
class ExportPage:
    """The panel, what the document holds, and where to write."""

    panel: ExportPanel
    fields: int
    tables: int
    contact: str
    back_url: str
    sign_in_url: str
    proving_url: str
    """Where the way to what other browsers hold begins; "" where all of it is in the document."""


def export_page(engine: Engine, subject: Subject | None) -> ExportPage:
    """Returns the page for a person, or for a visitor of whom nothing is held."""
    panel = _export_panel(engine, latest_export(subject.id)) if subject else ExportPanel("nobody")
    held = len(subject.held) if subject else 0
    return ExportPage(
        panel=panel,
        fields=held,
        tables=len(engine.registry.personal_tables),
        contact=engine.manifest.controller.contact,
        back_url=settings_url(engine),
        sign_in_url=current_identity().sign_in_url(url_for("exports.page")),
        proving_url=current_identity().proving_url(url_for("exports.page")),
    )


def _export_panel(engine: Engine, found: Export | None) -> ExportPanel:
    if found is None:
        return ExportPanel("none")
    if found.is_unfinished:
        total = max(found.total, found.done)
        summary = gettext("%(done)s of %(total)s records are in it.", done=found.done, total=total)
        return ExportPanel(
            "building", found.id, found.done, total, summary=summary if total else gettext("It begins now.")
        )
    if not found.is_ready:
        return ExportPanel("failed", found.id, summary=gettext("Your data could not be prepared."))
    return ExportPanel(
        "ready",
        found.id,
        found.done,
        found.total,
        _kilobytes(found.character_count),
        found.unopened,
        tuple(redactions_of(engine, found.subject_id).counts()) if found.redacted else (),
        found.expires_at,
        gettext("Your data is ready."),
    )


def _kilobytes(characters: int) -> str:
    if characters < 1_000_000:
        return gettext("%(size)s kB", size=max(1, round(characters / 1000)))
    return gettext("%(size)s MB", size=f"{characters / 1_000_000:.1f}")
