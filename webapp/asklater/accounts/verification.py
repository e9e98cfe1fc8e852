"""Verification of an address: the kinds that ask for a code by email, and what follows from a proof."""

from collections.abc import Mapping
from dataclasses import replace

from asklater import clock
from asklater.accounts import devices, one_time_codes
from asklater.accounts.address_ownership import (
    lock_address,
    mark_verified,
    revoke_verification,
    settle_unproved_accounts,
    switch_to_account,
)
from asklater.accounts.code_proofs import CodeProofKind
from asklater.accounts.email_addresses import owner_of_address
from asklater.accounts.enrolment import METHOD
from asklater.accounts.login import require_second_factor
from asklater.accounts.one_time_codes import parse_code
from asklater.accounts.tables import Account
from asklater.database.access import current_session
from asklater.endpoints import url_for
from asklater.i18n import gettext
from asklater.kinds.base import Asking, Given, Input, Unable
from asklater.manifest.declarations import Field
from asklater.messages.bounces import refusal_of_mail


class MailedCodeKind(CodeProofKind):
    """Proof, by a code, that a person reads the mail of an address. The setting `proves` names the address's field."""

    channel = one_time_codes.MAIL_CHANNEL
    recipient_noun = "address"
    nouns = ("code", "email", "mail")

    def recipient(self, declared: Field, subject_id: int) -> str:
        """Raises Unable where it was taken away in the same instant: another session proved that it is theirs."""
        field = declared.settings["proves"]
        address: str | None = self._engine.answers.read(subject_id, [field]).get(field)
        if address is None:
            raise Unable(gettext("The address was taken back in the meantime. Give it again; nothing else is lost."))
        return address

    def prepare(self, declared: Field, asking: Asking, *, again: bool) -> str:
        words = super().prepare(declared, asking, again=again)
        refusal = refusal_of_mail(asking.subject_id, self.recipient(declared, asking.subject_id))
        return f"{refusal} {words}".strip()

    def note(self, recipient: str, *, renewed: bool) -> str:
        if renewed:
            return gettext("We sent a new code to %(email)s. Earlier ones no longer work.", email=recipient)
        return gettext("We sent a code to %(email)s. It is good for 10 minutes.", email=recipient)

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        return tuple(replace(control, maxlength=12) for control in super().inputs(declared, given, errors))

    def parse(self, declared: Field, given: Given) -> str:
        return parse_code(given.text(), gettext("Type the six digits that we sent by email."))

    def prove(self, declared: Field, asking: Asking, value: str) -> dict[str, str]:
        email = self.recipient(declared, asking.subject_id)
        one_time_codes.redeem(
            asking.subject_id, self._sessions.current_token_hash(), email, value, purpose=self.purpose
        )
        return {"address": email, "proved_at": clock.now().isoformat()}

    def show(self, declared: Field, value: dict[str, str]) -> str:
        by = {"provider": gettext("Verified by a provider"), METHOD: gettext("Verified in another system")}
        return by.get(value.get("method", ""), gettext("Verified by a code"))


class VerifiedEmailKind(MailedCodeKind):
    """Proof of the account's own address.

    Proving an address that a verified account owns already brings the person back to that account.
    """

    name = "verified_email"
    purpose = one_time_codes.PROVE

    def links(self, declared: Field, asking: Asking) -> tuple[tuple[str, str], ...]:
        return ((gettext("I cannot open my email"), url_for("accounts.recover")),)

    def prove(self, declared: Field, asking: Asking, value: str) -> dict[str, str]:
        lock_address(self.recipient(declared, asking.subject_id))  # first of all: who proves it voids others' codes
        proof = super().prove(declared, asking, value)
        devices.remember_proof(proof["address"])
        owner = owner_of_address(proof["address"])
        if owner is not None and owner != asking.subject_id:
            require_second_factor(owner, "code", asking.action)
        return proof

    def saved(self, declared: Field, subject_id: int, value: dict[str, str]) -> int:
        owner = owner_of_address(value["address"])
        if owner is None:
            mark_verified(self._engine, subject_id)
            return subject_id
        if owner != subject_id:
            switch_to_account(self._engine, subject_id, owner, value.get("method", "code"))
        settle_unproved_accounts(self._engine, value["address"], owner)
        return owner

    def removed(self, declared: Field, subject_id: int) -> None:
        account = current_session().get(Account, subject_id)
        if account is not None:
            revoke_verification(account)
