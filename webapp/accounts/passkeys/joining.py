"""What passkeys bring to an application."""

from collections.abc import Collection
from functools import partial

from flask import Flask, url_for

from webapp.accounts.panels import ACCOUNT, SECURITY
from webapp.accounts.passkeys import challenges, offering, showing
from webapp.accounts.passkeys.keeping import drop, has_passkey
from webapp.accounts.recovery.evidence import EVIDENCE, Evidence
from webapp.accounts.recovery.ways import PASSKEY
from webapp.accounts.signing_in import Factor
from webapp.house import House
from webapp.profiling.engine import Engine
from webapp.profiling.words import gettext


class ByPasskey:
    """The way of a passkey in prompts that ask for the address or its proof: signing in answers both."""

    key = showing.KEY

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def label(self) -> str:
        return gettext("Sign in with a passkey")

    def supplies(self, fields: Collection[str]) -> bool:
        return any(self._engine.kind_of(field).name in {"email", "verified_email"} for field in fields)

    def reach(self) -> None:
        """It is a page of this site."""

    def begin(self, action: str, onward: str) -> str:
        return url_for("accounts.passkey_sign_in", next=onward)


def join(app: Flask, house: House) -> None:
    app.extensions["factors"].register(Factor(showing.KEY, 10, _label, has_passkey, "accounts.passkey_factor"))
    app.extensions[EVIDENCE].register(_evidence())
    app.extensions[EVIDENCE].register_drop(drop)
    app.extensions[SECURITY].register(showing.PANEL)
    app.extensions[ACCOUNT].register(offering.PANEL)
    house.engine.register_way(ByPasskey(house.engine))
    house.jobs.register("forget_challenges", partial(challenges.forget_old, house.database), every_minutes=60)


def _evidence() -> Evidence:
    """It is not typed: whoever has one signs in with it."""
    return Evidence(PASSKEY, 10, lambda: gettext("Passkey"), has_passkey, add_endpoint="accounts.new_passkey")


def _label() -> str:
    return gettext("Use a passkey")
