"""Privacy: what the person sees of their data and what the privacy officer sees of everybody's; the public notice,
and the key that signs receipts.
"""

from asklater.extras import require

require("privacy")

from types import ModuleType

from flask import Blueprint, Flask, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater.engine import current_engine
from asklater.layout import Link, add_footer_links, add_links
from asklater.privacy import (
    blast_radius,
    cli,
    consents,
    erasure,
    exports,
    key_rotation,
    minimisation,
    notices,
    officer,
    personal_data_routes,
    record_of_processing,
    requests,
    retention,
)
from asklater.privacy.notices.presenters import notice_page
from asklater.privacy.signing import SIGNER_EXTENSION, Signer, current_signer
from asklater.services import Services

blueprint = Blueprint("privacy", __name__)
FEATURES: tuple[ModuleType, ...] = (
    *(notices, consents, personal_data_routes, exports, erasure, retention),
    *(record_of_processing, blast_radius, minimisation, key_rotation, requests),
)
"""Each brings pages, commands and jobs: modules with a `init_app(app, house)`."""


@blueprint.get("/privacy")
def notice() -> ResponseReturnValue:
    engine = current_engine()
    page = notice_page(engine.manifest, list(engine.registry.personal_tables.values()))
    return render_template("asklater/privacy/notice.html", page=page)


@blueprint.get("/privacy/keys.json")
def keys() -> ResponseReturnValue:
    """A JSON Web Key Set: with it anybody checks what this application has signed."""
    return {"keys": [current_signer().public]}


def init_app(app: Flask, services: Services) -> None:
    """Publish the notice, have every prompt and every page link to it, and let each part bring what it has."""
    app.extensions[SIGNER_EXTENSION] = Signer(services.settings.secret_key)
    for part in FEATURES:
        part.init_app(app, services)
    app.register_blueprint(blueprint)
    app.register_blueprint(officer.officer_blueprint)
    services.commands.add_command(cli.privacy_group)
    services.engine.registry.notice_endpoint = "privacy.notice"
    add_links(app, 87, officer.officer_links)
    add_footer_links(app, 10, lambda: [Link(gettext("How we handle what you tell us"), url_for("privacy.notice"))])
