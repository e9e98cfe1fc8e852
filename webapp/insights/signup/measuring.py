"""What an experiment of the project's own found about the number of fields at sign-up."""

from collections.abc import Mapping, Sequence

from webapp import clock
from webapp.insights.experiments.reading import Reading
from webapp.insights.experiments.results import Figures
from webapp.insights.question import usual
from webapp.insights.signup.price import Measured
from webapp.insights.statistics.arms import Arm
from webapp.profiling.engine import Engine
from webapp.profiling.experiment_declared import Experiment, Variant
from webapp.profiling.experiments.digest import digest
from webapp.profiling.manifest import SIGN_UP
from webapp.profiling.words import gettext

BUT_FOR_THE_NUMBER = frozenset({"defer", "prompt"})
"""All that a variant may change: what else it changes may be what makes the difference."""


def measured_at_sign_up(engine: Engine) -> Measured | None:
    """By the newest run about the form as it is now; None where none compared numbers of its fields.

    Two statements for each run about it, until one tells.
    """
    manifest, fields = engine.manifest, len(engine.manifest.signup.fields)
    reading = Reading(engine.database, manifest, engine.uncounted)
    for key, experiment in manifest.experiments.items():
        asked, same = numbers(experiment, fields), digest(manifest, experiment)
        for run in engine.experiments.runs.of(key) if asked else ():
            found = reading.results(experiment, run, usual(clock.now())) if run.digest == same else None
            rates = rates_of(found.figures, asked) if found and not found.ratio.mismatch else {}
            if rates:
                return Measured(gettext(experiment.label), rates)
    return None


def numbers(experiment: Experiment, fields: int) -> Mapping[str, int]:
    """By variant, how many of the form's `fields` it asks for; empty where it is no experiment about that."""
    if experiment.action != SIGN_UP or experiment.metric != "action_completed":
        return {}
    found = {key: _number(variant, fields) for key, variant in experiment.variants.items()}
    told = {key: number for key, number in found.items() if number}
    return told if len(set(told.values())) > 1 else {}


def rates_of(figures: Sequence[Figures], numbers: Mapping[str, int]) -> Mapping[int, float]:
    """Completion rates by number of fields, those of variants with as many together; empty unless two can be told."""
    arms: dict[int, Arm] = {}
    for each in figures:
        if each.variant in numbers and not each.small:
            number = numbers[each.variant]
            so_far = arms.get(number, Arm(0, 0))
            arms[number] = Arm(so_far.successes + each.arm.successes, so_far.total + each.arm.total)
    return {number: arm.mean for number, arm in sorted(arms.items())} if len(arms) > 1 else {}


def _number(variant: Variant, fields: int) -> int:
    """0 where it changes more than the number."""
    return 0 if variant.changes - BUT_FOR_THE_NUMBER else fields - len(variant.defer)
