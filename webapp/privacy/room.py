"""What the privacy room brings to an application: the notice, the person's own pages and the privacy officer's."""

from types import ModuleType

from flask import Blueprint, Flask, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.house import House
from webapp.layout import Link, add_footer_links, add_links
from webapp.privacy import commands, officer
from webapp.privacy.blast_radius import joining as blast_radius
from webapp.privacy.consents import joining as consents
from webapp.privacy.erasing import joining as erasing
from webapp.privacy.exporting import joining as exporting
from webapp.privacy.keys import joining as keys_part
from webapp.privacy.minimisation import joining as minimisation
from webapp.privacy.notice import notice_page
from webapp.privacy.notices import joining as notices
from webapp.privacy.person import joining as person
from webapp.privacy.record_of_processing import joining as record_of_processing
from webapp.privacy.requests import joining as requests_part
from webapp.privacy.retention import joining as retention
from webapp.privacy.signing import SIGNER, Signer, current_signer
from webapp.profiling.engine import current_engine

blueprint = Blueprint("privacy", __name__)
PARTS: tuple[ModuleType, ...] = (
    *(notices, consents, person, exporting, erasing, retention),
    *(record_of_processing, blast_radius, minimisation, keys_part, requests_part),
)
"""Each brings pages, commands and jobs: modules with a `join(app, house)`."""


@blueprint.get("/privacy")
def notice() -> ResponseReturnValue:
    engine = current_engine()
    page = notice_page(engine.manifest, list(engine.holdings.values()))
    return render_template("privacy/notice.html", page=page)


@blueprint.get("/privacy/keys.json")
def keys() -> ResponseReturnValue:
    """A JSON Web Key Set: with it anybody checks what this application has signed."""
    return {"keys": [current_signer().public]}


def join(app: Flask, house: House) -> None:
    """Publish the notice, have every prompt and every page link to it, and let each part bring what it has."""
    app.extensions[SIGNER] = Signer(house.settings.secret_key)
    for part in PARTS:
        part.join(app, house)
    app.register_blueprint(blueprint)
    app.register_blueprint(officer.blueprint)
    app.cli.add_command(commands.group)
    house.engine.notice_endpoint = "privacy.notice"
    add_links(app, 87, officer.links)
    add_footer_links(app, 10, lambda: [Link(gettext("How we handle what you tell us"), url_for("privacy.notice"))])
