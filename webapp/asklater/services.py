"""What every feature is given when it joins an application."""

from dataclasses import dataclass

from flask.cli import AppGroup

from asklater.db import Database
from asklater.engine import Engine
from asklater.jobs import Jobs
from asklater.settings import Settings


@dataclass(frozen=True)
class Services:
    """A feature's `init_app(app, services)` takes from these what it needs."""

    settings: Settings
    database: Database
    jobs: Jobs
    engine: Engine
    commands: AppGroup
    """The verbs of `flask asklater`; a feature adds its own."""
