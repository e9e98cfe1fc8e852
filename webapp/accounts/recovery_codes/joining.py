"""What recovery codes bring to an application."""

from flask import Flask

from webapp.accounts.panels import SECURITY
from webapp.accounts.recovery_codes.keeping import has_codes
from webapp.accounts.recovery_codes.routes import KEY
from webapp.accounts.recovery_codes.showing import PANEL
from webapp.accounts.signing_in import Factor
from webapp.house import House
from webapp.profiling.words import gettext


def join(app: Flask, _house: House) -> None:
    app.extensions["factors"].register(Factor(KEY, 90, _label, has_codes, "accounts.recovery_code", weak=True))
    app.extensions[SECURITY].register(PANEL)


def _label() -> str:
    return gettext("Use a recovery code")
