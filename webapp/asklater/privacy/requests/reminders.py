"""Mails to the privacy officers: that requests have arrived, that the time of some ends soon, and that it is over.

Each request is told once at each of these, in one mail for all, and there is at most one such mail a day. An officer
who wants none switches them off.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, true, update

from asklater import clock
from asklater.database.access import current_database
from asklater.engine import Engine
from asklater.http import page_url
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.messages.mail import Importance, post_mail
from asklater.privacy.officer import OFFICER_ROLE
from asklater.privacy.register_tables import officer_preference
from asklater.privacy.requests.deadlines import DUE_SOON, due_on
from asklater.privacy.requests.labels import OFFICER, RUNNING_STATES, kind_label
from asklater.privacy.requests.queries import REQUEST_COLUMNS, Request
from asklater.privacy.tables import privacy_request

EVERY_MINUTES = 10
AT_MOST_EVERY = timedelta(days=1)
MOST_OF_ONE_MAIL = 100
"""Requests. What is more is told with the next mail."""
REMINDER_TEMPLATE = "asklater/messages/officer_requests.txt"
IT = privacy_request.c
TOLD_COLUMNS = ("new_told_at", "soon_told_at", "overdue_told_at")


def remind_officers(engine: Engine) -> int:
    """Mail the officers what they were not told yet, unless they had such a mail within a day; returns how many
    requests these were. What nobody can be told waits."""
    wanting = _officers_to_mail()
    if not wanting or _was_mailed_since(clock.now() - AT_MOST_EVERY):
        return 0
    found = {column: _untold(engine, column) for column in TOLD_COLUMNS}
    told = {request.id: request for requests in found.values() for request in requests}
    if not told:
        return 0
    for number, address in wanting.items():
        _mail(number, address, _title(found), list(told.values()))
    return len(told)


def tell_assignee(request: Request, number: int) -> None:
    """Mail an officer that a colleague has assigned a request to them."""
    address = current_identity().address_of(number)
    if address and wants_mails(number):
        _mail(number, address, gettext("A request was assigned to you"), [request])


def wants_mails(subject_id: int) -> bool:
    """Tells whether an officer is mailed about requests; they are unless they said no."""
    chosen = select(officer_preference.c.request_mails).where(officer_preference.c.subject_id == subject_id)
    return current_database().reading().execute(chosen).scalar() is not False


def choose_mails(subject_id: int, *, wanted: bool) -> None:
    """Note whether an officer wants to be mailed about requests."""
    database = current_database()
    row = database.insert(officer_preference).values(subject_id=subject_id, request_mails=wanted)
    key, values = [officer_preference.c.subject_id], {"request_mails": wanted}
    database.writing().execute(row.on_conflict_do_update(index_elements=key, set_=values))


def _officers_to_mail() -> dict[int, str]:
    """Returns the addresses of the officers who want the mails, by their numbers."""
    wanting = [number for number in current_identity().role_holders(OFFICER_ROLE) if wants_mails(number)]
    addresses = {number: current_identity().address_of(number) for number in wanting}
    return {number: address for number, address in addresses.items() if address}


def _was_mailed_since(moment: datetime) -> bool:
    last = select(*(func.max(IT[column]) for column in TOLD_COLUMNS))
    return any(at is not None and at > moment for at in current_database().reading().execute(last).one())


def _untold(engine: Engine, column: str) -> list[Request]:
    """Returns the requests that officers are to be told of now by this column, and notes that they are told."""
    connection, moment = engine.database.writing(), clock.now()
    running = IT.state.in_(RUNNING_STATES), IT.through == OFFICER, IT[column].is_(None)
    due: dict[str, ColumnElement[bool]] = {
        "new_told_at": true(),
        "soon_told_at": (IT.due_at > moment) & (IT.due_at <= moment + DUE_SOON),
        "overdue_told_at": IT.due_at <= moment,
    }
    chosen = select(IT.id).where(*running, due[column]).order_by(IT.due_at).limit(MOST_OF_ONE_MAIL)
    numbers = connection.execute(chosen).scalars().all()
    noted = update(privacy_request).where(IT.id.in_(numbers), IT[column].is_(None)).values({column: moment})
    rows = connection.execute(noted.returning(*REQUEST_COLUMNS)).all() if numbers else []
    return [Request(*row) for row in rows]


def _title(found: dict[str, list[Request]]) -> str:
    new, soon, overdue = (len(found[column]) for column in TOLD_COLUMNS)
    parts = (
        gettext("%(number)s new", number=new) if new else "",
        gettext("%(number)s due within a week", number=soon) if soon else "",
        gettext("%(number)s overdue", number=overdue) if overdue else "",
    )
    return gettext("Privacy requests: %(counts)s", counts=", ".join(filter(None, parts)))


def _mail(number: int, address: str, title: str, requests: Collection[Request]) -> None:
    lines = [
        (
            kind_label(one.kind),
            due_on(one.received_at.date(), one.extension).isoformat(),
            one.is_overdue,
            page_url("officer.request", public_id=one.public_id),
        )
        for one in sorted(requests, key=lambda one: one.due_at)
    ]
    post_mail(
        address,
        title,
        REMINDER_TEMPLATE,
        subject_id=number,
        importance=Importance.NOTICE,
        what=title,
        lines=lines,
        stop_url=page_url("officer.requests", _anchor="mails"),
    )
