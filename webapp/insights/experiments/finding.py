"""The experiment that an address names."""

from flask import abort

from webapp.insights.experiments.found import Found
from webapp.profiling.engine import Engine
from webapp.profiling.manifest import Manifest


def found_or_404(engine: Engine, key: str, run_id: int | None = None) -> Found:
    """With the run of that number, by default its newest. 404 where there is no such experiment, or no such run."""
    runs = tuple(engine.experiments.runs.of(key))
    declared = engine.manifest.experiments.get(key)
    if declared is None and not runs:
        abort(404)
    run = next((run for run in runs if run.id == run_id), None) if run_id is not None else next(iter(runs), None)
    if run_id is not None and run is None:
        abort(404)
    return Found(key, declared, engine.experiments.digest(key) if declared else None, runs, run)


def digests(engine: Engine, manifest: Manifest) -> dict[str, str]:
    """Of every declared experiment, by key."""
    return {key: engine.experiments.digest(key) for key in manifest.experiments}
