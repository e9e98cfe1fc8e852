"""Another e-mail address: proved at the new one before it takes effect, announced at the old one."""

from webapp.accounts import codes, devices
from webapp.accounts.addresses import normalise, owner_of
from webapp.accounts.auditing import record
from webapp.accounts.channels import six_digits
from webapp.accounts.claiming import address_field, end_other_visits, lock, proof_field, void_other_claims
from webapp.accounts.kept_addresses import address_of, address_of_code, give_address, has_address
from webapp.accounts.models import Account
from webapp.accounts.notifying import tell_owner
from webapp.accounts.visits import current_visits
from webapp.clock import now
from webapp.db import current_session
from webapp.profiling.answers import Provenance
from webapp.profiling.engine import Engine
from webapp.profiling.kinds.base import Given, Invalid
from webapp.profiling.words import gettext

SETTINGS = Provenance("settings", "settings")


def begin(engine: Engine, account: Account, typed: str) -> bool:
    """Take the new address: at once where the old one is not proved, else by a code; whether a code was sent.

    Raises Invalid or Unable. Whether somebody has the address already is not told before it is proved.
    """
    field = address_field(engine)
    address = engine.kind_of(field.key).parse(field, Given({"": (typed,)}))
    if has_address(account, normalise(address)):
        raise Invalid({"": gettext("That is the address of this account already.")})
    if account.verified_at is None:
        engine.change(account.subject_id, field.key, address)
        return False
    visit = current_visits().hash_of_this()
    codes.send(account.subject_id, visit, normalise(address), again=True, purpose=codes.CHANGE)
    return True


def send_again(account: Account) -> None:
    """A new code to the address whose code is waited for. Raises Unable."""
    new = pending(account)
    if new:
        codes.send(account.subject_id, current_visits().hash_of_this(), new, again=True, purpose=codes.CHANGE)


def pending(account: Account) -> str:
    """The new address whose code is waited for; "" when there is none."""
    code = codes.live(account.subject_id, current_visits().hash_of_this(), codes.CHANGE)
    return address_of_code(code) if code else ""


def finish(engine: Engine, account: Account, typed: str) -> None:
    """The code that came to the new address: from now on it is the account's. Raises Invalid or Unable."""
    new = pending(account)
    if not new:
        raise Invalid({"": gettext("That code has run out. Type the address again to have a new one.")})
    digits = six_digits(typed, gettext("Type the six digits that we sent by mail."))
    lock(new)
    codes.redeem(account.subject_id, current_visits().hash_of_this(), new, digits, purpose=codes.CHANGE)
    if owner_of(new) not in {None, account.subject_id}:
        raise Invalid({"": gettext("That address is yours, and has an account of its own. Sign in with it instead.")})
    take_over(engine, account, new)
    end_other_visits(account.subject_id)
    current_visits().note_proof()
    devices.remember(new)


def take_over(engine: Engine, account: Account, new: str) -> None:
    """Give the account its new address, which has been proved, and tell the old one."""
    old, number = address_of(account), account.subject_id
    void_other_claims(engine, new, number)
    give_address(account, new)
    account.verified_at = now()
    current_session().flush()
    proof = {"address": new, "proved_at": now().isoformat()}
    for field, value in ((address_field(engine), new), (proof_field(engine), proof)):
        if engine.answers.read(number, [field.key]):
            engine.answers.change(number, field.key, value, SETTINGS)
        else:
            engine.answers.give(number, field.key, value, SETTINGS)
    record(number, "email_changed")
    more = gettext("This address no longer opens the account.")
    tell_owner(number, "email_changed", at=old, more=more, link="/recover")
    tell_owner(number, "email_changed")
