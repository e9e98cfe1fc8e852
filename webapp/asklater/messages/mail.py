"""Mail: post one within the caller's transaction; how often it is tried, and how long it is kept."""

import logging
from datetime import timedelta
from enum import StrEnum

from flask import render_template

from asklater import clock
from asklater.database.access import current_database, current_session
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.jobs.service import current_jobs
from asklater.messages.bounces import bounced_at, note_bounced_mail
from asklater.messages.outbox import Outbox, growing_pauses
from asklater.messages.sealing import address_mark, sealed_mail
from asklater.messages.tables import OutgoingMail
from asklater.messages.unsubscribing import unsubscribe_url
from asklater.rate_limits import RateLimit, try_to_spend

MAX_TRIES = 8
MAIL_PAUSES = growing_pauses(MAX_TRIES)

MAIL_OUTBOX = Outbox(OutgoingMail, MAIL_PAUSES, note_bounced_mail)
DELIVER_MAIL = "deliver_mail"


# Allowances of recipients


class Importance(StrEnum):
    """What becomes of a mail to somebody who has been sent many."""

    ORDINARY = "ordinary"
    """Beyond the recipient's allowance it is not sent."""
    ACCESS = "access"
    """It brings a code or a link that lets its person in. It counts, and is always sent: whoever asks for such a mail
    has a limit of their own."""
    NOTICE = "notice"
    """It tells of something that its person has to hear of. It is always sent; one title, at most four times an hour,
    and the fourth says so."""
    LETTER = "letter"
    """It tells many people of something that each has to hear of. It is always sent, after what somebody waits for."""


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAILS_TO_ANYBODY = (
    RateLimit("mails to an address in an hour", 6, HOUR),
    RateLimit("mails to an address in a day", 20, DAY),
)
"""Per address, whatever the mails are about and whoever had them sent."""
MAILS_TO_OWNER = (
    RateLimit("mails to the proved address of whom they are about in an hour", 30, HOUR),
    RateLimit("mails to the proved address of whom they are about in a day", 100, DAY),
)
NOTICES_OF_TITLE = RateLimit("notices of one title to an address", 3, HOUR)
LAST_NOTICES_OF_TITLE = RateLimit("last notices of one title to an address", 1, HOUR)
log = logging.getLogger(__name__)


def _is_allowed(recipient: str, subject_id: int | None) -> bool:
    """Whether the recipient may be sent one more mail, which is counted.

    What strangers have sent to an address takes nothing from what its owner is sent, and tells them nothing.
    """
    is_owner = subject_id is not None and current_identity().owner_of_address(recipient) == subject_id
    mark = address_mark(recipient).hex()
    limits = MAILS_TO_OWNER if is_owner else MAILS_TO_ANYBODY
    return not any(try_to_spend(current_database(), limit, mark) for limit in limits)  # what is refused costs no day


# Posting


def post_mail(
    recipient: str,
    title: str,
    template: str,
    *,
    subject_id: int | None = None,
    importance: Importance = Importance.ORDINARY,
    consent: str = "",
    mailing_list: str = "",
    counted_as: str = "",
    **context: object,
) -> bool:
    """Write a mail to the outbox; it is sent once the transaction has committed. False where it will not be sent: the
    recipient has been sent too many of late, or has not agreed to it. Say on the page what it would have said.

    One that is more than ordinary goes before all others, and to an address that bounced before, which gets nothing
    else until it is proved again.

    `consent` names the field by which `subject_id` agreed to such mails. Without a yes nothing is written; with it,
    the mail says where it can be taken back, to mail programs too, and its template has the `unsubscribe_url`.
    `mailing_list` is the key of a MailingList that `subject_id` is on: the mail says how to leave it in the same way.

    `template` is the name of a text template. Line breaks in `title` are folded, so no header is injected.
    A mail to nobody ("") is written and never sent: where an answer must not tell whether somebody is there,
    the time that it takes does not tell either. `counted_as` is whose allowance such a mail counts towards.
    """
    if (consent or mailing_list) and subject_id is None:
        raise ValueError("a mail that rests on a consent, or goes by a list, goes to a person: give their subject_id")
    if consent and subject_id is not None:
        if not current_engine().consented(subject_id, consent):
            return False
        context["unsubscribe_url"] = unsubscribe_url(subject_id, consent)
    moment, more, whose = clock.now(), "", recipient or counted_as
    if importance is Importance.NOTICE:
        mark = address_mark(recipient).hex()
        if try_to_spend(current_database(), NOTICES_OF_TITLE, mark, title):
            if try_to_spend(current_database(), LAST_NOTICES_OF_TITLE, mark, title):
                return _not_sent(template, subject_id)
            more = gettext("This happens often just now. For an hour, we send no more emails that say the same.")
    elif (
        importance is not Importance.LETTER
        and whose
        and not _is_allowed(whose, subject_id)
        and importance is Importance.ORDINARY
    ):
        return _not_sent(template, subject_id)
    text = render_template(template, **context) + (f"\n\n{more}\n" if more else "")
    mail = sealed_mail(subject_id, recipient, " ".join(title.split()), text, moment)
    mail.urgent, mail.consent = importance in {Importance.ACCESS, Importance.NOTICE}, consent
    mail.mailing_list = mailing_list
    is_due = importance is not Importance.ORDINARY or bounced_at(recipient) is None
    mail.next_try_at = moment if recipient and is_due else None
    current_session().add(mail)
    current_session().flush()
    current_database().after_commit(lambda: current_jobs().enqueue(DELIVER_MAIL))
    return True


def _not_sent(template: str, subject_id: int | None) -> bool:
    log.info("event=mail_not_sent template=%s subject=%s: too many to that address", template, subject_id or "-")
    return False
