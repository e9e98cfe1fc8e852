"""Webhooks: other systems are told of events by signed requests, as Standard Webhooks specifies them.

Begin with `record_event` (deliveries.py), which writes what is to be sent within the event's own transaction;
endpoints.py keeps where it goes, signing.py signs it.
"""

from asklater.extras import require

require("messages")

from functools import partial

from flask import Flask

from asklater.api.webhooks import cli, routes
from asklater.api.webhooks.deliveries import DELIVER_WEBHOOKS, WEBHOOK_OUTBOX, deliver_due, record_event
from asklater.api.webhooks.endpoints import failing_endpoints
from asklater.api.webhooks.personal_tables import DELIVERY_TABLE, carry_deliveries
from asklater.endpoints import register_blueprint
from asklater.identity import provide_identity
from asklater.layout import add_links
from asklater.registry import Gauge
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, services: Services) -> None:
    """Record events for the endpoints that want them, deliver them, and give administrators their page."""
    engine, jobs = services.engine, services.jobs
    registry = engine.registry
    registry.register_personal_tables(DELIVERY_TABLE)
    registry.register_merge(partial(carry_deliveries, engine))
    engine.events.listeners.append(partial(record_event, engine))
    deliver = partial(deliver_due, engine, public_only=not services.settings.demo, stopping=jobs.stopping.is_set)
    jobs.register(DELIVER_WEBHOOKS, deliver, every_minutes=1, one_unit=False, lane=DELIVER_WEBHOOKS)
    registry.gauges.extend(WEBHOOK_OUTBOX.gauges(services.database))
    about = "Endpoints of webhooks that fail, or are disabled since they did"
    registry.register_gauge(Gauge("webhooks_failing", about, lambda: {(): failing_endpoints(services.database)}))
    provide_identity(app, services.identity, "the page of webhooks stays closed; the command line declares them.")
    register_blueprint(app, routes.blueprint)
    services.commands.add_command(cli.group)
    add_links(app, 90, routes.links)
