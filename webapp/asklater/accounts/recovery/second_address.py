"""A second address: it makes no account and signs nobody in, but a code to it helps to get back in."""

from asklater.accounts import one_time_codes
from asklater.accounts.audit_log import notify_owner, record_event
from asklater.accounts.email_addresses import AddressKind
from asklater.accounts.recovery.draft import asked_address
from asklater.accounts.sealed_addresses import has_address
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import Account
from asklater.accounts.verification import MailedCodeKind
from asklater.database.access import current_session
from asklater.email_addresses import same_address
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.kinds.base import Asking, Invalid
from asklater.manifest.declarations import Field

PROOF_PURPOSE, EVIDENCE_PURPOSE = "second", "evidence"
"""What codes to it are for: to prove that it is read, when it is added; to get back in, once it is held."""


class SecondEmailKind(AddressKind):
    """An address beside the account's own, which it has to differ from."""

    name = "second_email"
    change_endpoint = "accounts.change_recovery_address"

    def prove(self, declared: Field, asking: Asking, value: str) -> str:
        account = current_session().get(Account, asking.subject_id)
        if account is not None and has_address(account, value):
            raise Invalid({"": gettext("That is the account's own address. Give one that you read elsewhere.")})
        return value


class VerifiedSecondEmailKind(MailedCodeKind):
    """Proof that the person reads the second address too. Only then does it help to get back in."""

    name = "verified_second_email"
    purpose = PROOF_PURPOSE

    def saved(self, declared: Field, subject_id: int, value: dict[str, str]) -> int:
        record_event(subject_id, "second_added")
        notify_owner(subject_id, "second_added")
        return subject_id

    def removed(self, declared: Field, subject_id: int) -> None:
        record_event(subject_id, "second_removed")
        notify_owner(subject_id, "second_removed")
        address = declared.settings["proves"]  # what a proof depends on is removed after it
        held = self._engine.answers.read(subject_id, [address]).get(address, "")
        account = current_session().get(Account, subject_id)
        if held and account is not None and not has_address(account, held):
            notify_owner(subject_id, "second_removed", at=held)


def recovery_address_field() -> Field | None:
    """The declared field that holds a second address, None where there is none."""
    fields = current_engine().manifest.fields.values()
    return next((field for field in fields if field.kind == SecondEmailKind.name), None)


def drop_if_account_address(subject_id: int) -> None:
    """A second address that has become the account's own is none any more."""
    field, account = recovery_address_field(), current_session().get(Account, subject_id)
    if field is not None and account is not None:
        held = current_engine().answers.read(subject_id, [field.key])
        if has_address(account, held.get(field.key, "")):
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
    address: str = held.get(field, "")
    proved = proof.key in held and same_address(held[proof.key]["address"], address)
    return address if proved and account is not None and not has_address(account, address) else ""


def send_code(subject_id: int) -> None:
    """Mail a code to the second address, for this session to show; without one, a mail to nobody is written.

    Raises Unable.
    """
    visitor, session_hash = current_sessions().ensure_subject(), current_sessions().current_token_hash()
    one_time_codes.send(
        visitor.id,
        session_hash,
        second_address_of(subject_id),
        again=True,
        purpose=EVIDENCE_PURPOSE,
        asked_for=asked_address(),
    )


def check_code(subject_id: int, typed: str) -> bool:
    """Use up the code that came to the second address, in the session that asked for it. Raises Invalid or Unable."""
    visitor, session_hash = current_sessions().ensure_subject(), current_sessions().current_token_hash()
    digits = one_time_codes.parse_code(typed, gettext("Type the six digits that we sent by email."))
    address = second_address_of(subject_id)
    one_time_codes.redeem(visitor.id, session_hash, address, digits, purpose=EVIDENCE_PURPOSE)
    return bool(address)  # a code to nobody shows nothing, even where somebody guesses it
