"""Another phone number: proved before it takes effect; the account's owner is told by mail."""

from webapp import clock
from webapp.accounts.auditing import record
from webapp.accounts.channels import CHANGE
from webapp.accounts.notifying import tell_owner
from webapp.accounts.phones import enrolling, texting
from webapp.accounts.phones.fields import phone_field, proof_field
from webapp.accounts.visits import current_visits
from webapp.profiling.answers import Provenance
from webapp.profiling.engine import Engine
from webapp.profiling.kinds.base import Given, Invalid
from webapp.profiling.words import gettext

SETTINGS = Provenance("settings", "settings")


def begin(engine: Engine, subject_id: int, typed: str) -> bool:
    """Take the new number: at once where the old one is not proved, else by a code; whether a code was sent.

    Raises Invalid or Unable.
    """
    field = phone_field(engine)
    number = engine.kind_of(field.key).parse(field, Given({"": (typed,)}))
    if number == engine.answers.read(subject_id, [field.key]).get(field.key):
        raise Invalid({"": gettext("That is the number that we have already.")})
    if not enrolling.proved_number(engine, subject_id):
        engine.change(subject_id, field.key, number)
        _say_so(subject_id)
        return False
    texting.BY_TEXT.send(subject_id, current_visits().hash_of_this(), number, again=True, purpose=CHANGE)
    return True


def pending(subject_id: int) -> str:
    """The new number whose code is waited for; "" when there is none."""
    code = texting.BY_TEXT.live(subject_id, current_visits().hash_of_this(), CHANGE)
    return texting.number_of(code) if code else ""


def send_again(subject_id: int) -> None:
    """A new code to the number whose code is waited for. Raises Unable."""
    new = pending(subject_id)
    if new:
        texting.BY_TEXT.send(subject_id, current_visits().hash_of_this(), new, again=True, purpose=CHANGE)


def finish(engine: Engine, subject_id: int, typed: str) -> None:
    """The code that came to the new number: from now on it is the account's. Raises Invalid or Unable."""
    new = pending(subject_id)
    if not new:
        raise Invalid({"": gettext("That code has run out. Type the number again to have a new one.")})
    texting.redeem(subject_id, current_visits().hash_of_this(), new, typed, purpose=CHANGE)
    proof = enrolling.proof_of(new, clock.now())
    for field, value in ((phone_field(engine), new), (proof_field(engine), proof)):
        engine.answers.change(subject_id, field.key, value, SETTINGS)
    _say_so(subject_id)


def _say_so(subject_id: int) -> None:
    record(subject_id, "phone_changed")
    tell_owner(subject_id, "phone_changed")
