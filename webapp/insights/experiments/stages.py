"""Where an experiment stands. Pure."""

from enum import StrEnum

from webapp.profiling.experiments.runs import Run


class Stage(StrEnum):
    """From the declaration to the winner; `changed` runs by an older declaration, and treats nobody any more."""

    DRAFT = "draft"
    RUNNING = "running"
    CHANGED = "changed"
    STOPPED = "stopped"
    DECIDED = "decided"
    GONE = "gone"


def stage(digest: str | None, newest: Run | None) -> Stage:
    """`digest` is that of the declaration, None where the manifest has none; `newest` the latest run, if any."""
    if digest is None:
        return Stage.GONE
    if newest is None:
        return Stage.DRAFT
    if newest.stopped_at is None:
        return Stage.RUNNING if newest.digest == digest else Stage.CHANGED
    return Stage.DECIDED if newest.winner else Stage.STOPPED
