"""Where should a field be asked? Its contexts side by side, what an experiment has shown about them, and what may
be concluded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from asklater.engine import Engine
from asklater.experiments.runs import Run
from asklater.i18n import gettext
from asklater.insights.detail.presenters import Advice, ContextRate
from asklater.insights.experiments.reader import RunReader
from asklater.insights.figures import Tally
from asklater.insights.labels import KeyLabels, percent, whole_number
from asklater.insights.presenters import FigureRow, NumberCell, PageLink, rate_cell
from asklater.insights.query import Query
from asklater.insights.statistics.differences import Arm
from asklater.insights.statistics.verdicts import Candidate, Reason, Verdict, verdict
from asklater.insights.suppression import ProtectedTable, share_of_persons
from asklater.insights.urls import cell_url, draft_url, experiment_url
from asklater.manifest.declarations import Experiment, Manifest, Variant

# What an experiment has shown


@dataclass(frozen=True)
class ContextExperiment:
    """An experiment that shares people out between contexts of a field, and its verdict on these contexts.

    `arms` are by context, the control first: who was shared out to it and is old enough to be judged, and who of them
    gave the field.
    """

    key: str
    label: str
    arms: Mapping[str, Arm]
    verdict: Verdict


def context_experiment(engine: Engine, field: str, query: Query) -> ContextExperiment | None:
    """The newest run of an experiment about where the field is asked; None where there was none.

    One statement for each such experiment, and two for the run; most fields have no such experiment.
    """
    found: list[tuple[Run, Experiment, Mapping[str, str]]] = []
    for key in engine.manifest.experiments:
        run = next(iter(engine.experiments.runs.of(key)), None) if _is_about(engine, key, field) else None
        experiment = run.declared() if run else None
        contexts = contexts_by_variant(engine.manifest, experiment, field) if experiment else {}
        if run and experiment and contexts:
            found.append((run, experiment, contexts))
    if not found:
        return None
    run, experiment, contexts = max(found, key=lambda one: one[0].started_at)
    reader = RunReader(engine.database, engine.manifest, engine.registry.uncounted)
    results = reader.results(experiment, run, query)
    arms = {contexts[each.variant]: each.arm for each in results.figures}
    verdict = results.verdict or Verdict(None, Reason.NOT_ENOUGH_EVIDENCE)
    return ContextExperiment(run.experiment, experiment.label, arms, _verdict_on_contexts(verdict, contexts))


def contexts_by_variant(manifest: Manifest, experiment: Experiment, field: str) -> Mapping[str, str]:
    """By variant, the context that it asks the field in; empty where these are not as many contexts as variants."""
    if experiment.metric != "field_completed" or experiment.field != field:
        return {}
    found = {
        key: _context_of_variant(manifest, experiment, variant, field) for key, variant in experiment.variants.items()
    }
    return found if "" not in found.values() and len(set(found.values())) == len(found) > 1 else {}


def _is_about(engine: Engine, key: str, field: str) -> bool:
    return bool(contexts_by_variant(engine.manifest, engine.manifest.experiments[key], field))


def _context_of_variant(manifest: Manifest, experiment: Experiment, variant: Variant, field: str) -> str:
    """ "" where what it names has left the manifest."""
    if field in variant.defer:
        stand_in = manifest.prompts.get(variant.prompt or "")
        return stand_in.placement if stand_in else ""
    moved = manifest.prompts.get(experiment.prompt or "")
    return variant.placement or experiment.action or (moved.placement if moved else "")


def _verdict_on_contexts(verdict: Verdict, contexts: Mapping[str, str]) -> Verdict:
    """Returns the verdict on the variants as one on the contexts that they ask in."""

    def named(variant: str | None) -> str | None:
        return contexts[variant] if variant else None

    return replace(
        verdict,
        best=named(verdict.best),
        leading=named(verdict.leading),
        widest_reach=named(verdict.widest_reach),
        comparisons=tuple(replace(other, other=contexts[other.other]) for other in verdict.comparisons),
    )


# The advice


def observed_verdict(cells: Sequence[Tally], everybody: int) -> Verdict:
    """What was seen in the contexts of one field that may be shown, where no experiment has randomised them."""
    seen = [Candidate(it.context, Arm(it.completed_persons, it.persons), it.persons / everybody) for it in cells]
    return verdict(seen, randomised=None)


def advice_on(
    field: str,
    cells: Sequence[Tally],
    told: ProtectedTable,
    query: Query,
    names: KeyLabels,
    trial: ContextExperiment | None = None,
) -> Advice:
    """What the experiment says where there is one, else what was seen. Reach and coverage are of all who were asked
    anything."""
    everybody = told.tally().persons
    seen = [it for it in cells if told.figures(it.field, it.context)]
    found = trial.verdict if trial else observed_verdict(seen, everybody)
    declared = [it.context for it in cells if it.context in names.contexts]
    return Advice(
        summary=_advice_sentence(found, names),
        measured=tuple(_measured_row(field, context, arm, query, names) for context, arm in trial.arms.items())
        if trial
        else (),
        observed=tuple(_observed_rate(it, told, query, names) for it in cells),
        is_conclusive=found.sure,
        causal=found.reason is not Reason.NOT_CAUSAL,
        draft_url="" if trial or len(declared) < 2 or field not in names.fields else draft_url(field, declared),
        experiment=PageLink(trial.label, experiment_url(trial.key)) if trial else None,
    )


def _measured_row(field: str, context: str, arm: Arm, query: Query, names: KeyLabels) -> FigureRow:
    label, share = names.context(context), share_of_persons(arm.successes, arm.total)
    return FigureRow(
        label=label,
        url=cell_url(query, field, context),
        rate=rate_cell(share, gettext("Share that gave it, of those assigned to %(context)s", context=label))
        if share
        else None,
        persons=whole_number(arm.total) if share else "",
    )


def _observed_rate(it: Tally, told: ProtectedTable, query: Query, names: KeyLabels) -> ContextRate:
    shown, everybody = told.figures(it.field, it.context), told.figures()
    label, url = names.context(it.context), cell_url(query, it.field, it.context)
    if shown is None or everybody is None:
        return ContextRate(label, url, None)
    persons = everybody.tally.persons
    return ContextRate(
        label=label,
        url=url,
        rate=rate_cell(shown.completion, gettext("Completion rate at %(context)s", context=label)),
        gave_label=percent(shown.persons.rate),
        reach=NumberCell(
            percent(it.persons / persons),
            gettext("%(part)s of %(whole)s", part=whole_number(it.persons), whole=whole_number(persons)),
        ),
        coverage=percent(it.completed_persons / persons),
    )


def _advice_sentence(found: Verdict, names: KeyLabels) -> str:
    best, leading = names.context(found.best or ""), names.context(found.leading or "")
    match found.reason:
        case Reason.NOTHING_TO_COMPARE:
            return gettext("There is no second context with enough people to compare with.")
        case Reason.NOT_CAUSAL:
            return _observed_sentence(found, names)
        case Reason.SAMPLE_RATIO:
            return gettext("The experiment did not assign people as declared, so it shows nothing.")
        case Reason.GUARDRAIL:
            return gettext("“%(context)s” completes most often, but does harm that others do not.", context=leading)
        case Reason.FIRST_WEEK | Reason.NOT_LASTING:
            return gettext("“%(context)s” did best in the first week; it is not known yet to last.", context=leading)
        case Reason.BEST:
            return gettext("Ask at “%(context)s”: an experiment has shown that it completes most often.", context=best)
        case _:
            return gettext("The experiment has not enough evidence yet to prefer one context.")


def _observed_sentence(found: Verdict, names: KeyLabels) -> str:
    parts = []
    if found.leading:
        parts.append(gettext("“%(context)s” completes most often.", context=names.context(found.leading)))
    else:
        parts.append(gettext("The data shows no difference in how often they complete."))
    if found.widest_reach and found.widest_reach != found.leading:
        parts.append(gettext("“%(context)s” fills most profiles.", context=names.context(found.widest_reach)))
    parts.append(gettext("No experiment has compared these contexts yet: run one before you move the field."))
    return " ".join(parts)
