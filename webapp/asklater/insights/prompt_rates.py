"""What came of prompts: how often the action went through at gates, and how often background prompts were answered.
The two are never added up: no action waits for a background prompt.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from asklater.engine import current_engine
from asklater.insights.figures import Share, Tally, clustered_share, share_of_fewer
from asklater.insights.suppression import ProtectedTable


class PromptRates(NamedTuple):
    """The action rate of the gates and the answer rate of the background prompts; None where there were none."""

    action: Share | None
    answer: Share | None


NO_RATES = PromptRates(None, None)


def background_contexts() -> Collection[str]:
    """The contexts that are placements of background prompts; all others are gates."""
    return current_engine().registry.placements.keys()


def prompt_rates(table: ProtectedTable, context: str = "") -> PromptRates:
    """Those of the context that may be told, "" for all of them, over all its fields."""
    return rates_by_context(table).get(context, NO_RATES)


def rates_by_context(table: ProtectedTable) -> Mapping[str, PromptRates]:
    """The same for each context, and "" for all of them together."""
    every = [it for (field, where), it in table.tallies.items() if where and not field and it.prompts]
    background = background_contexts()
    gates = {it.context: it for it in every if it.context not in background}
    passing = {it.context: it for it in every if it.context in background}
    whole = table.tally("", "") if ("", "") in table.tallies else None
    actions, answers = _told(table, gates, "actions", whole), _told(table, passing, "prompts_given", whole)
    return {where: PromptRates(actions.get(where), answers.get(where)) for where in ("", *gates, *passing)}


def _told(
    table: ProtectedTable, tallies: Mapping[str, Tally], counter: str, whole: Tally | None
) -> Mapping[str, Share]:
    hidden = table.hidden_shares(tallies.keys(), counter)
    found = {where: _share([it], it, counter) for where, it in tallies.items() if where not in hidden}
    if whole is not None and "" not in hidden:
        found[""] = _share([*tallies.values()], whole, counter)
    return {where: share for where, share in found.items() if share}


def tells_actions(table: ProtectedTable, context: str) -> bool:
    """Whether it may be told how many of the context's actions ran; "" for all of them."""
    return prompt_rates(table, context).action is not None


def _share(tallies: Sequence[Tally], whole: Tally, counter: str) -> Share | None:
    """A share of these prompts. How alike a person's prompts are is that of the whole, by whether the action ran."""
    part, prompts = (sum(getattr(it, name) for it in tallies) for name in (counter, "prompts"))
    if not prompts:
        return None
    alike = clustered_share(whole.actions, whole.prompts, whole.persons, whole.prompt_pairs)
    return share_of_fewer(part, prompts, alike.size / alike.whole)
