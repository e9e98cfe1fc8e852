"""Recovery: getting back in after a lost address or factor, by what the profile has come to hold."""

from flask import Flask

from asklater.accounts.panels import SECURITY_PANELS, Panel
from asklater.accounts.recovery import requests
from asklater.accounts.recovery.evidence import EVIDENCE_EXTENSION, Evidence, EvidenceRegistry
from asklater.accounts.recovery.methods import SECOND_ADDRESS
from asklater.accounts.recovery.presenters import (
    flash_pending_recovery,
    pending_recovery_link,
    pending_recovery_panel,
    recovery_methods_panel,
)
from asklater.accounts.recovery.second_address import (
    SecondEmailKind,
    VerifiedSecondEmailKind,
    check_code,
    second_address_of,
    send_code,
)
from asklater.accounts.sessions import Sessions
from asklater.forms import code_input
from asklater.i18n import gettext
from asklater.services import Services


def init_app(app: Flask, services: Services) -> None:
    """Bring the second address, its evidence, two panels, a warning at the sign-in, and two jobs."""
    visits: Sessions = app.extensions["visits"]
    known = app.extensions[EVIDENCE_EXTENSION] = EvidenceRegistry()
    known.register(_second_address())
    services.engine.registry.register_kind(SecondEmailKind())
    services.engine.registry.register_kind(VerifiedSecondEmailKind(services.engine, visits))
    visits.greetings.append(flash_pending_recovery)
    visits.account_links.insert(0, pending_recovery_link)
    app.extensions[SECURITY_PANELS].register(
        Panel(0, "accounts/recovery/_warning.html", pending_recovery_panel, urgent=True)
    )
    app.extensions[SECURITY_PANELS].register(Panel(80, "accounts/recovery/_ways.html", recovery_methods_panel))
    services.jobs.register("remind_recoveries", requests.send_reminders, every_minutes=5)
    services.jobs.register("forget_recoveries", requests.delete_old_requests, every_minutes=60)


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
