"""Where should I ask this? The contexts of a field side by side, and what may be concluded from them."""

from collections.abc import Sequence

from webapp.insights.counts import Tally
from webapp.insights.detail.addresses import cell_url, draft_url
from webapp.insights.detail.hiding import hidden
from webapp.insights.detail.pages import Advice, Place, Spot
from webapp.insights.detail.places import context_name
from webapp.insights.figures import SMALLEST, figures, share, share_of_many
from webapp.insights.names import Names
from webapp.insights.question import Question
from webapp.insights.statistics.arms import Arm
from webapp.insights.statistics.evidence import Candidate, Reason, Verdict, verdict
from webapp.profiling.words import gettext


def evidence_on(cells: Sequence[Tally], everybody: int) -> Verdict:
    """What is known about the contexts of one field: what was seen there, which no experiment has randomised.

    Of too small cells nothing is said. Whoever has an experiment's arms passes them to `verdict` here instead.
    """
    shown = [it for it in cells if it.persons >= SMALLEST]
    seen = [Candidate(it.context, Arm(it.completed_persons, it.persons), it.persons / everybody) for it in shown]
    return verdict(seen, randomised=None)


def advice(
    field: str, cells: Sequence[Tally], asked_here: int, everybody: int, question: Question, names: Names
) -> Advice:
    """`asked_here` are the persons who were asked for the field, `everybody` those who were asked anything."""
    counts = {it.context: it.persons for it in cells} | {"": asked_here}
    hide = hidden(counts, [[*(it.context for it in cells), ""]])
    told = [it for it in cells if it.context not in hide]
    found = evidence_on(told, everybody)
    declared = [it.context for it in cells if it.context in names.contexts]
    return Advice(
        says=_says(found, names),
        spots=tuple(_spot(it, everybody, question, names, hide=it.context in hide) for it in cells),
        sure=found.sure,
        causal=found.reason is not Reason.NOT_CAUSAL,
        draft_url=draft_url(field, declared) if len(declared) > 1 and field in names.fields else "",
    )


def _spot(it: Tally, everybody: int, question: Question, names: Names, *, hide: bool) -> Spot:
    shown = None if hide else figures(it)
    place = Place(context_name(names, it.context), cell_url(question, it.field, it.context), shown)
    if shown is None:
        return Spot(place, None, None)
    return Spot(place, share_of_many(it.persons, everybody), share(it.completed_persons, everybody))


def _says(found: Verdict, names: Names) -> str:
    best, leading = context_name(names, found.best or ""), context_name(names, found.leading or "")
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
            return gettext("There is not enough evidence to prefer one context.")


def _seen(found: Verdict, names: Names) -> str:
    said = []
    if found.leading:
        said.append(gettext("So far “%(context)s” completes most often.", context=context_name(names, found.leading)))
    if found.widest and found.widest != found.leading:
        said.append(gettext("“%(context)s” fills most profiles.", context=context_name(names, found.widest)))
    said.append(gettext("No experiment has shared people out between these contexts: run one before you move it."))
    return " ".join(said)
