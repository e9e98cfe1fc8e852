"""What the privacy room brings to an application: the notice that each prompt links to."""

from flask import Blueprint, Flask, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.house import House
from webapp.layout import Link, add_footer_links
from webapp.privacy.notice import notice_page
from webapp.profiling.engine import current_engine

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/privacy")
def notice() -> ResponseReturnValue:
    return render_template("privacy/notice.html", page=notice_page(current_engine().manifest))


def join(app: Flask, house: House) -> None:
    """Publish the notice, and have every prompt and every page link to it."""
    app.register_blueprint(blueprint)
    house.engine.notice_endpoint = "privacy.notice"
    add_footer_links(app, 10, lambda: [Link(gettext("How we handle what you tell us"), url_for("privacy.notice"))])
