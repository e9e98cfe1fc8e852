"""Pages of the record of processing and of its versions, changes told as sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asklater import clock
from asklater.endpoints import url_for
from asklater.i18n import gettext
from asklater.privacy.record_of_processing.record import ProcessingRecord
from asklater.privacy.record_of_processing.versions import Change, RecordVersion, VersionChanges, record_changes


@dataclass(frozen=True)
class RecordPage:
    """A record, live or as it was: `summary` tells which. The files hold the same; the live one has no `live_url`."""

    summary: str
    record: ProcessingRecord
    json_url: str
    csv_url: str
    live_url: str


@dataclass(frozen=True)
class RecordVersionLine:
    """A version that was recorded, and its changes as sentences. `summary` stands where there are none."""

    number: int
    at: datetime
    url: str
    summary: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class ChosenVersions:
    """What the form of a comparison holds: numbers of versions, and what is wrong with them."""

    old: str
    new: str
    error: str


@dataclass(frozen=True)
class RecordVersionsPage:
    """The newest versions, the newest first, and the differences between the two that were chosen, if any were."""

    versions: tuple[RecordVersionLine, ...]
    chosen: ChosenVersions
    result_title: str
    result: tuple[str, ...]


def change_sentence(change: Change) -> str:
    """Returns a change in the reader's language, such as: Added the field Phone number to Protecting your account."""
    match change.what:
        case "added":
            return _added(change)
        case "removed":
            return _removed(change)
        case "changed":
            return _changed(change)


def _added(change: Change) -> str:
    return {
        "field": gettext("Added the field %(name)s to %(purpose)s.", name=change.name, purpose=change.purpose),
        "table": gettext("Added the records %(name)s to %(purpose)s.", name=change.name, purpose=change.purpose),
        "purpose": gettext("Added the purpose %(name)s.", name=change.name),
        "measure": gettext("Added the measure: %(name)s", name=change.name),
    }[change.thing]


def _removed(change: Change) -> str:
    return {
        "field": gettext("Removed the field %(name)s from %(purpose)s.", name=change.name, purpose=change.purpose),
        "table": gettext("Removed the records %(name)s from %(purpose)s.", name=change.name, purpose=change.purpose),
        "purpose": gettext("Removed the purpose %(name)s.", name=change.name),
        "measure": gettext("Removed the measure: %(name)s", name=change.name),
    }[change.thing]


def _changed(change: Change) -> str:
    words = {"part": _part(change.part), "before": change.before or _nothing(), "after": change.after or _nothing()}
    if change.thing == "controller":
        return gettext("Controller, %(part)s: from “%(before)s” to “%(after)s”.", **words)
    if change.thing == "purpose":
        return gettext("%(name)s, %(part)s: from “%(before)s” to “%(after)s”.", name=change.name, **words)
    return gettext(
        "%(name)s in %(purpose)s, %(part)s: from “%(before)s” to “%(after)s”.",
        name=change.name,
        purpose=change.purpose,
        **words,
    )


def _nothing() -> str:
    return gettext("nothing")


def _part(part: str) -> str:
    return {
        "name": gettext("name"),
        "contact": gettext("contact"),
        "address": gettext("postal address"),
        "representative": gettext("representative"),
        "joint_controllers": gettext("joint controllers"),
        "officer": gettext("data protection officer"),
        "jurisdiction": gettext("jurisdiction"),
        "storage_location": gettext("place of storage"),
        "supervisory_authority": gettext("supervisory authority"),
        "label": gettext("label"),
        "basis": gettext("legal basis"),
        "ground": gettext("what the basis rests on"),
        "persons": gettext("categories of persons"),
        "recipients": gettext("recipients"),
        "transfers": gettext("transfers"),
        "details": gettext("what is in it"),
        "sensitivity": gettext("sensitivity"),
        "source": gettext("source"),
        "kept": gettext("time limit"),
        "readers": gettext("readers"),
    }[part]


def live_page(record: ProcessingRecord) -> RecordPage:
    summary = gettext(
        "Made on %(at)s UTC from the declarations, the tables and the settings that the application runs with. "
        "Sources and time limits are told in the words that people read themselves.",
        at=f"{clock.now():%Y-%m-%d %H:%M}",
    )
    return RecordPage(summary, record, _file("json"), _file("csv"), "")


def version_page(version: RecordVersion) -> RecordPage:
    at = f"{version.at:%Y-%m-%d %H:%M}"
    summary = gettext("Version %(number)s, as it stood from %(at)s UTC on.", number=version.number, at=at)
    number = version.number
    live_url = url_for("officer.record")
    return RecordPage(summary, version.record, _file("json", number), _file("csv", number), live_url)


def versions_page(steps: Sequence[VersionChanges], chosen: ChosenVersions) -> RecordVersionsPage:
    """Returns the page. `chosen` are numbers as they were asked for; one that no listed version has is an error."""
    versions = {str(step.version.number): step.version for step in steps}
    lines = tuple(_line(step) for step in steps)
    if not (chosen.old or chosen.new):
        usual = list(versions)[:2]
        return RecordVersionsPage(
            lines, ChosenVersions(usual[-1] if usual else "", usual[0] if usual else "", ""), "", ()
        )
    if chosen.old not in versions or chosen.new not in versions:
        error = gettext("Choose two versions of the list.")
        return RecordVersionsPage(lines, ChosenVersions(chosen.old, chosen.new, error), "", ())
    found = record_changes(versions[chosen.old].record, versions[chosen.new].record)
    title = gettext("From version %(old)s to version %(new)s", old=chosen.old, new=chosen.new)
    return RecordVersionsPage(lines, chosen, title, tuple(change_sentence(change) for change in found) or (_same(),))


def _line(step: VersionChanges) -> RecordVersionLine:
    summary = gettext("The first record.") if step.is_first else ""
    version = step.version
    url = url_for("officer.record", version=version.number)
    changes = tuple(change_sentence(change) for change in step.changes)
    return RecordVersionLine(version.number, version.at, url, summary or ("" if changes else _same()), changes)


def _same() -> str:
    return gettext("Nothing that is told differs.")


def _file(form: str, number: int | None = None) -> str:
    return url_for("officer.record_file", form=form, version=number)
