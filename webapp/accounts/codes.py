"""Codes by mail."""

from datetime import timedelta

from sqlalchemy import ColumnElement

from webapp.accounts.channels import CHANGE, CONFIRM, PROVE, RECOVER, Channel
from webapp.accounts.devices import guessing_as, network
from webapp.accounts.kept_addresses import send_to
from webapp.accounts.limits import Limit, spend
from webapp.accounts.models import Code
from webapp.mail.posting import post
from webapp.mail.sealing import mark_of
from webapp.profiling.words import gettext

__all__ = ["CHANGE", "CONFIRM", "PROVE", "RECOVER", "live", "redeem", "send", "stands", "void"]

TRIES = Limit("code tries", 20, timedelta(hours=1))
MAILS = Limit("codes by mail", 6, timedelta(hours=1))
"""Per address. A device that has proved it before has its own; all others share one."""
MAILS_TO_MANY = Limit("codes by mail from one network", 60, timedelta(hours=1))


class ByMail(Channel[Code]):
    """Codes to an address."""

    codes = Code
    tries = TRIES

    def admit(self, subject_id: int, recipient: str) -> None:
        spend(MAILS_TO_MANY, network())
        spend(MAILS, recipient, guessing_as(recipient))

    def went_to(self, recipient: str) -> ColumnElement[bool]:
        return Code.email_mark == mark_of(recipient)

    def address(self, code: Code, recipient: str) -> None:
        send_to(code, recipient)

    def dispatch(self, subject_id: int, recipient: str, code: str) -> None:
        title = gettext("%(code)s is your code", code=code)
        post(recipient, title, "code.txt", subject_id=subject_id, code=code)


BY_MAIL = ByMail()
send, redeem, live, stands, void = BY_MAIL.send, BY_MAIL.redeem, BY_MAIL.live, BY_MAIL.stands, BY_MAIL.void
