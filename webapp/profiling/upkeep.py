"""What the engine does in the background: asks that ran out, answers whose retention did, what was left half-way."""

from functools import partial

from webapp.jobs import Jobs
from webapp.profiling import expiring
from webapp.profiling.departing import forget_what_closed
from webapp.profiling.engine import Engine


def join(engine: Engine, jobs: Jobs) -> None:
    """Register the engine's jobs; it must have started."""
    jobs.register("abandon_prompts", engine.episodes.abandon, every_minutes=5)
    jobs.register("forget_what_closed", partial(forget_what_closed, engine), every_minutes=5)
    expire = partial(expiring.expire, engine.database)
    jobs.register("expire_answers", expire, every_minutes=expiring.EVERY_MINUTES, one_unit=False)
    jobs.register("expire_suggestions", engine.suggestions.expire, every_minutes=60)
    jobs.register("expire_detours", engine.detours.expire, every_minutes=30)
