"""Recovery: getting back in after a lost address or factor, by what the profile has come to hold.

Begin with methods.py, the table of what opens an account and how soon; evaluation.py judges what is shown,
requests.py keeps those that wait, completion.py gives the account back.
"""

from flask import Flask

from asklater.accounts.panels import Panel, add_security_panel
from asklater.accounts.recovery import lost_factor_routes, requests, routes, second_address_routes
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
from asklater.accounts.sessions import SESSIONS_EXTENSION, Sessions
from asklater.forms import code_input
from asklater.i18n import gettext
from asklater.layout import add_account_links
from asklater.services import Services

__all__ = ["init_app"]

_ROUTES = (routes, lost_factor_routes, second_address_routes)
"""These files add their pages to the blueprint."""


def init_app(app: Flask, services: Services) -> None:
    """Register the second address, its evidence, two panels, a warning at the sign-in, and two jobs."""
    sessions: Sessions = app.extensions[SESSIONS_EXTENSION]
    known = app.extensions[EVIDENCE_EXTENSION] = EvidenceRegistry()
    known.register(_second_address())
    services.engine.registry.register_kind(SecondEmailKind())
    services.engine.registry.register_kind(VerifiedSecondEmailKind(services.engine, sessions))
    sessions.on_login.append(flash_pending_recovery)
    add_account_links(app, 0, pending_recovery_link)
    add_security_panel(app, 0, Panel("asklater/accounts/recovery/_warning.html", pending_recovery_panel, urgent=True))
    add_security_panel(app, 80, Panel("asklater/accounts/recovery/_methods.html", recovery_methods_panel))
    services.jobs.register("remind_recoveries", requests.send_reminders, every_minutes=5)


def _second_address() -> Evidence:
    return Evidence(
        key=SECOND_ADDRESS,
        order=40,
        label=lambda: gettext("Second address"),
        is_held=lambda subject_id: bool(second_address_of(subject_id)),
        check=check_code,
        make_input=lambda typed, error: code_input(typed, error, gettext("The code that came to your second address")),
        send=send_code,
        send_label=lambda: gettext("Send a code to my second address"),
        add_endpoint="accounts.recovery_address",
    )
