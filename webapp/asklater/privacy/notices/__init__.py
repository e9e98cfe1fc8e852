"""Notices: what was told of each field, in every version; the part that opens in a prompt; the officer's page.

Begin with versions.py; what a notice says is decided in `asklater.manifest.notice`.
"""

from functools import partial

from flask import Flask
from flask_babel import gettext

from asklater.endpoints import register_blueprint
from asklater.privacy.notices.declarations import check_notice
from asklater.privacy.notices.routes import blueprint
from asklater.privacy.notices.versions import record_live_versions
from asklater.privacy.officer import add_officer_page
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, services: Services) -> None:
    """Join the application. Prompts open the notice in place; each worker records what is told when it starts."""
    registry = services.engine.registry
    registry.register_check(lambda manifest: check_notice(manifest, registry.readers))
    registry.notice_part_endpoint = "notices.part"
    services.jobs.register("note_notices", partial(record_live_versions, services.engine), at_start=True)
    register_blueprint(app, blueprint)
    add_officer_page(
        app,
        60,
        "officer.notices",
        lambda: gettext("Notices"),
        lambda: gettext(
            "What people were told of each field, in every version, and what changed from one to the next."
        ),
    )
