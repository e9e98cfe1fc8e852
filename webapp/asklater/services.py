"""What every room finds when it joins an application."""

from dataclasses import dataclass

from asklater.db import Database
from asklater.engine import Engine
from asklater.jobs import Jobs
from asklater.settings import Settings


@dataclass(frozen=True)
class Services:
    """Settings, database, background jobs and the engine; a room's `join(app, house)` takes what it needs."""

    settings: Settings
    database: Database
    jobs: Jobs
    engine: Engine
