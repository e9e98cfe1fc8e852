"""A change of the phone number: proved before it takes effect; the account's owner is told by mail."""

from asklater import clock
from asklater.accounts.audit_log import notify_owner, record_event
from asklater.accounts.one_time_codes import CHANGE
from asklater.accounts.phones import enrolment, text_codes
from asklater.accounts.phones.enrolment import phone_field, phone_proof_field
from asklater.accounts.sessions import current_sessions
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.kinds.base import Given, Invalid
from asklater.records.answers import Provenance

SETTINGS = Provenance("settings", "settings")


def begin(engine: Engine, subject_id: int, typed: str) -> bool:
    """Take the new number: at once where the old one is not proved, else by a code; whether a code was sent.

    Raises Invalid or Unable.
    """
    field = phone_field(engine)
    number = engine.kind_of(field.key).parse(field, Given({"": (typed,)}))
    if number == engine.answers.read(subject_id, [field.key]).get(field.key):
        raise Invalid({"": gettext("That is the number that we have already.")})
    if not enrolment.proved_number(engine, subject_id):
        engine.guard(field.key)
        engine.answers.change(subject_id, field.key, number, SETTINGS)
        enrolment.void_proof_of_other_number(subject_id, number)
        _record_change(subject_id)
        return False
    text_codes.TEXT_CHANNEL.send(
        subject_id, current_sessions().current_token_hash(), number, again=True, purpose=CHANGE
    )
    return True


def pending(subject_id: int) -> str:
    """The new number whose code is waited for; "" when there is none."""
    code = text_codes.TEXT_CHANNEL.current_code(subject_id, current_sessions().current_token_hash(), CHANGE)
    return text_codes.number_of_code(code) if code else ""


def send_again(subject_id: int) -> None:
    """Send a new code to the number whose code is waited for. Raises Unable."""
    new = pending(subject_id)
    if new:
        text_codes.TEXT_CHANNEL.send(
            subject_id, current_sessions().current_token_hash(), new, again=True, purpose=CHANGE
        )


def finish(engine: Engine, subject_id: int, typed: str) -> None:
    """Take the code that came to the new number, which is the account's from now on. Raises Invalid or Unable."""
    new = pending(subject_id)
    if not new:
        raise Invalid({"": gettext("That code has run out. Type the number again to have a new one.")})
    text_codes.redeem_code(subject_id, current_sessions().current_token_hash(), new, typed, purpose=CHANGE)
    proof = enrolment.proof_value(new, clock.now())
    for field, value in ((phone_field(engine), new), (phone_proof_field(engine), proof)):
        engine.answers.change(subject_id, field.key, value, SETTINGS)
    _record_change(subject_id)


def _record_change(subject_id: int) -> None:
    record_event(subject_id, "phone_changed")
    notify_owner(subject_id, "phone_changed")
