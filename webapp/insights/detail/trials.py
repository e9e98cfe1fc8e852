"""What an experiment has shown about where a field is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from webapp.insights.experiments.reading import Reading
from webapp.insights.question import Question
from webapp.insights.statistics.arms import Arm
from webapp.insights.statistics.evidence import Reason, Verdict
from webapp.profiling.engine import Engine
from webapp.profiling.experiment_declared import Experiment, Variant
from webapp.profiling.experiments.runs import Run
from webapp.profiling.manifest import Manifest


@dataclass(frozen=True)
class Trial:
    """An experiment that shares people out between contexts of a field, and its verdict on these contexts.

    `arms` are by context, the control first: who was shared out to it and is old enough to be judged, and who of them
    gave the field.
    """

    key: str
    label: str
    arms: Mapping[str, Arm]
    verdict: Verdict


def trial_on(engine: Engine, field: str, question: Question) -> Trial | None:
    """The newest run of an experiment about where the field is asked; None where there was none.

    One statement for each such experiment, and two for the run; most fields have no such experiment.
    """
    found: list[tuple[Run, Experiment, Mapping[str, str]]] = []
    for key in engine.manifest.experiments:
        run = next(iter(engine.experiments.runs.of(key)), None) if _asks(engine, key, field) else None
        experiment = run.declared() if run else None
        contexts = contexts_of(engine.manifest, experiment, field) if experiment else {}
        if run and experiment and contexts:
            found.append((run, experiment, contexts))
    if not found:
        return None
    run, experiment, contexts = max(found, key=lambda one: one[0].started_at)
    reading = Reading(engine.database, engine.manifest, engine.uncounted)
    results = reading.results(experiment, run, question)
    arms = {contexts[each.variant]: each.arm for each in results.figures}
    verdict = results.verdict or Verdict(None, Reason.NOT_ENOUGH_EVIDENCE)
    return Trial(run.experiment, experiment.label, arms, _about(verdict, contexts))


def contexts_of(manifest: Manifest, experiment: Experiment, field: str) -> Mapping[str, str]:
    """By variant, the context that it asks the field in; empty where these are not as many contexts as variants."""
    if experiment.metric != "field_completed" or experiment.field != field:
        return {}
    found = {key: _context(manifest, experiment, variant, field) for key, variant in experiment.variants.items()}
    return found if "" not in found.values() and len(set(found.values())) == len(found) > 1 else {}


def _asks(engine: Engine, key: str, field: str) -> bool:
    return bool(contexts_of(engine.manifest, engine.manifest.experiments[key], field))


def _context(manifest: Manifest, experiment: Experiment, variant: Variant, field: str) -> str:
    """ "" where what it names has left the manifest."""
    if field in variant.defer:
        stand_in = manifest.prompts.get(variant.prompt or "")
        return stand_in.placement if stand_in else ""
    moved = manifest.prompts.get(experiment.prompt or "")
    return variant.placement or experiment.action or (moved.placement if moved else "")


def _about(verdict: Verdict, contexts: Mapping[str, str]) -> Verdict:
    """The same of the contexts, instead of the variants."""

    def named(variant: str | None) -> str | None:
        return contexts[variant] if variant else None

    return replace(
        verdict,
        best=named(verdict.best),
        leading=named(verdict.leading),
        widest=named(verdict.widest),
        against=tuple(replace(other, other=contexts[other.other]) for other in verdict.against),
    )
