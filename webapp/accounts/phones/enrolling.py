"""A phone as a second factor: enrolled where a stronger one is there already, and gone with its number or proof."""

from datetime import datetime

from sqlalchemy import delete, select

from webapp import clock
from webapp.accounts.auditing import record
from webapp.accounts.models import Account
from webapp.accounts.notifying import tell_owner
from webapp.accounts.phones.fields import phone_field, proof_field
from webapp.accounts.phones.models import PhoneFactor
from webapp.accounts.phones.numbers import ending
from webapp.accounts.signing_in import current_factors
from webapp.db import current_database, current_session
from webapp.profiling.engine import Engine, current_engine
from webapp.profiling.kinds.base import Unable
from webapp.profiling.words import gettext
from webapp.sms.posting import take_back

KEY = "phone"


def may_protect(subject_id: int | None) -> bool:
    """Whether the account has a factor that can stand alone. A text message can be caught: it never does."""
    return subject_id is not None and bool(current_factors().held_by(subject_id))


def enrolled_number(engine: Engine, subject_id: int) -> str:
    """The number that codes go to; "" while the phone is no factor of the account."""
    return proved_number(engine, subject_id) if _is_enrolled(subject_id) else ""


def proved_number(engine: Engine, subject_id: int) -> str:
    """The number that is held, when it is the one that was proved; else ""."""
    field, proof = phone_field(engine).key, proof_field(engine).key
    held = engine.answers.read(subject_id, [field, proof])
    number: str = held.get(field, "")
    return number if number and held.get(proof, {}).get("number") == number else ""


def enrol(engine: Engine) -> None:
    """Make the phone of this request's account a factor.

    Raises Unmet when its number or the proof is lacking, Unable while it would be the only factor.
    """
    subject = engine.require("enrol_phone")
    if subject is None or not may_protect(subject.id):
        raise Unable(gettext("A phone stands beside another factor, never alone."))
    number = proved_number(engine, subject.id)
    if not number:
        engine.remove(subject.id, proof_field(engine).key)  # it was for another number
        engine.require("enrol_phone")
    if not _is_enrolled(subject.id):
        current_session().add(PhoneFactor(subject_id=subject.id, enrolled_at=clock.now()))
        current_session().flush()
        record(subject.id, "factor_added", KEY)
        more = gettext("It is the phone whose number ends in %(digits)s.", digits=ending(number))
        tell_owner(subject.id, "factor_added", more=more)


def proof_of(number: str, moment: datetime) -> dict[str, str]:
    """The stored form of a proof."""
    return {"number": number, "proved_at": moment.isoformat()}


def drop_proof_of_another(subject_id: int, number: str) -> None:
    """The number that is held from now on; a proof of an earlier one, and the factor, are void."""
    engine = current_engine()
    proof = proof_field(engine).key
    proved = engine.answers.read(subject_id, [proof]).get(proof)
    if proved and proved["number"] != number:
        engine.remove(subject_id, proof)


def proof_is_new(subject_id: int) -> None:
    """A proof where none was held: what was enrolled before its predecessor expired has to be enrolled anew."""
    current_session().execute(delete(PhoneFactor).where(PhoneFactor.subject_id == subject_id))


def proof_is_gone(subject_id: int) -> None:
    """Without a proved number there is no factor."""
    gone = current_session().execute(delete(PhoneFactor).where(PhoneFactor.subject_id == subject_id))
    if gone.rowcount:  # type: ignore[attr-defined]
        record(subject_id, "factor_removed", KEY)
        tell_owner(subject_id, "factor_removed")


def drop(subject_id: int) -> None:
    """The phone is lost: it is no factor any more. Its number is the person's to change or remove."""
    current_session().execute(delete(PhoneFactor).where(PhoneFactor.subject_id == subject_id))


def number_is_gone(subject_id: int) -> None:
    """Its owner is told; what was sent to it is kept no longer."""
    take_back(subject_id)
    if current_session().get(Account, subject_id) is not None:
        record(subject_id, "phone_removed")
        tell_owner(subject_id, "phone_removed")


def _is_enrolled(subject_id: int) -> bool:
    found = select(PhoneFactor.enrolled_at).where(PhoneFactor.subject_id == subject_id)
    return current_database().reading().execute(found).first() is not None
