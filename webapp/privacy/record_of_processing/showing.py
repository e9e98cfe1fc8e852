"""Putting the pages of the record of processing together."""

from collections.abc import Sequence

from flask import url_for

from webapp import clock
from webapp.privacy.record_of_processing.differences import changes
from webapp.privacy.record_of_processing.pages import Chosen, RecordPage, VersionLine, VersionsPage
from webapp.privacy.record_of_processing.record import Record
from webapp.privacy.record_of_processing.recording import Step, Version
from webapp.privacy.record_of_processing.wording import sentence
from webapp.profiling.words import gettext


def live_page(record: Record) -> RecordPage:
    says = gettext(
        "Made on %(at)s UTC from the declarations, the tables and the settings that the application runs with. "
        "Sources and time limits are told in the words that people read themselves.",
        at=f"{clock.now():%Y-%m-%d %H:%M}",
    )
    return RecordPage(says, record, _file("json"), _file("csv"), "")


def version_page(version: Version) -> RecordPage:
    at = f"{version.at:%Y-%m-%d %H:%M}"
    says = gettext("Version %(number)s, as it stood from %(at)s UTC on.", number=version.number, at=at)
    number = version.number
    live_url = url_for("officer.record")
    return RecordPage(says, version.record, _file("json", number), _file("csv", number), live_url)


def versions_page(steps: Sequence[Step], chosen: Chosen) -> VersionsPage:
    """`chosen` are numbers as they were asked for; what is none of a version that is told is said beside them."""
    versions = {str(step.version.number): step.version for step in steps}
    lines = tuple(_line(step) for step in steps)
    if not (chosen.old or chosen.new):
        usual = list(versions)[:2]
        return VersionsPage(lines, Chosen(usual[-1] if usual else "", usual[0] if usual else "", ""), "", ())
    if chosen.old not in versions or chosen.new not in versions:
        error = gettext("Choose two versions of the list.")
        return VersionsPage(lines, Chosen(chosen.old, chosen.new, error), "", ())
    found = changes(versions[chosen.old].record, versions[chosen.new].record)
    title = gettext("From version %(old)s to version %(new)s", old=chosen.old, new=chosen.new)
    return VersionsPage(lines, chosen, title, tuple(sentence(change) for change in found) or (_same(),))


def _line(step: Step) -> VersionLine:
    says = gettext("The first record.") if step.is_first else ""
    version = step.version
    url = url_for("officer.record", version=version.number)
    told = tuple(sentence(change) for change in step.changes)
    return VersionLine(version.number, version.at, url, says or ("" if told else _same()), told)


def _same() -> str:
    return gettext("Nothing that is told differs.")


def _file(form: str, number: int | None = None) -> str:
    return url_for("officer.record_file", form=form, version=number)
