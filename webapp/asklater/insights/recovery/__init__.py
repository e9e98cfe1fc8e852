"""Recovery as a figure: how many accounts could be opened again after a loss, by what, and where that came from.

Begin with figures.py; counts.py counts accounts by the evidence that they hold. What counts as evidence, and what it
opens, is registered by whoever keeps it (`Registry.register_recovery`); without any there is no such page.
"""

from functools import partial

from flask import Flask

from asklater.endpoints import register_blueprint
from asklater.i18n import gettext
from asklater.insights.navigation import add_tab
from asklater.insights.recovery.counts import count_recovery
from asklater.insights.recovery.routes import blueprint
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, services: Services) -> None:
    """Add the page and the job that counts for it, where something opens lost accounts."""
    registry = services.engine.registry
    if not registry.recovery_ways:
        return
    register_blueprint(app, blueprint)
    add_tab(app, 99, "recovery.recovery", lambda: gettext("Recovery"), group="signup", filtered=True)
    counting = partial(count_recovery, services.database, registry)
    services.jobs.register("count_recovery", counting, every_minutes=30, at_start=True)
