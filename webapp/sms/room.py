"""What the room of text messages brings to an application."""

from functools import partial

from flask import Flask, url_for
from flask_babel import gettext

from webapp.house import House
from webapp.layout import Link, add_footer_links
from webapp.sms.delivering import OUTBOX, forget_old
from webapp.sms.holdings import HOLDINGS
from webapp.sms.posting import DELIVER
from webapp.sms.routes import blueprint
from webapp.sms.sealing import opening
from webapp.sms.transports import to_page, to_twilio


def join(app: Flask, house: House) -> None:
    """Deliver through the provider when one is set, else onto the demo's page."""
    settings = house.settings
    for holding in HOLDINGS:
        house.engine.register_holding(holding)
    transport = to_twilio(settings.sms_url) if settings.sms_url else to_page
    deliver = partial(OUTBOX.deliver_due, house.database, opening(transport))
    house.jobs.register(DELIVER, deliver, every_minutes=1, one_unit=False)
    house.jobs.register("forget_texts", partial(forget_old, house.database), every_minutes=60)
    if settings.demo:
        app.register_blueprint(blueprint)
        add_footer_links(app, 91, _links)


def _links() -> list[Link]:
    return [Link(gettext("The text messages of this demo"), url_for("messages.messages"))]
