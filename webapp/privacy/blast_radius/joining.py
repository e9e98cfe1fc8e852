"""What the blast radius brings to an application: its page, and the worker's count of what is held."""

from functools import partial

from flask import Flask, url_for
from flask_login import current_user

from webapp.house import House
from webapp.layout import Link, add_links
from webapp.privacy.blast_radius.counting import count_held
from webapp.privacy.blast_radius.routes import blueprint
from webapp.privacy.officer import add_page
from webapp.profiling.words import gettext


def join(app: Flask, house: House) -> None:
    """What is held is counted when a worker starts, and every hour; the last count of a day stays."""
    app.register_blueprint(blueprint)
    add_page(
        app,
        20,
        "blast_radius.page",
        _label,
        lambda: gettext("How much is held, of whom, how old, and what a leak of it would show."),
    )
    add_links(app, 87, _links)
    house.jobs.register("count_held", partial(count_held, house.engine), every_minutes=60, at_start=True)


def _label() -> str:
    return gettext("Blast radius")


def _links() -> list[Link]:
    """Officers find it in their bar; administrators have none."""
    return [Link(_label(), url_for("blast_radius.page"))] if current_user.role == "admin" else []
