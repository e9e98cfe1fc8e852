"""What this part brings to an application: its jobs, its holdings, its pages and its verbs."""

from functools import partial

from flask import Flask, url_for
from flask_babel import gettext

from webapp.house import House
from webapp.privacy.commands import group
from webapp.privacy.exporting.building import build_due
from webapp.privacy.exporting.holdings import HOLDINGS
from webapp.privacy.exporting.importing import import_document
from webapp.privacy.exporting.ordering import BUILD, delete_expired
from webapp.privacy.exporting.routes import blueprint


def join(app: Flask, house: House) -> None:
    """Exports are built as soon as they are ordered, and a scheduled run goes on with what was left half-way."""
    for holding in HOLDINGS:
        house.engine.register_holding(holding)
    build = partial(build_due, house.engine, house.database, partial(house.jobs.enqueue, BUILD))
    house.jobs.register(BUILD, build, every_minutes=1, one_unit=False)
    house.jobs.register("delete_expired_exports", partial(delete_expired, house.database), every_minutes=30)
    app.register_blueprint(blueprint)
    group.add_command(import_document)
    app.extensions["visits"].account_links.append(lambda: [(gettext("Take your data along"), url_for("exports.page"))])
