"""What came of prompts: how often the action went through at gates, and how often background prompts were answered.
The two are never added up: no action waits for a background prompt.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from asklater.engine import current_engine
from asklater.insights.figures import Share, Tally, clustered_share, share_of_fewer
from asklater.insights.suppression import ProtectedTable, share_of_persons


class PromptRates(NamedTuple):
    """The action rate of the gates and the answer rate of the background prompts; None where there were none."""

    action: Share | None
    answer: Share | None


NO_RATES = PromptRates(None, None)


def background_contexts() -> Collection[str]:
    """The contexts that are placements of background prompts; all others are gates."""
    return current_engine().registry.placements.keys()


def context_rates(table: ProtectedTable, context: str) -> PromptRates:
    """Those of one context that may be told, over all its fields."""
    shown = table.figures("", context)
    if shown is None or not shown.tally.prompts:
        return NO_RATES
    it = shown.tally
    if context in background_contexts():
        is_told = share_of_persons(it.prompts_given, it.prompts) is not None
        return PromptRates(None, _share([it], it, "prompts_given") if is_told else None)
    return PromptRates(_share([it], it, "actions") if table.tells_actions(context) else None, None)


def prompt_rates(table: ProtectedTable, context: str = "") -> PromptRates:
    """Those of the context, "" for all of them; of these only the ones that may be told, lest they tell the others."""
    whole = table.figures("", context)
    if context or whole is None:
        return context_rates(table, context)
    told = [
        (it, context_rates(table, it.context)) for (field, where), it in table.tallies.items() if where and not field
    ]
    return PromptRates(
        _share([it for it, rates in told if rates.action], whole.tally, "actions"),
        _share([it for it, rates in told if rates.answer], whole.tally, "prompts_given"),
    )


def _share(tallies: Sequence[Tally], whole: Tally, counter: str) -> Share | None:
    """A share of these prompts. How alike a person's prompts are is that of the whole, by whether the action ran."""
    part, prompts = (sum(getattr(it, name) for it in tallies) for name in (counter, "prompts"))
    if not prompts:
        return None
    alike = clustered_share(whole.actions, whole.prompts, whole.persons, whole.prompt_pairs)
    return share_of_fewer(part, prompts, alike.size / alike.whole)
