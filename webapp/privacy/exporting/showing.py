"""What the page of one's own export shows."""

from webapp.privacy.exporting.ordering import Export, latest_export
from webapp.privacy.exporting.pages import ExportPage, ExportPanel
from webapp.profiling.engine import Engine
from webapp.profiling.people import Subject
from webapp.profiling.words import gettext


def export_page(engine: Engine, subject: Subject | None) -> ExportPage:
    """The page of the person who looks; of a visitor of whom nothing is held, too."""
    panel = _panel(latest_export(subject.id)) if subject else ExportPanel("nobody")
    held = len(subject.held) if subject else 0
    return ExportPage(panel, held, len(engine.holdings), engine.manifest.controller.contact)


def _panel(found: Export | None) -> ExportPanel:
    if found is None:
        return ExportPanel("none")
    if found.is_unfinished:
        total = max(found.total, found.done)
        says = gettext("%(done)s of %(total)s records are in it.", done=found.done, total=total)
        return ExportPanel("building", found.id, found.done, total, says=says if total else gettext("It begins now."))
    if not found.is_ready:
        return ExportPanel("failed", found.id, says=gettext("Your data could not be prepared."))
    return ExportPanel(
        "ready",
        found.id,
        found.done,
        found.total,
        _kilobytes(found.size),
        found.unopened,
        found.expires_at,
        gettext("Your data is ready."),
    )


def _kilobytes(characters: int) -> str:
    if characters < 1_000_000:
        return gettext("%(size)s kB", size=max(1, round(characters / 1000)))
    return gettext("%(size)s MB", size=f"{characters / 1_000_000:.1f}")
