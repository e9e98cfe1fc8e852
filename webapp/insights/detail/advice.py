"""Where should I ask this? The contexts of a field side by side, and what may be concluded from them."""

from collections.abc import Sequence

from webapp.insights.addresses import cell_url, draft_url, experiment_url
from webapp.insights.cells import Number, rate_of
from webapp.insights.counts import Tally
from webapp.insights.detail.pages import Advice, Place, Spot
from webapp.insights.detail.trials import Trial
from webapp.insights.disclosure import Disclosed
from webapp.insights.figures import share_of_many
from webapp.insights.names import Names
from webapp.insights.pages import Choice
from webapp.insights.question import Question
from webapp.insights.statistics.arms import Arm
from webapp.insights.statistics.evidence import Candidate, Reason, Verdict, verdict
from webapp.insights.wording import percent, whole
from webapp.profiling.words import gettext


def evidence_on(cells: Sequence[Tally], everybody: int) -> Verdict:
    """What was seen in the contexts of one field that may be shown, where no experiment has randomised them."""
    seen = [Candidate(it.context, Arm(it.completed_persons, it.persons), it.persons / everybody) for it in cells]
    return verdict(seen, randomised=None)


def advice(
    field: str, cells: Sequence[Tally], told: Disclosed, question: Question, names: Names, trial: Trial | None = None
) -> Advice:
    """What the experiment says where there is one, else what was seen. Reach and coverage are of all who were asked
    anything."""
    everybody = told.tally().persons
    seen = [it for it in cells if told.figures(it.field, it.context)]
    found = trial.verdict if trial else evidence_on(seen, everybody)
    declared = [it.context for it in cells if it.context in names.contexts]
    return Advice(
        says=_says(found, names),
        arms=tuple(_arm(field, context, arm, question, names) for context, arm in trial.arms.items()) if trial else (),
        spots=tuple(_spot(it, told, question, names) for it in cells),
        sure=found.sure,
        causal=found.reason is not Reason.NOT_CAUSAL,
        draft_url="" if trial or len(declared) < 2 or field not in names.fields else draft_url(field, declared),
        experiment=Choice(trial.label, experiment_url(trial.key)) if trial else None,
    )


def _arm(field: str, context: str, arm: Arm, question: Question, names: Names) -> Place:
    label, share = names.context(context), share_of_many(arm.successes, arm.total)
    return Place(
        label=label,
        url=cell_url(question, field, context),
        rate=rate_of(share, gettext("Share that gave it of those shared out to %(context)s", context=label))
        if share
        else None,
        persons=whole(arm.total) if share else "",
    )


def _spot(it: Tally, told: Disclosed, question: Question, names: Names) -> Spot:
    shown, everybody = told.figures(it.field, it.context), told.figures()
    label, url = names.context(it.context), cell_url(question, it.field, it.context)
    if shown is None or everybody is None:
        return Spot(label, url, None)
    persons = everybody.tally.persons
    return Spot(
        label=label,
        url=url,
        rate=rate_of(shown.completion, gettext("Completion rate at %(context)s", context=label)),
        gave=percent(shown.persons.rate),
        reach=Number(
            percent(it.persons / persons),
            gettext("%(part)s of %(whole)s", part=whole(it.persons), whole=whole(persons)),
        ),
        coverage=percent(it.completed_persons / persons),
    )


def _says(found: Verdict, names: Names) -> str:
    best, leading = names.context(found.best or ""), names.context(found.leading or "")
    match found.reason:
        case Reason.NOTHING_TO_COMPARE:
            return gettext("There is no second context with enough persons to compare with.")
        case Reason.NOT_CAUSAL:
            return _seen(found, names)
        case Reason.SAMPLE_RATIO:
            return gettext("The experiment did not share people out as it should have, so it says nothing.")
        case Reason.GUARDRAIL:
            return gettext("“%(context)s” completes most often, but does harm that others do not.", context=leading)
        case Reason.BEST:
            return gettext("Ask at “%(context)s”: an experiment has shown that it completes most often.", context=best)
        case _:
            return gettext("The experiment has not enough evidence yet to prefer one context.")


def _seen(found: Verdict, names: Names) -> str:
    said = []
    if found.leading:
        said.append(gettext("So far “%(context)s” completes most often.", context=names.context(found.leading)))
    if found.widest and found.widest != found.leading:
        said.append(gettext("“%(context)s” fills most profiles.", context=names.context(found.widest)))
    said.append(gettext("No experiment has shared people out between these contexts: run one before you move it."))
    return " ".join(said)
