"""The officer's queue: what is to be dealt with, whose it is, who deals with it, and what comes first."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from asklater.database.access import current_database
from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.kinds.base import Input, Option
from asklater.privacy.masked_addresses import Officer, officers
from asklater.privacy.officer import current_officer
from asklater.privacy.requests import queries
from asklater.privacy.requests.askers import masked_askers
from asklater.privacy.requests.deadlines import due_on
from asklater.privacy.requests.labels import Kind, State, came_by_label, kind_label, state_label
from asklater.privacy.requests.presenters import RequestLine, request_line
from asklater.privacy.requests.queries import NOBODY, OVERDUE, RUNNING, SOON, QueueCounts, QueueFilter, Request
from asklater.privacy.requests.reminders import wants_mails

ME = "me"
"""The filter of the officer who looks."""


@dataclass(frozen=True)
class QueueLine:
    """A request in the queue: `who` asks, by a masked address, and whom it is `assigned` to. `came_by` is "" where its
    person asked here."""

    line: RequestLine
    who: str
    assigned: str
    came_by: str


@dataclass(frozen=True)
class QueuePage:
    """The officer's queue, what is due first. `counts` are (number, label, where these are listed). `older_url` is ""
    at its end. `wants_mails` says whether the officer who looks is mailed about requests."""

    counts: tuple[tuple[int, str, str], ...]
    filters: tuple[Input, ...]
    is_filtered: bool
    lines: tuple[QueueLine, ...]
    older_url: str
    csv_url: str
    """Where the same requests are downloaded."""
    wants_mails: bool


def read_filter(asked: Mapping[str, str]) -> QueueFilter:
    """Reads which requests are wanted; what is no choice counts as none."""
    chosen = {name: asked.get(name, default) for name, default in (("state", RUNNING), ("kind", ""), ("due", ""))}
    chosen["assigned"] = asked.get("assigned", "")
    known = _options()
    return QueueFilter(**{name: value if value in known[name] else _default(name) for name, value in chosen.items()})


def queue_page(engine: Engine, chosen: QueueFilter, before: int | None) -> QueuePage:
    """Returns the queue of the officer who makes this HTTP request."""
    me, colleagues, here = current_officer(), officers(engine), engine.people.subject()
    rows = queries.queue(_of_officer(chosen), before)
    askers = masked_askers(engine, rows)
    asked: dict[str, Any] = asdict(chosen)
    older = url_for("officer.requests", **asked, before=rows[-1].id) if len(rows) == queries.PAGE_SIZE else ""
    return QueuePage(
        counts=_counts(queries.queue_counts(current_database(), me)),
        filters=tuple(_select(name, label, _options()[name], asked[name]) for name, label in _filter_labels().items()),
        is_filtered=chosen != QueueFilter(),
        lines=tuple(
            QueueLine(
                line=request_line(row, "officer.request"),
                who=_who(row, askers),
                assigned=assignee_label(row.taken_by, colleagues),
                came_by=came_by_label(row.came_by),
            )
            for row in rows
        ),
        older_url=older,
        csv_url=url_for("officer.requests_csv", **asked),
        wants_mails=here is not None and wants_mails(here.id),
    )


QUEUE_COLUMNS = (
    *("number", "kind", "about", "state", "received", "last day", "closed", "overdue", "through", "came by"),
    "assigned to",
)


def queue_cells(chosen: QueueFilter) -> Iterator[tuple[object, ...]]:
    """Yields the cells of every request that the queue shows, a page of them in memory."""
    for one in queries.whole_queue(_of_officer(chosen)):
        last_day = due_on(one.received_at.date(), one.extension)
        what = (one.public_id, one.kind, one.field, one.state, one.received_at, last_day, one.closed_at)
        yield *what, one.is_overdue, one.through, one.came_by, one.taken_by


def _of_officer(chosen: QueueFilter) -> QueueFilter:
    """The filter with the officer who looks by their pseudonym."""
    return replace(chosen, assigned=current_officer()) if chosen.assigned == ME else chosen


def assignee_label(pseudonym: str, colleagues: Mapping[str, Officer]) -> str:
    """Says whom a request is assigned to, to the officer who looks; of a former officer, the pseudonym."""
    if not pseudonym:
        return gettext("nobody")
    if pseudonym == current_officer():
        return gettext("you")
    return colleagues[pseudonym].label if pseudonym in colleagues else pseudonym


def _counts(counted: QueueCounts) -> tuple[tuple[int, str, str], ...]:
    return (
        (counted.running, gettext("Open"), url_for("officer.requests")),
        (counted.overdue, gettext("Overdue"), url_for("officer.requests", due=OVERDUE)),
        (counted.soon, gettext("Due within a week"), url_for("officer.requests", due=SOON)),
        (counted.mine, gettext("Assigned to you"), url_for("officer.requests", assigned=ME)),
        (counted.unassigned, gettext("Assigned to nobody"), url_for("officer.requests", assigned=NOBODY)),
    )


def _who(request: Request, askers: Mapping[int, str]) -> str:
    if request.subject_id is None:
        return gettext("erased")
    return askers.get(request.id) or gettext("number %(number)s, no address", number=request.subject_id)


def _default(name: str) -> str:
    return RUNNING if name == "state" else ""


def _filter_labels() -> dict[str, str]:
    return {
        "state": gettext("State"),
        "kind": gettext("Asked for"),
        "due": gettext("Due"),
        "assigned": gettext("Assigned to"),
    }


def _options() -> dict[str, dict[str, str]]:
    every = {"": gettext("All")}
    return {
        "state": {RUNNING: gettext("Open"), **every}
        | {key: state_label(key) for key in State if key is not State.UNVERIFIED},
        "kind": every | {key: kind_label(key) for key in Kind},
        "due": every | {OVERDUE: gettext("Overdue"), SOON: gettext("Within a week")},
        "assigned": every | {ME: gettext("You"), NOBODY: gettext("Nobody")},
    }


def _select(name: str, label: str, options: Mapping[str, str], chosen: str) -> Input:
    choices = tuple(Option(key, words) for key, words in options.items())
    return Input(name=name, id=name, label=label, type="select", values=(chosen,), options=choices)
