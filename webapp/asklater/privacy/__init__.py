"""Privacy: what a person sees of their data, what the privacy officer sees of everybody's, and the public notice.

Begin with personal_data.py (a person's page) and officer.py (the officer's bar); each right and each page of the
officer has a module or package. signing.py signs receipts, ledger keeps what people have exercised.
"""

from asklater.extras import require

require("privacy")

from types import ModuleType

from flask import Flask
from flask_babel import gettext

from asklater.application_identity import Allowed, SignIn, let_in
from asklater.endpoints import register_blueprint, url_for
from asklater.extension import Profiling, join_if_told
from asklater.identity import provide_identity
from asklater.layout import Link, add_footer_links, add_links
from asklater.privacy import (
    assessments,
    breaches,
    cli,
    consents,
    erasure,
    evidence,
    exports,
    key_rotation,
    leak_impact,
    ledger,
    measurement,
    minimisation,
    notices,
    officer,
    person_searches,
    personal_data_routes,
    processors,
    receipt_checks,
    record_of_processing,
    requests,
    retention,
    takedowns,
)
from asklater.privacy.erasure.deletion import SubjectGone, erase
from asklater.privacy.officer import OFFICER_ROLE, add_officer_page
from asklater.privacy.record_of_processing.measures import add_measure
from asklater.privacy.routes import blueprint
from asklater.services import Services

__all__ = ["Privacy", "SignIn", "SubjectGone", "add_measure", "add_officer_page", "erase", "init_app"]

_PARTS: tuple[ModuleType, ...] = (
    *(ledger, notices, consents, personal_data_routes, measurement, exports, erasure, retention),
    *(record_of_processing, leak_impact, minimisation, key_rotation, requests),
    *(receipt_checks, breaches, processors, assessments, evidence, person_searches, takedowns),
)
"""Each brings pages, commands and jobs."""


class Privacy:
    """The privacy pages of an application: `Privacy(app, profiling, officer=lambda: current_user.is_officer)`.

    `officer()` and `admin()` say whether whoever makes the request may open the officer's pages, or those of keys.
    `sign_in` tells of the application's own sign-in, on which exports, erasures and requests rest. Without any of the
    three the identity says all this: that of accounts, or another one. Without `app` it is one of the `features` of
    `Profiling`. Raises ConfigurationError, and ManifestError where the manifest lacks what it needs.
    """

    def __init__(
        self,
        app: Flask | None = None,
        profiling: Profiling | None = None,
        *,
        officer: Allowed | None = None,
        admin: Allowed | None = None,
        sign_in: SignIn | None = None,
    ) -> None:
        self._allowed: dict[str, Allowed | None] = {OFFICER_ROLE: officer, key_rotation.ADMIN_ROLE: admin}
        self._sign_in = sign_in
        join_if_told(self, app, profiling)

    def init_app(self, app: Flask, services: Services) -> None:
        let_in(services, "Privacy", self._allowed, self._sign_in)
        init_app(app, services)


def init_app(app: Flask, services: Services) -> None:
    """Publish the notice, have every prompt and every page link to it, and let each part bring what it has."""
    provide_identity(app, services.identity, "requests, exports, erasures and the officer's pages stay closed.")
    for part in _PARTS:
        part.init_app(app, services)
    register_blueprint(app, blueprint)
    register_blueprint(app, officer.officer_blueprint)
    services.commands.add_command(cli.privacy_group)
    services.engine.registry.notice_endpoint = "privacy.notice"
    add_links(app, 87, officer.officer_links)
    add_footer_links(app, 10, lambda: [Link(gettext("Privacy notice"), url_for("privacy.notice"))])
