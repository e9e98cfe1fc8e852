"""What every room finds when it joins an application."""

from dataclasses import dataclass

from webapp.config import Settings
from webapp.db import Database
from webapp.jobs import Jobs
from webapp.profiling.engine import Engine


@dataclass(frozen=True)
class House:
    """Settings, database, background jobs and the engine; a room's `join(app, house)` takes what it needs."""

    settings: Settings
    database: Database
    jobs: Jobs
    engine: Engine
