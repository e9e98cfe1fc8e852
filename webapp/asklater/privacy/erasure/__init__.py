"""Erasure (Art. 17 GDPR): everything of a person, everywhere, with a receipt that says nothing of them.

Begin with `erase` in deletion.py; legal_holds.py keeps what a law demands, person_holds.py what an officer has held,
jobs.py does what follows the commit, recipient_notices.py tells others, amendments.py brings the receipt up to date,
replay.py repeats erasures after a restored backup. The checks here stop a start.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial

from flask import Flask
from flask_babel import gettext

from asklater.checks.manifest import Finding
from asklater.database.access import PORTION
from asklater.endpoints import register_blueprint, url_for
from asklater.engine import Engine, current_engine
from asklater.identity import has_identity
from asklater.layout import Link, add_account_links
from asklater.manifest.declarations import Manifest
from asklater.privacy.due import DueItem, add_due, end_of
from asklater.privacy.erasure import (
    conflicts,
    hold_replay,
    hold_routes,
    jobs,
    legal_holds,
    person_holds,
    recipient_notices,
    replay,
    routes,
)
from asklater.privacy.erasure.deletion import SCRUB_JOB, erase_unasked
from asklater.privacy.erasure.recipient_notices import Webhook
from asklater.privacy.ledger.replay import ledger_of
from asklater.privacy.officer import add_officer_page
from asklater.privacy.personal_tables import HOLD_TABLE
from asklater.registry import Check
from asklater.services import Services

__all__ = ["init_app"]


def _legal_hold_check(engine: Engine) -> Check:
    """Checks that only a legal obligation outlives an erasure (Art. 17(3)(b) GDPR)."""
    return _check(lambda manifest: _holds_without_basis(engine, manifest))


def _webhook_check(engine: Engine, webhooks: Iterable[tuple[str, str]]) -> Check:
    """Checks that each webhook belongs to a recipient that a feature registered: another would never be told of
    anything."""
    return _check(lambda _manifest: _unknown_recipients(engine, webhooks))


def _holds_without_basis(engine: Engine, manifest: Manifest) -> Iterator[Finding]:
    for table in engine.registry.personal_tables.values():
        purpose = manifest.purposes.get(table.kept.purpose) if table.kept else None
        if purpose is not None and purpose.basis != "legal_obligation":
            words = f"{table.key} outlives an erasure, so its basis must be legal_obligation"
            yield Finding(f"purposes.{purpose.key}.basis", words)


def _unknown_recipients(engine: Engine, webhooks: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    known = engine.registry.disclosures.keys()
    for name, _url in webhooks:
        if name not in known:
            yield Finding(
                f"ERASURE_WEBHOOKS.{name}", f"no such recipient; there are {', '.join(sorted(known)) or 'none'}"
            )


def _check(find: Callable[[Manifest], Iterator[Finding]]) -> Check:
    return lambda manifest: list(find(manifest))


_OFFICER_ROUTES = hold_routes
"""They add themselves to the officer's pages."""


def init_app(app: Flask, services: Services) -> None:
    """Join the application: the person's page, the officer's, and what the worker does once an erasure is
    committed."""
    settings, database, engine = services.settings, services.database, services.engine
    app.extensions[recipient_notices.RECIPIENTS_EXTENSION] = {
        name: Webhook(url, public_only=not settings.demo) for name, url in settings.erasure_webhooks
    }
    register_blueprint(app, routes.blueprint)
    conflicts.register_handlers(app)
    services.engine.registry.erasure = partial(erase_unasked, services.engine)
    services.engine.registry.register_check(_legal_hold_check(services.engine))
    services.engine.registry.register_check(_webhook_check(services.engine, settings.erasure_webhooks))
    services.jobs.register(
        "file_erasures",
        partial(jobs.hand_over_unfiled, engine),
        every_minutes=1,
        one_unit=False,
    )
    services.jobs.register(
        recipient_notices.NOTIFY_JOB,
        partial(recipient_notices.send_notices, engine),
        every_minutes=1,
        one_unit=False,
        lane=recipient_notices.NOTIFY_JOB,
    )
    services.engine.registry.gauges.extend(recipient_notices.NOTICE_OUTBOX.gauges(database))
    replay.register(ledger_of(app))
    hold_replay.register(ledger_of(app))
    services.jobs.register(SCRUB_JOB, partial(jobs.scrub, services.engine), every_minutes=1, one_unit=False)
    purge = partial(legal_holds.purge_expired_holds, services.engine)
    services.jobs.register("purge_kept", purge, every_minutes=60, portion=PORTION)
    services.engine.registry.register_personal_tables(HOLD_TABLE)
    services.engine.registry.register_merge(partial(person_holds.move_holds, services.engine))
    add_due(app, 50, _holds_due)
    add_officer_page(
        app,
        16,
        "officer.holds",
        lambda: gettext("Legal holds"),
        lambda: gettext("Whose data is kept for a legal claim, a court or an authority, and when that is reviewed."),
    )
    add_account_links(app, 40, _links)
    add_officer_page(
        app,
        40,
        "officer.erasures",
        lambda: gettext("Erasures"),
        lambda: gettext("What was erased and what a law keeps, who outside was told, and whether a receipt is ours."),
    )


def _holds_due(until: datetime) -> Iterator[DueItem]:
    for one in person_holds.all_holds(current_engine()):
        if one.lifted_at is None and end_of(one.review_on) <= until:
            url = url_for("officer.hold", public_id=one.public_id)
            what = gettext("Account %(number)s: review the hold", number=one.subject_id)
            yield DueItem(gettext("Legal hold"), what, url, end_of(one.review_on))


def _links() -> list[Link]:
    if current_engine().people.subject() is None or not has_identity():
        return []
    return [Link(gettext("Delete account"), url_for("erasure.plan"))]
