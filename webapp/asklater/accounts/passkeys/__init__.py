"""Passkeys: signing in with a finger, a face or a screen lock, and no code.

Begin with registration.py and authentication.py; relying_party.py is this site and its challenges, parsing.py reads
what a browser sends.
"""

from collections.abc import Collection, Mapping
from functools import partial

from flask import Flask

from asklater.accounts.login import SecondFactor, second_factors_of
from asklater.accounts.panels import add_account_panel, add_security_panel
from asklater.accounts.passkeys import login_routes, presenters, relying_party, routes
from asklater.accounts.passkeys.parsing import PasskeyRefused
from asklater.accounts.passkeys.service import drop_passkeys, has_passkey
from asklater.accounts.recovery.evidence import Evidence, evidence_of
from asklater.accounts.recovery.methods import PASSKEY
from asklater.assets import url
from asklater.database.access import PORTION
from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.kinds.base import Unable
from asklater.services import Services

__all__ = ["init_app"]

_ROUTES = (routes, login_routes)
"""These files add their pages to the blueprint."""


class _PasskeyAlternative:
    """The alternative that prompts for the address or its proof offer: signing in by a passkey answers both."""

    key = presenters.PASSKEY_KEY

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def label(self) -> str:
        return gettext("Sign in with a passkey")

    def answers(self, fields: Collection[str]) -> bool:
        return any(self._engine.kind_of(field).name in {"email", "verified_email"} for field in fields)

    def ensure_reachable(self) -> None:
        """Does nothing: a passkey is shown on a page of this site."""

    def begin(self, action: str, onward: str) -> str:
        return url_for("accounts.passkey_sign_in", next=onward)

    def attributes(self) -> Mapping[str, str]:
        if not relying_party.current_relying_party().has_domain:
            return {}
        relying_party.prepare_session()
        return {"data-passkey-options": url_for("accounts.passkey_options"), "data-script": url("js/passkeys.js")}

    def show(self, answer: str) -> str:
        try:
            login_routes.log_in(answer)
        except PasskeyRefused as refused:
            raise Unable(refused.reason) from refused
        return gettext("You are signed in.")


def init_app(app: Flask, services: Services) -> None:
    second_factors_of(app).register(
        SecondFactor(presenters.PASSKEY_KEY, 10, _label, has_passkey, "accounts.passkey_factor")
    )
    evidence_of(app).register(_evidence())
    evidence_of(app).register_removal(drop_passkeys)
    add_security_panel(app, 10, presenters.PASSKEYS_PANEL)
    add_account_panel(app, 10, routes.SUGGESTION_PANEL)
    services.engine.registry.register_cookie(routes.declined_cookie())
    services.engine.registry.register_alternative(_PasskeyAlternative(services.engine))
    services.jobs.register(
        "forget_challenges",
        partial(relying_party.delete_old_challenges, services.database),
        every_minutes=60,
        portion=PORTION,
    )


def _evidence() -> Evidence:
    """Returns the passkey as evidence, which is not typed: whoever has one signs in with it."""
    return Evidence(PASSKEY, 10, lambda: gettext("Passkey"), has_passkey, add_endpoint="accounts.new_passkey")


def _label() -> str:
    return gettext("Use a passkey")
