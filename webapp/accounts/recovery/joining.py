"""What recovery brings to the accounts room."""

from flask import Flask

from webapp.accounts.answering_forms import code_input
from webapp.accounts.panels import SECURITY, Panel
from webapp.accounts.recovery import reminding
from webapp.accounts.recovery.evidence import EVIDENCE, Evidence, EvidenceKnown
from webapp.accounts.recovery.second_address import (
    SecondEmailKind,
    VerifiedSecondEmailKind,
    check_code,
    second_address_of,
    send_code,
)
from webapp.accounts.recovery.showing import warn, warning_link, warning_panel, ways_panel
from webapp.accounts.recovery.ways import SECOND_ADDRESS
from webapp.accounts.visits import Visits
from webapp.house import House
from webapp.profiling.words import gettext


def join(app: Flask, house: House) -> None:
    """Bring the second address, its evidence, two panels, a warning at the sign-in, and two jobs."""
    visits: Visits = app.extensions["visits"]
    known = app.extensions[EVIDENCE] = EvidenceKnown()
    known.register(_second_address())
    house.engine.register_kind(SecondEmailKind())
    house.engine.register_kind(VerifiedSecondEmailKind(house.engine, visits))
    visits.greetings.append(warn)
    visits.account_links.insert(0, warning_link)
    app.extensions[SECURITY].register(Panel(0, "accounts/recovery/_warning.html", warning_panel, urgent=True))
    app.extensions[SECURITY].register(Panel(80, "accounts/recovery/_ways.html", ways_panel))
    house.jobs.register("remind_recoveries", reminding.remind, every_minutes=5)
    house.jobs.register("forget_recoveries", reminding.forget_old, every_minutes=60)


def _second_address() -> Evidence:
    return Evidence(
        key=SECOND_ADDRESS,
        place=40,
        label=lambda: gettext("Second address"),
        held=lambda subject_id: bool(second_address_of(subject_id)),
        check=check_code,
        ask=lambda typed, error: code_input(typed, error, gettext("The code that came to your second address")),
        send=send_code,
        send_label=lambda: gettext("Send a code to my second address"),
        add_endpoint="accounts.recovery_address",
    )
