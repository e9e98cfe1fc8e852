"""What the phones bring to the room of accounts: two kinds, a condition, a second factor, a panel."""

from functools import partial

from flask import Flask

from webapp.accounts.panels import SECURITY, Panel
from webapp.accounts.phones import enrolling, texting
from webapp.accounts.phones.evidence import phone_evidence
from webapp.accounts.phones.phone_kind import PhoneKind
from webapp.accounts.phones.proving import VerifiedPhoneKind
from webapp.accounts.phones.showing import panel_of
from webapp.accounts.recovery.evidence import EVIDENCE
from webapp.accounts.signing_in import Factor
from webapp.accounts.visits import Visits
from webapp.house import House
from webapp.profiling.words import gettext

PLACE = 50


def join(app: Flask, house: House) -> None:
    """Bring the kinds `phone` and `verified_phone`, and the condition that keeps a phone from being asked in vain."""
    engine = house.engine
    visits: Visits = app.extensions["visits"]
    engine.register_kind(PhoneKind())
    engine.register_kind(VerifiedPhoneKind(engine, visits))
    engine.register_condition("has_strong_factor", enrolling.may_protect)
    app.extensions["factors"].register(
        Factor(
            key=enrolling.KEY,
            place=PLACE,
            label=lambda: gettext("A code by text message"),
            held=lambda number: bool(enrolling.enrolled_number(engine, number)),
            endpoint="accounts.phone_factor",
            weak=True,
        )
    )
    app.extensions[EVIDENCE].register(phone_evidence())
    app.extensions[EVIDENCE].register_drop(enrolling.drop)
    app.extensions[SECURITY].register(Panel(PLACE, "accounts/_phone.html", partial(panel_of, engine)))
    house.jobs.register("forget_phone_codes", partial(texting.forget_old, house.database), every_minutes=60)
