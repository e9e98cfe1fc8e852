"""What this session has said so far about a lost address. Nothing of it touches an account."""

from dataclasses import dataclass, replace
from datetime import timedelta

from flask import session

from webapp import clock
from webapp.accounts import codes
from webapp.accounts.addresses import normalise, owner_of
from webapp.accounts.channels import six_digits
from webapp.accounts.claiming import address_field
from webapp.accounts.recovery.ways import Lost
from webapp.accounts.visits import current_visits
from webapp.profiling.engine import current_engine
from webapp.profiling.kinds.base import Given, Invalid
from webapp.profiling.words import gettext

GOOD_FOR = timedelta(minutes=30)
BEGUN = "recovery"
"""Where the signed cookie keeps it."""


@dataclass(frozen=True)
class Begun:
    """What is lost, the address of the account as it was typed, and the new address; `proved` once its code came."""

    lost: Lost
    address: str
    new: str
    proved: bool = False


def begin(lost: Lost, address: str, new: str) -> None:
    """Take both addresses and mail a code to the new one. Raises Invalid, by `address` and `new`, or Unable."""
    wrong: dict[str, str] = {}
    texts = {name: _parsed(name, typed, wrong) for name, typed in (("address", address), ("new", new))}
    if not wrong and texts["address"] == texts["new"]:
        wrong["new"] = gettext("That is the address that you cannot read. Give one that you can.")
    if wrong:
        raise Invalid(wrong)
    visitor, visit = current_visits().arrive(), current_visits().hash_of_this()
    codes.send(visitor.id, visit, texts["new"], again=True, purpose=codes.RECOVER)
    _keep(Begun(lost, texts["address"], texts["new"]))


def send_again(begun: Begun) -> None:
    """A new code to the new address. Raises Unable."""
    visitor, visit = current_visits().arrive(), current_visits().hash_of_this()
    codes.send(visitor.id, visit, begun.new, again=True, purpose=codes.RECOVER)


def prove_new(begun: Begun, typed: str) -> None:
    """The code that came to the new address. Raises Invalid or Unable."""
    visitor, visit = current_visits().arrive(), current_visits().hash_of_this()
    digits = six_digits(typed, gettext("Type the six digits that we sent by mail."))
    codes.redeem(visitor.id, visit, begun.new, digits, purpose=codes.RECOVER)
    if owner_of(begun.new) is not None:  # told to whoever reads its mail, and to nobody else
        raise Invalid({"": gettext("That address has an account of its own. Take another one.")})
    _keep(replace(begun, proved=True))


def begun_here() -> Begun | None:
    """What this session has begun; None when nothing, or when it was too long ago."""
    try:
        lost, address, new, proved, visit, at = session.get(BEGUN, ())
    except (TypeError, ValueError):
        return None
    here = current_visits().hash_of_this().hex() if current_visits().subject() else ""
    if visit != here or at < (clock.now() - GOOD_FOR).timestamp():
        return None
    return Begun(Lost(lost), address, new, proved)


def forget() -> None:
    session.pop(BEGUN, None)


def _keep(begun: Begun) -> None:
    visit = current_visits().hash_of_this().hex()
    at = int(clock.now().timestamp())
    session[BEGUN] = [str(begun.lost), begun.address, begun.new, begun.proved, visit, at]


def _parsed(name: str, typed: str, wrong: dict[str, str]) -> str:
    engine = current_engine()
    field = address_field(engine)
    try:
        parsed: str = engine.kind_of(field.key).parse(field, Given({"": (typed,)}))
    except Invalid as refused:
        wrong[name] = " ".join(refused.errors.values())
        return ""
    return normalise(parsed)
