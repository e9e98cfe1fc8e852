"""A change of the email address: proved at the new one before it takes effect, announced at the old one."""

from asklater.accounts import devices, one_time_codes
from asklater.accounts.active_sessions import end_other_sessions
from asklater.accounts.address_ownership import (
    address_field,
    address_proof_field,
    lock_address,
    settle_unproved_accounts,
)
from asklater.accounts.audit_log import notify_owner, record_event
from asklater.accounts.email_addresses import owner_of_address
from asklater.accounts.one_time_codes import parse_code
from asklater.accounts.sealed_addresses import address_of, address_of_code, has_address, set_address
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import Account
from asklater.clock import now
from asklater.database.access import current_session
from asklater.engine import Engine
from asklater.http import page_url
from asklater.i18n import gettext
from asklater.kinds.base import Given, Invalid
from asklater.records.answers import Provenance

SETTINGS = Provenance("settings", "settings")


def begin(engine: Engine, account: Account, typed: str) -> bool:
    """Take the new address: at once where the old one is not proved, else by a code; whether a code was sent.

    Raises Invalid or Unable. Whether somebody has the address already is not told before it is proved.
    """
    field = address_field(engine)
    address = engine.kind_of(field.key).parse(field, Given({"": (typed,)}))
    if has_address(account, address):
        raise Invalid({"": gettext("That is the address of this account already.")})
    if account.verified_at is None:
        engine.change(account.subject_id, field.key, address)
        return False
    session_hash = current_sessions().current_token_hash()
    one_time_codes.send(account.subject_id, session_hash, address, again=True, purpose=one_time_codes.CHANGE)
    return True


def send_again(account: Account) -> None:
    """Send a new code to the address whose code is waited for. Raises Unable."""
    new = pending(account)
    if new:
        one_time_codes.send(
            account.subject_id, current_sessions().current_token_hash(), new, again=True, purpose=one_time_codes.CHANGE
        )


def pending(account: Account) -> str:
    """The new address whose code is waited for; "" when there is none."""
    code = one_time_codes.current_code(
        account.subject_id, current_sessions().current_token_hash(), one_time_codes.CHANGE
    )
    return address_of_code(code) if code else ""


def finish(engine: Engine, account: Account, typed: str) -> None:
    """Take the code that came to the new address, which is the account's from now on. Raises Invalid or Unable."""
    new = pending(account)
    if not new:
        raise Invalid({"": gettext("That code has run out. Type the address again to have a new one.")})
    digits = parse_code(typed, gettext("Type the six digits that we sent by email."))
    lock_address(new)
    one_time_codes.redeem(
        account.subject_id, current_sessions().current_token_hash(), new, digits, purpose=one_time_codes.CHANGE
    )
    if owner_of_address(new) not in {None, account.subject_id}:
        raise Invalid({"": gettext("That address is yours, and has an account of its own. Sign in with it instead.")})
    replace_address(engine, account, new)
    end_other_sessions(account.subject_id)
    current_sessions().note_proof()
    devices.remember_proof(new)


def replace_address(engine: Engine, account: Account, new: str) -> None:
    """Give the account its new address, which has been proved, and tell the old one."""
    old, number = address_of(account), account.subject_id
    settle_unproved_accounts(engine, new, number)
    set_address(account, new)
    account.verified_at, account.device_proved = now(), False  # which was said of the old one
    current_session().flush()
    proof = {"address": new, "proved_at": now().isoformat()}
    for field, value in ((address_field(engine), new), (address_proof_field(engine), proof)):
        if engine.answers.read(number, [field.key]):
            engine.answers.change(number, field.key, value, SETTINGS)
        else:
            engine.answers.give(number, field.key, value, SETTINGS)
    record_event(number, "email_changed")
    more = gettext("This address no longer opens the account.")
    notify_owner(number, "email_changed", at=old, more=more, url=page_url("accounts.recover"))
    notify_owner(number, "email_changed")
