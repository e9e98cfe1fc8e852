"""Verification of an address: the kinds that ask for a code by mail, and what follows from a proof."""

from collections.abc import Mapping
from typing import ClassVar

from flask import url_for

from asklater import clock
from asklater.accounts import devices, one_time_codes
from asklater.accounts.address_ownership import lock_address, mark_verified, revoke_verification, switch_to_account
from asklater.accounts.email_addresses import owner_of_address
from asklater.accounts.login import require_second_factor
from asklater.accounts.one_time_codes import parse_code
from asklater.accounts.sessions import Sessions
from asklater.accounts.tables import Account
from asklater.db import current_session
from asklater.email_addresses import normalise_address
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.kinds.base import Asking, Given, Input, Kind, Unable, input_id, input_name
from asklater.manifest.declarations import Field


class MailedCodeKind(Kind):
    """Proof, by a code, that a person reads the mail of an address. The setting `proves` names the address's field."""

    purpose: ClassVar[str]
    """What the codes of this kind are for: one is good for nothing else."""
    again_label = "Send a new code"
    editable = False
    fleeting = True
    guarded = True

    def __init__(self, engine: Engine, sessions: Sessions) -> None:
        self._engine = engine
        self._sessions = sessions

    def check(self, declared: Field) -> list[str]:
        proves = declared.settings.get("proves")
        findings = [f"settings.{key}: no such setting" for key in sorted(declared.settings.keys() - {"proves"})]
        if not isinstance(proves, str) or proves not in declared.after:
            findings.append("settings.proves: name the field of the address, and list it in `after`")
        return findings

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        typed = given.texts.get("", ())
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=gettext("The six digits of the code"),
                type="code",
                values=(typed[0][:40],) if typed else (),
                errors=tuple(errors.values()),
                autocomplete="one-time-code",
                inputmode="numeric",
                maxlength=12,
                width="short",
            ),
        )

    def parse(self, declared: Field, given: Given) -> str:
        return parse_code(given.text(), gettext("Type the six digits that we sent by mail."))

    def prepare(self, declared: Field, asking: Asking, *, again: bool) -> str:
        email = self._address(declared, asking.subject_id)
        session_hash = self._sessions.current_token_hash()
        try:
            sent = one_time_codes.send(
                asking.subject_id, session_hash, normalise_address(email), again=again, purpose=self.purpose
            )
        except Unable as refused:
            if not one_time_codes.is_redeemable(
                asking.subject_id, session_hash, self.purpose, normalise_address(email)
            ):
                raise
            return earlier_code_still_works(refused)
        if sent and again:
            return gettext("We sent a new code to %(email)s. Earlier ones no longer work.", email=email)
        return gettext("We sent a code to %(email)s. It is good for 10 minutes.", email=email)

    def prove(self, declared: Field, asking: Asking, value: str) -> dict[str, str]:
        email = normalise_address(self._address(declared, asking.subject_id))
        one_time_codes.redeem(
            asking.subject_id, self._sessions.current_token_hash(), email, value, purpose=self.purpose
        )
        return {"address": email, "proved_at": clock.now().isoformat()}

    def show(self, declared: Field, value: dict[str, str]) -> str:
        return gettext("Proved by a provider") if value.get("method") == "provider" else gettext("Proved by a code")

    def _address(self, declared: Field, subject_id: int) -> str:
        """Raises Unable where it was taken away in the same instant: another session proved that it is theirs."""
        field = declared.settings["proves"]
        address: str | None = self._engine.answers.read(subject_id, [field]).get(field)
        if address is None:
            raise Unable(gettext("The address was taken back in the meantime. Give it again; nothing else is lost."))
        return address


def earlier_code_still_works(refused: Unable) -> str:
    """No other code can be sent now, which takes nothing from the one that was: its input stays."""
    return refused.reason + " " + gettext("The code that we sent last still works.")


class VerifiedEmailKind(MailedCodeKind):
    """Proof of the account's own address.

    Proving an address that a verified account owns already brings the person back to that account.
    """

    name = "verified_email"
    purpose = one_time_codes.PROVE

    def links(self, declared: Field, asking: Asking) -> tuple[tuple[str, str], ...]:
        return ((gettext("I cannot read my mail any more"), url_for("accounts.recover")),)

    def prove(self, declared: Field, asking: Asking, value: str) -> dict[str, str]:
        lock_address(
            normalise_address(self._address(declared, asking.subject_id))
        )  # first of all: who proves it voids others' codes
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
        return owner

    def removed(self, declared: Field, subject_id: int) -> None:
        account = current_session().get(Account, subject_id)
        if account is not None:
            revoke_verification(account)
