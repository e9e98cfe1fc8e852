"""Requests (Art. 15 to 21 GDPR): what a person asks for, the officer's queue, deadlines, trails and receipts.

Begin with lifecycle.py, the states of a request; submission.py takes one, entry.py one that came by letter,
officer_steps.py deals with one, reminders.py mails officers, verification.py proves the address of somebody without an
account.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from flask import Flask
from flask_babel import gettext, ngettext

from asklater.database.access import PORTION, current_database
from asklater.endpoints import register_blueprint, url_for
from asklater.identity import current_identity, has_identity
from asklater.layout import Link, add_account_links, add_footer_links
from asklater.privacy.due import DueItem, add_due
from asklater.privacy.exports.orders import SETTLE_JOB
from asklater.privacy.officer import add_officer_page
from asklater.privacy.personal_tables import PREFERENCE_TABLE, REQUEST_TABLES
from asklater.privacy.requests import (
    entry,
    entry_routes,
    lifecycle,
    officer_routes,
    preparation,
    queries,
    redaction_routes,
    reminders,
    reply_routes,
    reply_template_routes,
    routes,
)
from asklater.privacy.requests.labels import kind_label
from asklater.services import Services

__all__ = ["init_app"]

_OFFICER_ROUTES = (entry_routes, officer_routes, reply_routes, reply_template_routes, redaction_routes)
"""They add themselves to the officer's pages."""


def init_app(app: Flask, services: Services) -> None:
    """Join the application: the person's pages, the officer's, and what becomes of requests when persons merge or
    go."""
    engine = services.engine
    register_blueprint(app, routes.blueprint)
    for table in REQUEST_TABLES:
        engine.registry.register_personal_tables(table)
    engine.registry.register_merge(lifecycle.RequestMerge(engine))
    engine.registry.register_traces(lifecycle.RequestErasure(services.database))
    engine.registry.register_retained(lifecycle.WAITING_SUBJECTS)
    remind = partial(reminders.remind_officers, engine)
    services.jobs.register("remind_of_requests", remind, every_minutes=reminders.EVERY_MINUTES)
    mark = partial(entry.mark_addresses, engine)
    services.jobs.register("mark_request_addresses", mark, at_start=True, portion=entry.MARK_PORTION)
    engine.registry.register_personal_tables(PREFERENCE_TABLE)
    services.jobs.register(
        "forget_requests", partial(lifecycle.delete_unverified, services.database), every_minutes=60, portion=PORTION
    )
    settle = partial(preparation.settle_prepared, engine)
    services.jobs.register(SETTLE_JOB, settle, every_minutes=1, portion=queries.PAGE_SIZE)
    add_account_links(app, 50, _links)
    add_footer_links(app, 11, _footer_links)
    add_due(app, 10, _due)
    add_officer_page(app, 5, "officer.requests", _label, _text)
    add_officer_page(
        app,
        6,
        "officer.reply_templates",
        lambda: gettext("Reply templates"),
        lambda: gettext("What is written to people about their requests, by the kind of request."),
    )


def _links() -> list[Link]:
    return [Link(gettext("My requests"), url_for("requests.own"))] if current_identity().is_signed_in() else []


def _footer_links() -> list[Link]:
    if not has_identity():
        return []
    return [Link(gettext("Make a request about your data"), url_for("requests.open_request"))]


def _due(until: datetime) -> Iterator[DueItem]:
    for found in queries.due_before(until):
        url = url_for("officer.request", public_id=found.public_id)
        yield DueItem(gettext("Request"), kind_label(found.kind), url, found.due_at)
    for found in queries.failed_requests():
        url = url_for("officer.request", public_id=found.public_id)
        yield DueItem(gettext("Request"), gettext("The data could not be collected: try again"), url, None)


def _label() -> str:
    running = queries.queue_counts(current_database()).running
    label: str = gettext("Requests (%(number)s)", number=running) if running else gettext("Requests")
    return label


def _text() -> str:
    """Says what there is to be done, and what is late or soon will be."""
    counts = queries.queue_counts(current_database())
    parts = (
        ngettext("%(num)s request is to be dealt with.", "%(num)s requests are to be dealt with.", counts.running),
        ngettext("%(num)s is overdue.", "%(num)s are overdue.", counts.overdue) if counts.overdue else "",
        ngettext("%(num)s is due within a week.", "%(num)s are due within a week.", counts.soon)
        if counts.soon
        else "",
    )
    return " ".join(part for part in parts if part)
