"""The weekly mail about losses: who wants it, whose is due, and the link by which its reader stops it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import delete, select, update

from asklater import clock
from asklater.database.access import Database
from asklater.engine import current_engine
from asklater.http import page_url
from asklater.insights.attention.tables import attention_subscriber
from asklater.insights.rollup.ranges import day_number

LOSSES_LIST = "losses"


@dataclass(frozen=True)
class Subscription:
    """Whose it is, and whether they want a mail in a week in which nothing was lost, too."""

    subject_id: int
    even_if_none: bool


def monday_of(today: date) -> date:
    """The first day of the week, whose mail is due from then on."""
    return today - timedelta(days=today.weekday())


def read_subscription(database: Database, subject_id: int) -> Subscription | None:
    """None for somebody who wants no mails."""
    columns = attention_subscriber.c
    wanted = select(columns.subject_id, columns.even_if_none).where(columns.subject_id == subject_id)
    row = database.reading().execute(wanted).first()
    return Subscription(*row) if row else None


def is_subscribed(database: Database, subject_id: int) -> bool:
    return read_subscription(database, subject_id) is not None


def subscribe(database: Database, subject_id: int, today: date, *, even_if_none: bool) -> None:
    """The first mail comes next week; who has the mails already chooses anew."""
    row = {
        "subject_id": subject_id,
        "since": clock.now(),
        "even_if_none": even_if_none,
        "told_for": day_number(monday_of(today)),
    }
    added = database.insert(attention_subscriber).values(row)
    choice = {"even_if_none": even_if_none}
    database.writing().execute(added.on_conflict_do_update(index_elements=["subject_id"], set_=choice))


def unsubscribe(database: Database, subject_id: int) -> None:
    wanted = delete(attention_subscriber).where(attention_subscriber.c.subject_id == subject_id)
    database.writing().execute(wanted)


def claim_due(database: Database, today: date) -> Sequence[Subscription]:
    """Returns whose mail of this week was not written yet, and notes that it is: another worker writes none."""
    columns, week = attention_subscriber.c, day_number(monday_of(today))
    noted = update(attention_subscriber).where(columns.told_for < week).values(told_for=week)
    rows = database.writing().execute(noted.returning(columns.subject_id, columns.even_if_none)).all()
    return [Subscription(*row) for row in sorted(rows)]


# The link in the mail


def stop_url(subject_id: int) -> str:
    """Where the reader of the mail stops it without signing in, for good."""
    return page_url("attention_mails.ask", token=_serializer().dumps(subject_id))


def subject_of_link(token: str) -> int | None:
    """Whose mails the link stops; None for what was not signed here."""
    try:
        found = _serializer().loads(token)
    except BadData:
        return None
    return found if isinstance(found, int) else None


def _serializer() -> URLSafeSerializer:
    """Links in mails last, so the application's own key signs them."""
    lasting = current_engine().keyring.derived("links to stop mails about losses").hex()
    return URLSafeSerializer([str(current_app.secret_key), lasting], salt="asklater.attention")
