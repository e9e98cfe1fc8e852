"""What recovery codes bring to an application."""

from flask import Flask

from webapp.accounts.panels import SECURITY
from webapp.accounts.recovery.evidence import EVIDENCE, Evidence
from webapp.accounts.recovery.ways import RECOVERY_CODE
from webapp.accounts.recovery_codes.keeping import after_removal, has_codes, shows
from webapp.accounts.recovery_codes.routes import KEY
from webapp.accounts.recovery_codes.showing import PANEL
from webapp.accounts.signing_in import Factor
from webapp.house import House
from webapp.profiling.inputs import Input
from webapp.profiling.words import gettext


def join(app: Flask, _house: House) -> None:
    app.extensions[EVIDENCE].register(_evidence())
    app.extensions[EVIDENCE].register_drop(after_removal)
    app.extensions["factors"].register(Factor(KEY, 90, _label, has_codes, "accounts.recovery_code", weak=True))
    app.extensions[SECURITY].register(PANEL)


def _evidence() -> Evidence:
    return Evidence(
        key=RECOVERY_CODE,
        place=30,
        label=lambda: gettext("Recovery code"),
        held=has_codes,
        check=shows,
        ask=lambda typed, error: Input(
            name=KEY,
            id=KEY,
            label=gettext("Recovery code"),
            values=(typed,) if typed else (),
            errors=(error,) if error else (),
            autocomplete="off",
            maxlength=100,
        ),
    )


def _label() -> str:
    return gettext("Use a recovery code")
