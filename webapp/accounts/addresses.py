"""E-mail addresses: the kinds that ask for one, and what holding one means."""

from collections.abc import Mapping
from datetime import timedelta

from email_validator import EmailNotValidError, validate_email
from flask import url_for
from sqlalchemy import bindparam, select, update

from webapp import clock
from webapp.accounts.auditing import record
from webapp.accounts.claiming import proof_field
from webapp.accounts.devices import network
from webapp.accounts.kept_addresses import give_address, has_address
from webapp.accounts.limits import Limit, spend
from webapp.accounts.models import Account
from webapp.accounts.unproving import take_back_proof
from webapp.accounts.visits import Visits
from webapp.db import current_database, current_session
from webapp.mail.sealing import mark_of
from webapp.profiling.engine import current_engine
from webapp.profiling.inputs import Input
from webapp.profiling.kinds.base import Asking, Given, Invalid, Kind, input_id, input_name
from webapp.profiling.manifest import SIGN_UP, Field
from webapp.profiling.tables import subject
from webapp.profiling.words import gettext

LONGEST = 254
SIGN_UPS = Limit("sign-ups from one network", 300, timedelta(hours=1))
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""What bytes that are no text decode to."""
SIGNED_UP = update(subject).where(subject.c.id == bindparam("of_subject"))


def normalise(address: str) -> str:
    """What two spellings of one address share."""
    return address.casefold()


class AddressKind(Kind):
    """An e-mail address: how it is asked for, and what is one."""

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
                maxlength=LONGEST,
            ),
        )

    def parse(self, declared: Field, given: Given) -> str:
        typed = given.text().strip()
        if not typed:
            raise Invalid({"": gettext("Enter your e-mail address.")})
        too_long = gettext("An e-mail address has at most %(most)s characters.", most=LONGEST)
        if len(typed) > LONGEST:
            raise Invalid({"": too_long})
        example = gettext("Enter an e-mail address like name@example.com.")
        if UNREADABLE in typed:
            raise Invalid({"": example})
        try:
            address = validate_email(typed, check_deliverability=False).normalized
        except (EmailNotValidError, UnicodeError) as error:
            raise Invalid({"": example}) from error
        if len(normalise(address)) > LONGEST:  # a few letters are longer once their case is folded
            raise Invalid({"": too_long})
        return address


class EmailKind(AddressKind):
    """The account's own address. Holding one makes a visitor an account, provisional until the address is proved."""

    name = "email"
    change_endpoint = "accounts.email"

    def __init__(self, visits: Visits) -> None:
        self._visits = visits

    def links(self, declared: Field, asking: Asking) -> tuple[tuple[str, str], ...]:
        if asking.action != SIGN_UP:  # whoever buys something is not kept up by it
            return ()
        return ((gettext("I cannot read my mail any more"), url_for("accounts.recover")),)

    def prove(self, declared: Field, asking: Asking, value: str) -> str:
        spend(SIGN_UPS, network())
        account = current_session().get(Account, asking.subject_id)
        if account is not None and account.verified_at is not None and not has_address(account, normalise(value)):
            text = gettext("Your account has another address. “Sign-in and security” is where it is changed.")
            raise Invalid({"": text})
        return value

    def saved(self, declared: Field, subject_id: int, value: str) -> int:
        session, key = current_session(), normalise(value)
        account = session.get(Account, subject_id)
        if account is None:
            account = Account(subject_id=subject_id)
            give_address(account, key)
            session.add(account)
            binds = {"of_subject": subject_id, "signed_up_at": clock.now()}
            current_database().writing().execute(SIGNED_UP, binds)
            record(subject_id, "signed_up")
        elif not has_address(account, key):
            give_address(account, key)
            current_engine().remove(subject_id, proof_field(current_engine()).key)
        session.flush()
        if self._visits.subject():
            self._visits.rotate()
        return subject_id

    def removed(self, declared: Field, subject_id: int) -> None:
        account = current_session().get(Account, subject_id)
        if account is not None:
            take_back_proof(account)  # where it outlived the answer that says so
            current_session().delete(account)
            current_session().flush()


def owner_of(email: str) -> int | None:
    """The subject whose proved address this is."""
    its_own = Account.email_mark == mark_of(normalise(email))
    wanted = select(Account.subject_id).where(its_own, Account.verified_at.is_not(None))
    return current_session().scalar(wanted)
