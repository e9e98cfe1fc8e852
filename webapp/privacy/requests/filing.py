"""Filing a request, and closing one: the only two places where a request begins and ends."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from webapp import clock
from webapp.accounts.limits import Limit, spend
from webapp.db import current_database
from webapp.privacy.requests import finding, receipts, trail
from webapp.privacy.requests.deadlines import due_at
from webapp.privacy.requests.finding import COLUMNS, Request
from webapp.privacy.requests.models import address_label, message_label, requests
from webapp.privacy.requests.vocabulary import OFFICER, RUNNING, SELF, Kind, Outcome, State
from webapp.profiling.engine import current_engine

FILED = Limit("privacy requests", 20, timedelta(hours=1))
"""Per person; a request is never lost to it: it says how long to wait."""
LONGEST = 4000
"""Characters of a message."""


@dataclass(frozen=True)
class Wish:
    """What somebody asks for. `pressed` names the press, so that a second one makes no second request."""

    kind: Kind
    message: str = ""
    field: str = ""
    pressed: str = ""


class NotNow(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The request does not stand where this step can be taken. Its words say why."""


def file(subject_id: int, wish: Wish) -> tuple[Request, bool]:
    """A request of a signed-in person for the officer, and whether it is new. Raises Unable."""
    return _file(subject_id, wish, OFFICER, State.OPEN)


def file_done(subject_id: int, wish: Wish, outcome: Outcome) -> tuple[Request, bool]:
    """A request that its person has been given at once, with its receipt; and whether it is new. Raises Unable."""
    request, is_new = _file(subject_id, wish, SELF, State.OPEN)
    if is_new:
        request = close(request, State.DONE, trail.PERSON, outcome=outcome)
    return request, is_new


def file_unproved(subject_id: int, wish: Wish, address: str) -> Request:
    """A request that waits for the code which was sent to `address`. Raises Unable."""
    request, _is_new = _file(subject_id, wish, OFFICER, State.UNPROVED)
    sealed = current_engine().seal(subject_id, address_label(request.public_id), address)
    current_database().writing().execute(update(requests).where(requests.c.id == request.id).values(address=sealed))
    return request


def close(
    request: Request, state: State, who: trail.Who, note: str = "", *, outcome: str = "", event: str = ""
) -> Request:
    """End it, with a receipt. Raises NotNow when it has ended already, which a second press finds."""
    moment = clock.now()
    closed = move(request, state=state, outcome=outcome, closed_at=moment)
    trail.add(request.id, request.subject_id, event or state, who, note)
    receipt = receipts.sign(closed)
    current_database().writing().execute(update(requests).where(requests.c.id == request.id).values(receipt=receipt))
    return read_again(request)


def move(request: Request, **values: object) -> Request:
    """Change what runs, in one statement that others see or wait for. Raises NotNow."""
    running = update(requests).where(requests.c.id == request.id, requests.c.state.in_(RUNNING))
    if current_database().writing().execute(running.values(**values)).rowcount == 0:
        raise NotNow
    return read_again(request)


def read_again(request: Request) -> Request:
    """The request as it stands now."""
    row = current_database().writing().execute(select(*COLUMNS).where(requests.c.id == request.id)).one()
    return Request(*row)


def _file(subject_id: int, wish: Wish, through: str, state: State) -> tuple[Request, bool]:
    spend(FILED, subject_id)
    database, engine, moment = current_database(), current_engine(), clock.now()
    name = secrets.token_urlsafe(18)
    row = {
        "public_id": name,
        "subject_id": subject_id,
        "kind": wish.kind,
        "through": through,
        "state": state,
        "outcome": "",
        "received_at": moment,
        "due_at": due_at(moment),
        "extension": 0,
        "field": wish.field,
        "taken_by": "",
        "pressed": wish.pressed[:32] or None,
        "message": engine.seal(subject_id, message_label(name), wish.message) if wish.message else None,
        "receipt": "",
    }
    added = database.insert(requests).values(row).on_conflict_do_nothing().returning(*COLUMNS)
    made = database.writing().execute(added).first()
    if made is None:
        return _of_press(subject_id, wish.pressed[:32]), False
    request = Request(*made)
    if state is not State.UNPROVED:
        trail.add(request.id, subject_id, "received", trail.PERSON)
    return request, True


def _of_press(subject_id: int, pressed: str) -> Request:
    wanted = select(*COLUMNS).where(requests.c.subject_id == subject_id, requests.c.pressed == pressed)
    return finding.Request(*current_database().writing().execute(wanted).one())
