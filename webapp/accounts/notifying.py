"""Telling an account's owner, by mail, what was changed about how one gets into it."""

from webapp.accounts.auditing import sentence
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.models import Account
from webapp.db import current_session
from webapp.mail.posting import post
from webapp.site import absolute


def tell_owner(subject_id: int, event: str, *, at: str = "", more: str = "", link: str = "") -> None:
    """Mail the event's sentence to the account's proved address, or to `at`; nothing where neither is there.

    `more` is a further sentence, `link` a path on this site that it speaks of.
    """
    account = current_session().get(Account, subject_id)
    address = at or (address_of(account) if account and account.verified_at else "")
    if address:
        what = sentence(event)
        url = absolute(link or "/account/security")
        post(address, what, "security.txt", subject_id=subject_id, what=what, more=more, url=url)
