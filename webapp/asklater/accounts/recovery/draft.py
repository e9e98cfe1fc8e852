"""The draft of a recovery: what this session has said so far about a lost address. It touches no account."""

from dataclasses import dataclass, replace
from datetime import timedelta

from flask import session

from asklater import clock
from asklater.accounts import one_time_codes
from asklater.accounts.address_ownership import address_field
from asklater.accounts.email_addresses import owner_of_address
from asklater.accounts.one_time_codes import parse_code
from asklater.accounts.recovery.methods import Loss
from asklater.accounts.sessions import current_sessions
from asklater.email_addresses import normalise_address, same_address
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.kinds.base import Given, Invalid

DRAFT_VALID_FOR = timedelta(minutes=30)
DRAFT_KEY = "recovery"
"""Where the signed cookie keeps the draft."""


@dataclass(frozen=True)
class RecoveryDraft:
    """What is lost, the address of the account as it was typed, and the new address; `proved` once its code came."""

    loss: Loss
    address: str
    new_address: str
    proved: bool = False


def begin_draft(lost: Loss, address: str, new: str) -> None:
    """Take both addresses and mail a code to the new one. Raises Invalid, by `address` and `new`, or Unable."""
    wrong: dict[str, str] = {}
    texts = {name: _parse_address(name, typed, wrong) for name, typed in (("address", address), ("new", new))}
    if not wrong and same_address(texts["address"], texts["new"]):
        wrong["new"] = gettext("That is the address that you cannot read. Give one that you can.")
    if wrong:
        raise Invalid(wrong)
    visitor, session_hash = current_sessions().ensure_subject(), current_sessions().current_token_hash()
    one_time_codes.send(visitor.id, session_hash, texts["new"], again=True, purpose=one_time_codes.RECOVER)
    _save(RecoveryDraft(lost, texts["address"], texts["new"]))


def send_again(draft: RecoveryDraft) -> None:
    """Send a new code to the new address. Raises Unable."""
    visitor, session_hash = current_sessions().ensure_subject(), current_sessions().current_token_hash()
    one_time_codes.send(visitor.id, session_hash, draft.new_address, again=True, purpose=one_time_codes.RECOVER)


def prove_new_address(draft: RecoveryDraft, typed: str) -> None:
    """Take the code that came to the new address. Raises Invalid or Unable."""
    visitor, session_hash = current_sessions().ensure_subject(), current_sessions().current_token_hash()
    digits = parse_code(typed, gettext("Type the six digits that we sent by email."))
    one_time_codes.redeem(visitor.id, session_hash, draft.new_address, digits, purpose=one_time_codes.RECOVER)
    if owner_of_address(draft.new_address) is not None:  # told to whoever reads its mail, and to nobody else
        raise Invalid({"": gettext("That address has an account of its own. Take another one.")})
    _save(replace(draft, proved=True))


def current_draft() -> RecoveryDraft | None:
    """What this session has said; None when nothing, or when it was too long ago."""
    try:
        lost, address, new, proved, session_hash, at = session.get(DRAFT_KEY, ())
    except (TypeError, ValueError):
        return None
    session_now = current_sessions().current_token_hash().hex() if current_sessions().subject() else ""
    if session_hash != session_now or at < (clock.now() - DRAFT_VALID_FOR).timestamp():
        return None
    return RecoveryDraft(Loss(lost), address, new, proved)


def asked_address() -> str:
    """What the limits of a code to nobody count by: the address that was typed, in whatever session; after the loss
    of a factor alone, where none is typed, the session."""
    draft = current_draft()
    return normalise_address(draft.address) if draft else current_sessions().current_token_hash().hex()


def discard_draft() -> None:
    session.pop(DRAFT_KEY, None)


def _save(draft: RecoveryDraft) -> None:
    session_hash = current_sessions().current_token_hash().hex()
    at = int(clock.now().timestamp())
    session[DRAFT_KEY] = [str(draft.loss), draft.address, draft.new_address, draft.proved, session_hash, at]


def _parse_address(name: str, typed: str, wrong: dict[str, str]) -> str:
    engine = current_engine()
    field = address_field(engine)
    try:
        parsed: str = engine.kind_of(field.key).parse(field, Given({"": (typed,)}))
    except Invalid as refused:
        wrong[name] = " ".join(refused.errors.values())
        return ""
    return parsed
