"""Exports (Art. 15 and 20 GDPR): everything that is held of a person to take along, built in batches and sealed.

Begin with orders.py (an export and its states) and batches.py, which builds it; json_document.py and csv_archive.py
are the two forms, imports.py reads one back in.
"""

from functools import partial

from flask import Flask
from flask_babel import gettext

from asklater.endpoints import register_blueprint, url_for
from asklater.identity import has_identity
from asklater.layout import Link, add_account_links
from asklater.privacy.cli import privacy_group
from asklater.privacy.exports.batches import build_due_exports
from asklater.privacy.exports.imports import import_document
from asklater.privacy.exports.orders import BUILD_JOB
from asklater.privacy.exports.routes import blueprint
from asklater.privacy.personal_tables import EXPORT_TABLES
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, services: Services) -> None:
    """Join the application. Exports are built once they are ordered; a scheduled run goes on with unfinished ones."""
    for table in EXPORT_TABLES:
        services.engine.registry.register_personal_tables(table)
    build = partial(build_due_exports, services.engine, services.database, partial(services.jobs.enqueue, BUILD_JOB))
    services.jobs.register(BUILD_JOB, build, every_minutes=1, one_unit=False)
    register_blueprint(app, blueprint)
    privacy_group.add_command(import_document)
    add_account_links(app, 30, _links)


def _links() -> list[Link]:
    return [Link(gettext("Download your data"), url_for("exports.page"))] if has_identity() else []
