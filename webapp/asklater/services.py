"""What every feature is given when it joins an application."""

from dataclasses import dataclass, field

from asklater.db import Database
from asklater.engine import Engine
from asklater.identity import Identity, NoIdentity
from asklater.jobs import Jobs
from asklater.settings import Settings


@dataclass
class Services:
    """Settings, database, background jobs, the engine and the identity; a feature's `init_app(app, services)` takes
    what it needs.

    `asklater.accounts` puts its own identity here, so it joins before the features that ask for one.
    """

    settings: Settings
    database: Database
    jobs: Jobs
    engine: Engine
    identity: Identity = field(default_factory=NoIdentity)
