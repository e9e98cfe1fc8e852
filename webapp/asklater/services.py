"""What every feature is given when it joins an application."""

from dataclasses import dataclass, field

from flask.cli import AppGroup

from asklater.database.access import Database
from asklater.engine import Engine
from asklater.identity import Identity, NoIdentity
from asklater.jobs.service import Jobs
from asklater.settings import Settings


@dataclass
class Services:
    """A feature's `init_app(app, services)` takes from these what it needs.

    `asklater.accounts` puts its own identity here, so it joins before the features that ask for one.
    """

    settings: Settings
    database: Database
    jobs: Jobs
    engine: Engine
    commands: AppGroup
    """The verbs of `flask asklater`; a feature adds its own."""
    identity: Identity = field(default_factory=NoIdentity)
    """Who is here: nobody knows, unless accounts or the application say."""
