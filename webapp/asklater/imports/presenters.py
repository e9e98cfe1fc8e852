"""The page of readiness: runs, and the report of one of them with small counts hidden."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.imports.formats import FORMATS
from asklater.imports.readiness import (
    ACTION_COLUMNS,
    CONFIRMATION,
    IMPORT,
    LEFT_OUT_COLUMNS,
    NEVER_BROUGHT,
    PERSON,
    UNMAPPED,
    UNNEEDED,
    Readiness,
    readiness,
)
from asklater.imports.runs import PastRun
from asklater.suppression import is_too_small, suppressed_text

Cell = int | str


@dataclass(frozen=True)
class RunLine:
    """A run in the list; `url` is "" for the one that is shown."""

    system: str
    sort: str
    began_at: datetime
    url: str


@dataclass(frozen=True)
class ReadinessPage:
    """The page; without runs it says how to make one. Rows are cells for the table component."""

    runs: tuple[RunLine, ...]
    people: Cell
    summary: str
    action_columns: tuple[tuple[str, str], ...]
    action_rows: tuple[tuple[Cell, ...], ...]
    left_out_columns: tuple[tuple[str, str], ...]
    left_out_rows: tuple[tuple[Cell, ...], ...]
    actions_csv: str
    left_out_csv: str
    json_url: str


def readiness_page(engine: Engine, runs: Iterable[PastRun], shown: PastRun | None) -> ReadinessPage:
    """The page of these runs, with the report of the one that is `shown`."""
    report = readiness(engine, shown.tally) if shown else Readiness(0, (), ())
    number = shown.id if shown else None
    return ReadinessPage(
        runs=tuple(_run(run, is_shown=run is shown) for run in runs),
        people=told(report.people, report.people),
        summary=_summary(shown) if shown else "",
        action_columns=_columns(
            (gettext("Action"), gettext("Field"), gettext("Needed"), gettext("Solved by")),
            (
                gettext("Stopped"),
                gettext("At most"),
                gettext("Lack it"),
                gettext("Lack only this"),
                gettext("Suggested"),
            ),
        ),
        action_rows=tuple(_action_rows(engine, report)),
        left_out_columns=((gettext("Name"), ""), (gettext("Reason"), "wide"), (gettext("People"), "number")),
        left_out_rows=tuple(
            (line.name, reason_label(line.reason), told(line.people, report.people)) for line in report.left_out
        ),
        actions_csv=url_for("readiness.actions_csv", run=number),
        left_out_csv=url_for("readiness.left_out_csv", run=number),
        json_url=url_for("readiness.as_json", run=number),
    )


def told(count: int, of: int) -> Cell:
    """A count of people, hidden where it tells of fewer than five, or of all but so few."""
    return suppressed_text() if is_too_small(count) or is_too_small(of - count) else count


def suppressed_action_rows(report: Readiness) -> Iterable[tuple[Any, ...]]:
    """The rows of the report's actions, small counts hidden, as `ACTION_COLUMNS` says."""
    counts = {"people", "stopped", "stopped_at_most", "lacking", "by_this_alone", "suggested"}
    return (_hidden(ACTION_COLUMNS, counts, row, report.people) for row in report.action_rows())


def suppressed_left_out_rows(report: Readiness) -> Iterable[tuple[Any, ...]]:
    """The rows of what was left out, small counts hidden, as `LEFT_OUT_COLUMNS` says."""
    return (_hidden(LEFT_OUT_COLUMNS, {"people"}, row, report.people) for row in report.left_out_rows())


def suppressed_document(report: Readiness) -> dict[str, Any]:
    """The report as JSON, small counts null."""
    document = report.as_json()

    def hide(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: hide(entry) for name, entry in value.items()}
        if isinstance(value, list | tuple):
            return [hide(entry) for entry in value]
        return None if isinstance(value, int) and isinstance(told(value, report.people), str) else value

    hidden: dict[str, Any] = hide(document)
    return hidden


def _hidden(columns: tuple[str, ...], counts: set[str], row: tuple[Any, ...], people: int) -> tuple[Any, ...]:
    return tuple(told(cell, people) if name in counts else cell for name, cell in zip(columns, row, strict=True))


def _columns(texts: Iterable[str], numbers: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return (*((text, "") for text in texts), *((text, "number") for text in numbers))


def _action_rows(engine: Engine, report: Readiness) -> Iterable[tuple[Cell, ...]]:
    for line in report.actions:
        action = gettext(engine.action(line.action).label)
        for it in line.fields:
            needed = gettext("When %(condition)s", condition=it.when) if it.when else gettext("Always")
            words = (gettext(engine.field(it.field).label), needed, spared_label(it.spared_by))
            counts = (line.stopped, line.at_most, it.lacking, it.alone, it.suggested)
            yield action, *words, *(told(count, report.people) for count in counts)


def spared_label(what: str) -> str:
    """What would spare people the question, in words."""
    return {
        IMPORT: gettext("An import that brings it"),
        CONFIRMATION: gettext("One press, if an import suggests it"),
        PERSON: gettext("Nothing: only its person can give it"),
    }[what]


def reason_label(reason: str) -> str:
    """Why something is left out, in words."""
    return {
        UNMAPPED: gettext("No field has this name"),
        UNNEEDED: gettext("No action needs it"),
        NEVER_BROUGHT: gettext("No import brings it"),
    }[reason]


def _summary(run: PastRun) -> str:
    tally, people = run.tally, run.tally.people
    return gettext(
        "%(rows)s rows: %(new)s new people, %(known)s here already, %(faulty)s faulty.",
        rows=tally.rows,
        new=told(tally.new, people),
        known=told(tally.known, people),
        faulty=told(tally.faulty, tally.rows),
    )


def _run(run: PastRun, *, is_shown: bool) -> RunLine:
    sort = gettext("Dry run") if not run.applied else gettext("Import") if run.ended_at else gettext("Stopped import")
    url = "" if is_shown else url_for("readiness.page", run=run.id)
    return RunLine(FORMATS[run.system].label if run.system in FORMATS else run.system, sort, run.began_at, url)
