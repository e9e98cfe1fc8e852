"""Ways in: whoever has shown that an account is theirs goes on as it, after a second factor where it has one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, url_for
from sqlalchemy import delete, select

from webapp import clock
from webapp.accounts import devices
from webapp.accounts.addresses import normalise
from webapp.accounts.auditing import record
from webapp.accounts.claiming import address_field, bring_in, lock, proof_field
from webapp.accounts.models import Account, Entrance
from webapp.accounts.visits import current_visits
from webapp.db import current_session
from webapp.profiling.answers import Provenance
from webapp.profiling.engine import current_engine
from webapp.profiling.kinds.base import Elsewhere

ENTRANCE_OPEN = timedelta(minutes=15)


@dataclass(frozen=True)
class Factor:
    """One sort of second factor. `held` tells whether an account has it; `endpoint` is the page that asks for it,
    which takes `next`. Those with a lower `place` are offered first; one that is `weak` never stands alone."""

    key: str
    place: int
    label: Callable[[], str]
    held: Callable[[int], bool]
    endpoint: str
    weak: bool = False


class Factors:
    """The second factors of this application; the parts of the room register theirs."""

    def __init__(self) -> None:
        self._known: list[Factor] = []

    def register(self, factor: Factor) -> None:
        """One of the same key takes the place of an earlier one."""
        others = [known for known in self._known if known.key != factor.key]
        self._known = sorted([*others, factor], key=lambda known: known.place)

    def held_by(self, subject_id: int) -> list[Factor]:
        """Those that the account can show, best first; none while all that it has is weak (recovery codes)."""
        held = [factor for factor in self._known if factor.held(subject_id)]
        return held if any(not factor.weak for factor in held) else []


def current_factors() -> Factors:
    """The factors of the current application."""
    factors: Factors = current_app.extensions["factors"]
    return factors


def owe_factor(owner: int, way: str, action: str) -> None:
    """Whoever is here may go on as `owner` after a second factor. Raises Elsewhere where the account has one.

    Nothing else is given away before that: the session stays the visitor's.
    """
    if not current_factors().held_by(owner):
        return
    current_visits().arrive()
    session = current_session()
    session.execute(delete(Entrance).where(Entrance.visit_hash == current_visits().hash_of_this()))
    session.add(
        Entrance(
            visit_hash=current_visits().hash_of_this(), owner_id=owner, way=way, action=action, began_at=clock.now()
        )
    )
    session.flush()
    raise Elsewhere(lambda onward: url_for("accounts.factor", next=onward))


def entrance() -> Entrance | None:
    """What this session still owes a second factor for; None when nothing, or when that was too long ago."""
    if current_visits().subject() is None:
        return None
    wanted = select(Entrance).where(
        Entrance.visit_hash == current_visits().hash_of_this(), Entrance.began_at > clock.now() - ENTRANCE_OPEN
    )
    return current_session().scalar(wanted)


def whose_factor() -> int | None:
    """The account whose second factor is asked of this session: the one it enters, else its own."""
    owed = entrance()
    if owed is not None:
        return owed.owner_id
    subject = current_visits().subject()
    return subject.id if subject and current_session().get(Account, subject.id) else None


def pass_factor(way: str) -> None:
    """A second factor of `whose_factor()` was shown: go on as that account, or note the proof of one's own."""
    owed, visits = entrance(), current_visits()
    subject = visits.arrive()
    record(owed.owner_id if owed else subject.id, "factor_passed", way)
    if owed is None or owed.owner_id == subject.id or go_through(owed):
        visits.note_proof(factor=True)


def go_through(owed: Entrance) -> bool:
    """Go on as the account that is entered here, whose second factor is settled; False where the account is gone."""
    owner, entered_by, action = owed.owner_id, owed.way, owed.action
    current_session().delete(owed)
    current_session().flush()
    account = current_session().get(Account, owner)
    if account is None:
        return False
    subject = current_visits().arrive()
    if entered_by in ADDRESS_PROVED:
        prove_address(subject.id, account.email, action, entered_by)
    else:
        bring_in(current_engine(), subject.id, owner, entered_by)
    return True


ADDRESS_PROVED = frozenset({"code", "provider"})
"""Ways in that prove the address too, so the prompts that asked for it are answered by them."""


def go_on_as(owner: int, way: str, action: str = "") -> None:
    """Go on as an account whose person is known by `way`. Raises Elsewhere while a second factor is owed."""
    owe_factor(owner, way, action)
    subject = current_visits().arrive()
    if subject.id != owner:
        bring_in(current_engine(), subject.id, owner, way)
    else:
        current_visits().note_proof()


def prove_address(subject_id: int, email: str, action: str, way: str) -> int:
    """Save address and proof for a subject, as given at `action`; the subject that holds them from now on."""
    lock(normalise(email))
    engine = current_engine()
    source = "provider" if way == "provider" else "person"
    origin = Provenance(action, source)
    field, proof = address_field(engine), proof_field(engine)
    subject_id = engine.save(subject_id, field.key, email, origin, prompted=True)
    value = {"address": normalise(email), "proved_at": clock.now().isoformat()}
    subject_id = engine.save(subject_id, proof.key, value, origin, prompted=True)
    devices.remember(email)
    return subject_id
