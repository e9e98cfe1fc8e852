"""Bounces: addresses that take no mail. Until one is proved again, it gets nothing but codes and warnings."""

from datetime import datetime

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import delete, func, select, update

from asklater import clock
from asklater.database.access import Database, current_database, table_of
from asklater.i18n import gettext
from asklater.messages.sealing import address_mark
from asklater.messages.tables import BouncedAddress, OutgoingMail

BOUNCES = table_of(BouncedAddress)


def note_bounced_mail(database: Database, mail: OutgoingMail) -> None:
    """Note, in the caller's transaction, that this mail's address takes none."""
    bounced = update(OutgoingMail).where(OutgoingMail.id == mail.id)
    database.writing().execute(bounced.values(bounced_at=clock.now()))
    _note(database, mail.recipient_mark, mail.subject_id)


def note_bounce(address: str) -> None:
    """Note that a mail to this address came back."""
    database, mark = current_database(), address_mark(address)
    newest = select(func.max(OutgoingMail.id)).where(OutgoingMail.recipient_mark == mark)
    connection = database.writing()
    number = connection.execute(newest).scalar()
    owner = connection.execute(select(OutgoingMail.subject_id).where(OutgoingMail.id == number)).scalar()
    connection.execute(update(OutgoingMail).where(OutgoingMail.id == number).values(bounced_at=clock.now()))
    _note(database, mark, owner)


def _note(database: Database, mark: bytes, subject_id: int | None) -> None:
    row = {"recipient_mark": mark, "subject_id": subject_id, "bounced_at": clock.now()}
    noting = database.insert(BOUNCES).values(row)
    again = {"subject_id": subject_id, "bounced_at": row["bounced_at"]}
    database.writing().execute(noting.on_conflict_do_update(index_elements=[BOUNCES.c.recipient_mark], set_=again))


def bounced_at(address: str) -> datetime | None:
    """Since when the address takes no mail; None where nothing came back, or it was proved since."""
    wanted = select(BOUNCES.c.bounced_at).where(BOUNCES.c.recipient_mark == address_mark(address))
    found: datetime | None = current_database().reading().execute(wanted).scalar()
    return found


def forget_bounce(address: str) -> None:
    """The address was proved: mail arrives there."""
    current_database().writing().execute(delete(BOUNCES).where(BOUNCES.c.recipient_mark == address_mark(address)))


def refusal_of_mail(subject_id: int, address: str) -> str:
    """A sentence for a person whose last mail to this address was refused; "" where it was not.

    It tells only of mails that were written for them: nobody learns what became of others'.
    """
    theirs = (OutgoingMail.subject_id == subject_id) & (OutgoingMail.recipient_mark == address_mark(address))
    tried = theirs & (OutgoingMail.sent_at.is_not(None) | OutgoingMail.bounced_at.is_not(None))
    newest = select(OutgoingMail.bounced_at).where(tried).order_by(OutgoingMail.id.desc()).limit(1)
    refused = current_database().reading().execute(newest).scalar()
    return gettext("Email to %(email)s was refused. Check the address.", email=address) if refused else ""


messages_group = AppGroup("messages", help="Mail and text messages.")


@messages_group.command("bounce")
@click.argument("address")
@with_appcontext
def bounce(address: str) -> None:
    """Note that a mail to ADDRESS came back: it gets codes and warnings only, until it is proved again."""
    with current_database().unit_of_work():
        note_bounce(address)
    click.echo("Noted.")
