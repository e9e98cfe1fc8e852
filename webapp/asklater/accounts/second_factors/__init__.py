"""Second factors: the authenticator app, and the recovery codes that stand in for a lost factor.

Begin with totp.py and recovery_codes.py. Passkeys and phones are factors as well, in packages of their own.
"""

from functools import partial

from flask import Flask

from asklater.accounts.login import SecondFactor, second_factors_of
from asklater.accounts.panels import Panel, add_security_panel
from asklater.accounts.recovery.evidence import Evidence, evidence_of
from asklater.accounts.recovery.methods import AUTHENTICATOR, RECOVERY_CODE
from asklater.accounts.second_factors import recovery_codes, totp
from asklater.accounts.second_factors.presenters import (
    GUESSING_PANEL,
    RECOVERY_CODES_PANEL,
    AuthenticatorPanel,
    guessing_link,
)
from asklater.accounts.second_factors.recovery_codes import delete_unless_protected, has_codes
from asklater.accounts.second_factors.routes import AUTHENTICATOR_KEY, RECOVERY_CODE_KEY
from asklater.accounts.second_factors.totp import (
    authenticator_of,
    delete_old_drafts,
    drop_authenticator,
    has_authenticator,
)
from asklater.accounts.tables import Account
from asklater.database.access import PORTION, current_session
from asklater.forms import code_input
from asklater.i18n import gettext
from asklater.kinds.base import Input
from asklater.layout import add_account_links
from asklater.services import Services

__all__ = ["init_app"]


def _init_authenticators(app: Flask, services: Services) -> None:
    evidence_of(app).register(_authenticator_evidence())
    evidence_of(app).register_removal(drop_authenticator)
    second_factors_of(app).register(
        SecondFactor(AUTHENTICATOR_KEY, 20, _authenticator_label, has_authenticator, "accounts.authenticator")
    )
    add_security_panel(app, 20, Panel("asklater/accounts/second_factors/_authenticator.html", _authenticator_panel))
    services.jobs.register(
        "forget_authenticator_drafts", partial(delete_old_drafts, services.database), every_minutes=60, portion=PORTION
    )


def _authenticator_label() -> str:
    return gettext("Use the authenticator app")


def _authenticator_evidence() -> Evidence:
    return Evidence(
        key=AUTHENTICATOR,
        order=20,
        label=lambda: gettext("Authenticator app"),
        is_held=has_authenticator,
        check=totp.check_evidence,
        make_input=lambda typed, error: code_input(typed, error, gettext("The code of your authenticator app"), ""),
        is_factor=True,
        add_endpoint="accounts.new_authenticator",
    )


def _authenticator_panel(subject_id: int) -> AuthenticatorPanel | None:
    """None while the address is not proved, for then it cannot be added; unless it is there."""
    held, account = authenticator_of(subject_id), current_session().get(Account, subject_id)
    if held is None and (account is None or account.verified_at is None):
        return None
    return AuthenticatorPanel(held.confirmed_at if held else None)


# Recovery codes


def _init_recovery_codes(app: Flask, _services: Services) -> None:
    evidence_of(app).register(_recovery_code_evidence())
    evidence_of(app).register_removal(delete_unless_protected)
    second_factors_of(app).register(
        SecondFactor(RECOVERY_CODE_KEY, 90, _recovery_code_label, has_codes, "accounts.recovery_code", weak=True)
    )
    add_security_panel(app, 90, RECOVERY_CODES_PANEL)


def _recovery_code_evidence() -> Evidence:
    return Evidence(
        key=RECOVERY_CODE,
        order=30,
        label=lambda: gettext("Recovery code"),
        is_held=has_codes,
        check=recovery_codes.check_evidence,
        make_input=lambda typed, error: Input(
            name=RECOVERY_CODE_KEY,
            id=RECOVERY_CODE_KEY,
            label=gettext("Recovery code"),
            values=(typed,) if typed else (),
            errors=(error,) if error else (),
            autocomplete="off",
            maxlength=100,
        ),
    )


def _recovery_code_label() -> str:
    return gettext("Use a recovery code")


def init_app(app: Flask, services: Services) -> None:
    """Register authenticator apps and recovery codes, and the warning that somebody guesses at a factor."""
    _init_authenticators(app, services)
    _init_recovery_codes(app, services)
    add_security_panel(app, 1, GUESSING_PANEL)
    add_account_links(app, 1, guessing_link)
