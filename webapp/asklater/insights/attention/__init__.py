"""What needs attention as a list of its own, and as a weekly mail to the product managers who ask for it. Adds the
page, the one by which a mail's reader stops it, and the job that writes the mails.

Begin with mails.py; what a loss is, losses.py beside this package says.
"""

from functools import partial

from flask import Flask

from asklater.endpoints import register_blueprint
from asklater.i18n import gettext
from asklater.insights.attention.mails import mail_losses
from asklater.insights.attention.routes import blueprint, stop_blueprint
from asklater.insights.attention.subscriptions import LOSSES_LIST, is_subscribed, stop_url
from asklater.insights.attention.tables import SUBSCRIBER_TABLE
from asklater.insights.navigation import add_tab
from asklater.insights.routes import PRODUCT_MANAGER
from asklater.messages import MailingList, add_mailing_list
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, services: Services) -> None:
    register_blueprint(app, blueprint)
    register_blueprint(app, stop_blueprint)
    if "csrf" in app.extensions:  # mail programs post there by themselves, and know no token
        app.extensions["csrf"].exempt(stop_blueprint)
    add_tab(app, 15, "attention.attention", lambda: gettext("Attention"), within=("attention.",))
    add_mailing_list(app, MailingList(LOSSES_LIST, partial(is_subscribed, services.database), stop_url))
    services.engine.registry.register_personal_tables(SUBSCRIBER_TABLE)
    services.jobs.register("mail_losses", partial(mail_losses, services.engine, PRODUCT_MANAGER), every_minutes=60)
