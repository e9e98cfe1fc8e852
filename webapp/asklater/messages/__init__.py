"""Mail and text messages: written to an outbox within the transaction, sent after it by a job, and tried again.

Begin with `post_mail` (mail.py) and `post_text` (text_messages.py); outbox.py sends what is due by transports.py.
"""

from asklater.extras import require
from asklater.web.breakers import Breaker

require("messages")

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import Flask

from asklater.endpoints import register_blueprint, url_for
from asklater.i18n import gettext
from asklater.layout import Link, add_footer_links
from asklater.messages.bounces import (
    bounced_at,
    forget_bounce,
    messages_group,
    refusal_of_mail,
)
from asklater.messages.mail import (
    DELIVER_MAIL,
    MAIL_OUTBOX,
    Importance,
    post_mail,
)
from asklater.messages.mailing_lists import MailingList, add_mailing_list
from asklater.messages.outbox import Transport
from asklater.messages.personal_tables import MAIL_TABLES, SHOWN_MAIL_KEPT, TEXT_TABLES
from asklater.messages.routes import mailbox_blueprint, text_blueprint
from asklater.messages.sealing import Mail, address_mark, address_mark_in, opening_mail, opening_text
from asklater.messages.smtp import SmtpTransport
from asklater.messages.text_messages import DELIVER_TEXTS, TEXT_OUTBOX, can_text, post_text
from asklater.messages.transports import TWILIO_API, to_mailbox, to_text_page, to_twilio
from asklater.messages.unsubscribing import unsubscribe_blueprint
from asklater.services import Services

__all__ = [
    "Importance",
    "MailingList",
    "Messages",
    "add_mailing_list",
    "address_mark",
    "address_mark_in",
    "bounced_at",
    "can_text",
    "forget_bounce",
    "init_app",
    "post_mail",
    "post_text",
    "refusal_of_mail",
]


class Messages:
    """Mail and text messages as one of the `features` of `Profiling`."""

    def init_app(self, app: Flask, services: Services) -> None:
        init_app(app, services)


def init_app(app: Flask, services: Services) -> None:
    """Write, seal, deliver and forget mail and text messages."""
    _init_mail(app, services)
    _init_text_messages(app, services)


def _init_mail(app: Flask, services: Services) -> None:
    """Deliver through SMTP when a server is set, else into the mailbox page."""
    settings = services.settings
    services.engine.registry.register_personal_tables(*MAIL_TABLES)
    if settings.demo:
        services.engine.registry.register_personal_tables(replace(MAIL_TABLES[0], retention=SHOWN_MAIL_KEPT))
    deliver = _to_smtp(services) if settings.smtp_url else partial(_deliver_mail, services, to_mailbox)
    services.jobs.register(DELIVER_MAIL, deliver, every_minutes=1, one_unit=False, lane=DELIVER_MAIL)
    services.engine.registry.gauges.extend(MAIL_OUTBOX.gauges(services.database))
    services.commands.add_command(messages_group)
    register_blueprint(app, unsubscribe_blueprint)
    if "csrf" in app.extensions:  # mail programs post there by themselves, and know no token
        app.extensions["csrf"].exempt(unsubscribe_blueprint)
    if settings.demo:
        register_blueprint(app, mailbox_blueprint)
        add_footer_links(app, 90, lambda: [Link(gettext("Demo mailbox"), url_for("mailbox.mailbox"))])


def _to_smtp(services: Services) -> Callable[[], int]:
    """A pass of delivery is one conversation with the server, whose breaker outlives it."""
    transport = SmtpTransport(services.settings.smtp_url, services.settings.mail_from)
    breaker = Breaker(transport.server)

    def deliver() -> int:
        with transport as send:
            return _deliver_mail(services, send, breaker)

    return deliver


def _deliver_mail(services: Services, transport: Transport[Mail], breaker: Breaker | None = None) -> int:
    return MAIL_OUTBOX.deliver_due(
        services.database, opening_mail(transport), breaker=breaker, stopping=services.jobs.stopping.is_set
    )


def _init_text_messages(app: Flask, services: Services) -> None:
    """Deliver through the provider when one is set, else onto the demo's page."""
    settings = services.settings
    services.engine.registry.register_personal_tables(*TEXT_TABLES)
    transport = to_twilio(settings.sms_url) if settings.sms_url else to_text_page
    deliver = partial(
        TEXT_OUTBOX.deliver_due,
        services.database,
        opening_text(transport),
        breaker=Breaker(TWILIO_API) if settings.sms_url else None,
        stopping=services.jobs.stopping.is_set,
    )
    services.jobs.register(DELIVER_TEXTS, deliver, every_minutes=1, one_unit=False, lane=DELIVER_TEXTS)
    services.engine.registry.gauges.extend(TEXT_OUTBOX.gauges(services.database))
    if settings.demo:
        register_blueprint(app, text_blueprint)
        add_footer_links(app, 91, _text_links)


def _text_links() -> list[Link]:
    return [Link(gettext("Demo text messages"), url_for("messages.messages"))]
