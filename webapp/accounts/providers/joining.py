"""What the providers bring to the accounts room."""

from functools import partial

from flask import Flask

from webapp.accounts.panels import SECURITY, Panel
from webapp.accounts.providers import attempts
from webapp.accounts.providers.continuing import ContinueWith
from webapp.accounts.providers.declaring import read
from webapp.accounts.providers.discovering import Connection
from webapp.accounts.providers.linking import has_identity, link_what_waits
from webapp.accounts.providers.showing import panel
from webapp.accounts.recovery.evidence import EVIDENCE, Evidence
from webapp.accounts.recovery.ways import PROVIDER
from webapp.house import House
from webapp.profiling.words import gettext


def join(app: Flask, house: House) -> None:
    """Read who is declared, and offer them in prompts. Raises ConfigurationError with every finding."""
    settings, engine = house.settings, house.engine
    declared = read(settings.providers, demo=settings.demo) if settings.providers else {}
    connections = {key: Connection(provider, settings.demo) for key, provider in declared.items()}
    app.extensions["providers"] = connections
    engine.suggesting = bool(connections)
    for connection in connections.values():
        engine.register_way(ContinueWith(engine, connection))
    app.extensions[EVIDENCE].register(Evidence(PROVIDER, 15, lambda: gettext("Provider"), has_identity))
    app.extensions[SECURITY].register(Panel(40, "accounts/_providers.html", panel))
    app.extensions["factors"].once_passed.append(link_what_waits)
    house.jobs.register("expire_attempts", partial(attempts.expire, house.database), every_minutes=30)
