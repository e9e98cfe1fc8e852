"""Email addresses: the kinds that ask for one, and whose proved address it is."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import bindparam, select, update

from asklater import clock
from asklater.accounts import devices, one_time_codes
from asklater.accounts.address_ownership import address_proof_field, revoke_verification
from asklater.accounts.audit_log import record_event
from asklater.accounts.sealed_addresses import has_address, set_address
from asklater.accounts.sessions import Sessions, current_sessions
from asklater.accounts.tables import Account
from asklater.database.access import current_database, current_session
from asklater.email_addresses import MAX_LENGTH, parse_address
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.kinds.base import Asking, Given, Input, Invalid, Kind, Unable, input_id, input_name
from asklater.manifest.declarations import SIGN_UP, Field
from asklater.messages.sealing import address_mark
from asklater.networks import client_network
from asklater.rate_limits import RateLimit, spend, try_to_spend
from asklater.tables import subject

SIGN_UP_LIMIT = RateLimit("sign-ups from one network", 300, timedelta(hours=1))
FIRST_CODES = RateLimit("codes mailed with an address that was typed, from one network", 30, timedelta(hours=1))
"""Half of what a network may have mailed: the other half is for those who ask for a code."""
NOTE_SIGN_UP = update(subject).where(subject.c.id == bindparam("of_subject"))


class AddressKind(Kind):
    """An email address: how it is asked for, and what is one."""

    nouns = ("email", "mail")
    editable = False
    guarded = True

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        typed = given.texts.get("", ())
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=gettext(declared.label),
                type="email",
                values=(typed[0][:2000],) if typed else (),
                errors=tuple(errors.values()),
                autocomplete="email",
                inputmode="email",
                maxlength=MAX_LENGTH,
            ),
        )

    def parse(self, declared: Field, given: Given) -> str:
        return parse_address(given.text())


class EmailKind(AddressKind):
    """The account's own address. Holding one makes a visitor an account, provisional until the address is proved."""

    name = "email"
    change_endpoint = "accounts.email"

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def links(self, declared: Field, asking: Asking) -> tuple[tuple[str, str], ...]:
        if asking.action != SIGN_UP:  # whoever buys something is not kept up by it
            return ()
        return ((gettext("I cannot open my email"), url_for("accounts.recover")),)

    def prove(self, declared: Field, asking: Asking, value: str) -> str:
        spend(SIGN_UP_LIMIT, client_network())
        account = current_session().get(Account, asking.subject_id)
        if account is not None and account.verified_at is not None and not has_address(account, value):
            text = gettext("Your account has another address. “Sign-in and security” is where it is changed.")
            raise Invalid({"": text}, "other_address")
        return value

    def saved(self, declared: Field, subject_id: int, value: str) -> int:
        hold_address(subject_id, value)
        here, account = self._sessions.subject(), current_session().get(Account, subject_id)
        if here is not None and here.id == subject_id and account is not None and account.verified_at is None:
            mail_first_code(subject_id, value)
        return subject_id

    def removed(self, declared: Field, subject_id: int) -> None:
        account = current_session().get(Account, subject_id)
        if account is not None:
            revoke_verification(account)  # where it outlived the answer that says so
            current_session().delete(account)
            current_session().flush()


def hold_address(subject_id: int, value: str) -> None:
    """Make this the address of the subject's account, which begins with it; the session gets a new token."""
    session, sessions = current_session(), current_sessions()
    account = session.get(Account, subject_id)
    if account is None:
        account = Account(subject_id=subject_id)
        set_address(account, value)
        _note_browser(account, value)
        session.add(account)
        binds = {"of_subject": subject_id, "signed_up_at": clock.now()}
        current_database().writing().execute(NOTE_SIGN_UP, binds)
        record_event(subject_id, "signed_up")
    elif not has_address(account, value):
        set_address(account, value)
        _note_browser(account, value)
        current_engine().remove(subject_id, address_proof_field(current_engine()).key)
    elif account.verified_at is None:
        set_address(account, value)  # which may be another spelling: mail goes to the one typed last
    session.flush()
    if sessions.subject():
        sessions.rotate(answer_may_be_lost=True)


def _note_browser(account: Account, value: str) -> None:
    """Note where the account got this address: what shows, once it is proved elsewhere, that both are one person's."""
    account.device_proved, account.imported_at = False, None
    if current_sessions().subject():
        account.browser_mark, account.device_proved = devices.remember_browser(), bool(devices.known_device(value))


def mail_first_code(subject_id: int, address: str) -> None:
    """Mail the code that goes out with every address that is typed, known or new, for this session.

    Nobody waits for it, so nothing is said where the address has been sent its share: a code can be asked for later.
    """
    if try_to_spend(current_database(), FIRST_CODES, client_network()):
        return
    with suppress(Unable):
        one_time_codes.send(subject_id, current_sessions().current_token_hash(), address, again=False)


def owner_of_address(email: str) -> int | None:
    """The subject whose proved address this is."""
    its_own = Account.email_mark == address_mark(email)
    wanted = select(Account.subject_id).where(its_own, Account.verified_at.is_not(None))
    return current_session().scalar(wanted)
