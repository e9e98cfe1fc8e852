"""What erasure brings to an application."""

from functools import partial

from flask import Flask, url_for
from flask_babel import gettext

from webapp.accounts.visits import Visits, current_visits
from webapp.house import House
from webapp.privacy.erasing import commands, filing, meanwhile, officer_routes, purging, routes, scrubbing, telling
from webapp.privacy.erasing.checking import check_kept, check_webhooks
from webapp.privacy.erasing.erasing import SCRUB
from webapp.privacy.erasing.webhooks import Webhook
from webapp.privacy.officer import add_page

COMMANDS, OFFICER_ROUTES = commands, officer_routes
"""They add themselves to the room's command group, and to the officer's pages."""


def join(app: Flask, house: House) -> None:
    """The person's page, the officer's, and what the worker does once an erasure is committed."""
    settings, database = house.settings, house.database
    app.extensions[telling.RECIPIENTS] = {name: Webhook(url) for name, url in settings.erasure_webhooks}
    app.register_blueprint(routes.blueprint)
    meanwhile.join(app)
    house.engine.register_check(check_kept(house.engine))
    house.engine.register_check(check_webhooks(house.engine, settings.erasure_webhooks))
    house.jobs.register(
        "file_erasures", partial(filing.file_receipts, database, settings.instance), every_minutes=1, one_unit=False
    )
    house.jobs.register(telling.TELL, partial(telling.tell, database), every_minutes=1, one_unit=False)
    house.jobs.register(SCRUB, partial(scrubbing.scrub, database), every_minutes=1, one_unit=False)
    house.jobs.register("purge_kept", partial(purging.purge_kept, house.engine), every_minutes=60)
    visits: Visits = app.extensions["visits"]
    visits.account_links.append(_links)
    add_page(
        app,
        40,
        "officer.erasures",
        lambda: gettext("Erasures"),
        lambda: gettext("What was erased and what a law keeps, who outside was told, and whether a receipt is ours."),
    )


def _links() -> list[tuple[str, str]]:
    return [(gettext("Erase everything"), url_for("erasing.plan"))] if current_visits().subject() else []
