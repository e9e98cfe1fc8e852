"""A second address: it makes no account and signs nobody in, but a code to it helps to get back in."""

import re

from flask import url_for

from webapp.accounts import codes
from webapp.accounts.addresses import AddressKind, normalise
from webapp.accounts.auditing import record
from webapp.accounts.confirming import is_fresh
from webapp.accounts.kept_addresses import has_address
from webapp.accounts.models import Account
from webapp.accounts.notifying import tell_owner
from webapp.accounts.proving import MailedCode
from webapp.accounts.visits import current_visits
from webapp.db import current_session
from webapp.profiling.engine import current_engine
from webapp.profiling.kinds.base import Asking, Elsewhere, Invalid
from webapp.profiling.manifest import Field
from webapp.profiling.words import gettext

PROVE, SHOW = "second", "evidence"
"""What codes to it are for: to prove that it is read, when it is added; to get back in, once it is held."""


class SecondEmailKind(AddressKind):
    """An address beside the account's own, which it has to differ from."""

    name = "second_email"
    change_endpoint = "accounts.change_recovery_address"

    def prove(self, declared: Field, asking: Asking, value: str) -> str:
        if not is_fresh():  # its page asks for that too, but a prompt can be answered without its page
            raise Elsewhere(lambda onward: url_for("accounts.confirm", next=onward))
        account = current_session().get(Account, asking.subject_id)
        if account is not None and has_address(account, normalise(value)):
            raise Invalid({"": gettext("That is the account's own address. Give one that you read elsewhere.")})
        return value


class VerifiedSecondEmailKind(MailedCode):
    """Proof that the person reads the second address too. Only then does it help to get back in."""

    name = "verified_second_email"
    purpose = PROVE

    def saved(self, declared: Field, subject_id: int, value: dict[str, str]) -> int:
        record(subject_id, "second_added")
        tell_owner(subject_id, "second_added")
        return subject_id

    def removed(self, declared: Field, subject_id: int) -> None:
        record(subject_id, "second_removed")
        tell_owner(subject_id, "second_removed")
        address = declared.settings["proves"]  # what a proof depends on is removed after it
        held = normalise(self._engine.answers.read(subject_id, [address]).get(address, ""))
        account = current_session().get(Account, subject_id)
        if held and account is not None and not has_address(account, held):
            tell_owner(subject_id, "second_removed", at=held)


def recovery_address_field() -> Field | None:
    """The declared field that holds a second address, None where there is none."""
    fields = current_engine().manifest.fields.values()
    return next((field for field in fields if field.kind == SecondEmailKind.name), None)


def drop_own_address(subject_id: int) -> None:
    """A second address that has become the account's own is none any more."""
    field, account = recovery_address_field(), current_session().get(Account, subject_id)
    if field is not None and account is not None:
        held = current_engine().answers.read(subject_id, [field.key])
        if has_address(account, normalise(held.get(field.key, ""))):
            current_engine().remove(subject_id, field.key)


def second_address_of(subject_id: int) -> str:
    """The account's proved second address; "" where it has none, or where it has become the account's own."""
    engine = current_engine()
    fields = engine.manifest.fields.values()
    proof = next((field for field in fields if field.kind == VerifiedSecondEmailKind.name), None)
    if proof is None:
        return ""
    field = proof.settings["proves"]
    held = engine.answers.read(subject_id, [field, proof.key])
    account = current_session().get(Account, subject_id)
    address = normalise(held.get(field, ""))
    proved = proof.key in held and held[proof.key]["address"] == address
    return address if proved and account is not None and not has_address(account, address) else ""


def send_code(subject_id: int) -> None:
    """Mail a code there, for this session to show. Raises Unable."""
    visitor, visit = current_visits().arrive(), current_visits().hash_of_this()
    codes.send(visitor.id, visit, second_address_of(subject_id), again=True, purpose=SHOW)


def check_code(subject_id: int, typed: str) -> bool:
    """Use up the code that came there, in the session that asked for it. Raises Invalid or Unable."""
    visitor, visit = current_visits().arrive(), current_visits().hash_of_this()
    digits = re.sub(r"[\s-]", "", typed)
    codes.redeem(visitor.id, visit, second_address_of(subject_id), digits, purpose=SHOW)
    return True
