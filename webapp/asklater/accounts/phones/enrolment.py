"""A phone as a second factor: beside a stronger one only, and gone with its number or proof."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from asklater import clock
from asklater.accounts.address_ownership import field_of_kind
from asklater.accounts.audit_log import notify_owner, record_event
from asklater.accounts.login import current_second_factors
from asklater.accounts.phones.numbers import last_digits
from asklater.accounts.tables import Account, PhoneFactor
from asklater.asking.gate import can_be_attempted
from asklater.database.access import current_database, current_session
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.kinds.base import Unable
from asklater.manifest.declarations import Field
from asklater.messages.text_messages import delete_texts_of

PHONE_KEY = "phone"


def phone_field(engine: Engine) -> Field:
    """The declared field that holds the number. Raises LookupError when there is none."""
    return field_of_kind(engine, "phone")


def phone_proof_field(engine: Engine) -> Field:
    """The declared field that proves the number. Raises LookupError when there is none."""
    return field_of_kind(engine, "verified_phone")


def allowed_countries(declared: Field) -> Sequence[str]:
    """The countries whose numbers are taken, as ISO codes; none where none is listed."""
    listed: Sequence[str] = declared.settings.get("countries", ())
    return listed


def has_strong_factor(subject_id: int | None) -> bool:
    """Whether the account has a factor that can stand alone. A text message can be caught: it never does."""
    return subject_id is not None and bool(current_second_factors().held_by(subject_id))


def enrolled_number(engine: Engine, subject_id: int) -> str:
    """The number that codes go to; "" while the phone is no factor of the account, or there is no account: that takes
    as many statements."""
    number = proved_number(engine, subject_id)
    return number if _is_enrolled(subject_id) else ""


def proved_number(engine: Engine, subject_id: int) -> str:
    """The number that is held, when it is the one that was proved; else "", also where no phone is declared."""
    if not can_be_attempted("accounts.enrol_phone"):
        return ""
    field, proof = phone_field(engine).key, phone_proof_field(engine).key
    held = engine.answers.read(subject_id, [field, proof])
    number: str = held.get(field, "")
    return number if number and held.get(proof, {}).get("number") == number else ""


def enrol(engine: Engine) -> None:
    """Make the phone of this request's account a factor.

    Raises Unmet when its number or the proof is lacking, Unable while it would be the only factor.
    """
    subject = engine.require("enrol_phone")
    if subject is not None and not enrol_proved_phone(engine, subject.id):
        engine.remove(subject.id, phone_proof_field(engine).key)  # it was for another number
        engine.require("enrol_phone")


def enrol_proved_phone(engine: Engine, subject_id: int) -> bool:
    """Make the phone whose number the account has proved a factor of it, and tell the owner. False where none is.

    Raises Unable while it would be the only factor.
    """
    if not has_strong_factor(subject_id):
        raise Unable(gettext("A phone stands beside another factor, never alone."))
    number = proved_number(engine, subject_id)
    if number and not _is_enrolled(subject_id):
        current_session().add(PhoneFactor(subject_id=subject_id, enrolled_at=clock.now()))
        current_session().flush()
        record_event(subject_id, "factor_added", PHONE_KEY)
        more = gettext("It is the phone whose number ends in %(digits)s.", digits=last_digits(number))
        notify_owner(subject_id, "factor_added", more=more)
    return bool(number)


def proof_value(number: str, moment: datetime) -> dict[str, str]:
    """The stored form of a proof."""
    return {"number": number, "proved_at": moment.isoformat()}


def void_proof_of_other_number(subject_id: int, number: str) -> None:
    """Void the proof of another number than the one that is held from now on; the factor goes with it."""
    engine = current_engine()
    proof = phone_proof_field(engine).key
    proved = engine.answers.read(subject_id, [proof]).get(proof)
    if proved and proved["number"] != number:
        engine.remove(subject_id, proof)


def after_new_proof(subject_id: int) -> None:
    """End an enrolment that an expired proof left behind: with the new proof it has to be made anew."""
    current_session().execute(delete(PhoneFactor).where(PhoneFactor.subject_id == subject_id))


def after_proof_removed(subject_id: int) -> None:
    """End the enrolment, if there is one: without a proved number there is no factor."""
    gone = current_session().execute(delete(PhoneFactor).where(PhoneFactor.subject_id == subject_id))
    if gone.rowcount:  # type: ignore[attr-defined]
        record_event(subject_id, "factor_removed", PHONE_KEY)
        notify_owner(subject_id, "factor_removed")


def drop_phone_factor(subject_id: int) -> None:
    """Drop a lost phone as a factor. Its number stays, for the person to change or remove."""
    current_session().execute(delete(PhoneFactor).where(PhoneFactor.subject_id == subject_id))


def after_number_added(subject_id: int, number: str) -> None:
    """Tell the owner of the account, if there is one."""
    if current_session().get(Account, subject_id) is not None:
        record_event(subject_id, "phone_added")
        more = gettext("It is the one that ends in %(digits)s.", digits=last_digits(number))
        notify_owner(subject_id, "phone_added", more=more)


def after_number_removed(subject_id: int) -> None:
    """Tell the owner of the account, and delete what was sent to the number."""
    delete_texts_of(subject_id)
    if current_session().get(Account, subject_id) is not None:
        record_event(subject_id, "phone_removed")
        notify_owner(subject_id, "phone_removed")


def _is_enrolled(subject_id: int) -> bool:
    found = select(PhoneFactor.enrolled_at).where(PhoneFactor.subject_id == subject_id)
    return current_database().reading().execute(found).first() is not None
