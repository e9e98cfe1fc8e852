"""What the mail room brings to an application."""

from functools import partial

from flask import Flask, url_for
from flask_babel import gettext

from webapp.house import House
from webapp.layout import Link, add_footer_links
from webapp.mail.delivering import KEPT_FOR, OUTBOX, SHOWN_FOR, forget_old
from webapp.mail.holdings import HOLDINGS
from webapp.mail.posting import DELIVER
from webapp.mail.routes import blueprint
from webapp.mail.sealing import opening
from webapp.mail.transports import to_mailbox, to_smtp


def join(app: Flask, house: House) -> None:
    """Deliver through SMTP when a server is set, else into the mailbox page."""
    settings = house.settings
    for holding in HOLDINGS:
        house.engine.register_holding(holding)
    transport = to_smtp(settings.smtp_url, settings.mail_from) if settings.smtp_url else to_mailbox
    deliver = partial(OUTBOX.deliver_due, house.database, opening(transport))
    house.jobs.register(DELIVER, deliver, every_minutes=1, one_unit=False)
    forget = partial(forget_old, house.database, SHOWN_FOR if settings.demo else KEPT_FOR)
    house.jobs.register("forget_mails", forget, every_minutes=60)
    if settings.demo:
        app.register_blueprint(blueprint)
        add_footer_links(app, 90, lambda: [Link(gettext("The mails of this demo"), url_for("mailbox.mailbox"))])
