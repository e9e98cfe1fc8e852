"""What the engine does in the background: asks that ran out, answers whose retention did."""

from webapp.jobs import Jobs
from webapp.profiling.engine import Engine


def join(engine: Engine, jobs: Jobs) -> None:
    """Register the engine's jobs; it must have started."""
    jobs.register("abandon_prompts", engine.episodes.abandon, every_minutes=5)
    jobs.register("expire_answers", engine.answers.expire, every_minutes=30)
