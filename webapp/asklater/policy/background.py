"""Which background prompt, if any, is shown in a placement to this person now? A pure function over facts.

A *showing* is what a person would call being asked once. It begins with the first render and lasts an hour, so a
reload, the same page again, or a form that comes back with an error is no second one, although each render is an
impression in the figures. It ends earlier when its person answers or puts it off. Caps, cool-downs and the budget
count showings; they are looked at when one begins, never in the middle of it.

What a person invoked is a gate and never comes by here: it is not capped, and uses up no budget.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asklater.manifest.declarations import BackgroundPrompt, Budget, Field, Manifest, span
from asklater.policy.decision import fingerprint

LASTS = timedelta(hours=1)
"""A showing goes on for so long, unless its person ends it."""


@dataclass(frozen=True)
class Showing:
    """One showing of the prompt with this key. `ended_at`: when its person answered, or said "not now"."""

    prompt: str
    began_at: datetime
    ended_at: datetime | None = None

    def goes_on(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.began_at + LASTS

    @property
    def rests_from(self) -> datetime:
        """The moment from which its cool-down counts."""
        return self.ended_at or self.began_at


@dataclass(frozen=True)
class History:
    """What was between one person and all background prompts.

    `refused` are the fields of which it said "do not ask again"; `lifted` those of which it took that back, and
    when; `renewed` the consents that ended since their terms changed, and when. `signals` counts what it did, by
    signal. `skipped` are the optional fields that it left empty, each with the
    fingerprint of the declaration that it was asked by, by their placement.
    """

    showings: Sequence[Showing] = ()
    refused: Collection[str] = frozenset()
    lifted: Mapping[str, datetime] | None = None
    signals: Mapping[str, int] | None = None
    skipped: Collection[tuple[str, str, str]] = frozenset()
    renewed: Mapping[str, datetime] | None = None


@dataclass(frozen=True)
class Due:
    """The prompt to show, and the fields that it asks for. `begins`: this is a new showing."""

    prompt: BackgroundPrompt
    fields: tuple[str, ...]
    begins: bool


@dataclass(frozen=True)
class Shown:
    """What the page that is being rendered shows already: nobody is asked twice in one page."""

    placements: Collection[str] = frozenset()
    fields: Collection[str] = frozenset()


NOTHING = Shown()
NO_CONDITIONS: Mapping[str, bool] = {}


def lacking(
    manifest: Manifest, placement: str, held: frozenset[str], shown: Shown = NOTHING
) -> tuple[tuple[BackgroundPrompt, tuple[str, ...]], ...]:
    """The prompts of the placement that have something to ask, with what they would ask; costs no query."""
    if placement in shown.placements:
        return ()
    found = (
        (prompt, tuple(key for key in prompt.fields if key not in shown.fields and _ready(manifest.fields, key, held)))
        for prompt in manifest.prompts.values()
        if prompt.placement == placement
    )
    return tuple((prompt, fields) for prompt, fields in found if _is_worth_asking(prompt, fields))


def _is_worth_asking(prompt: BackgroundPrompt, fields: Collection[str]) -> bool:
    """Whether more is left than what is optional. A prompt that has nothing else asks for that by itself."""
    required = {*prompt.fields} - prompt.optional
    return bool(fields) and (not required or not required.isdisjoint(fields))


def due(
    manifest: Manifest,
    placement: str,
    held: frozenset[str],
    times: Mapping[str, int],
    history: History,
    now: datetime,
    shown: Shown = NOTHING,
    holds: Callable[[str], bool] = NO_CONDITIONS.__getitem__,
) -> Due | None:
    """At most one prompt: a showing that goes on, else the first in the manifest's order that may begin one.

    `times` says how often each signal has to have happened, `holds(name)` whether a condition holds.
    """
    beginning: Due | None = None
    for prompt, fields in lacking(manifest, placement, held, shown):
        asked = tuple(_asked(manifest.fields, prompt, fields, history, holds))
        if not _is_worth_asking(prompt, asked):
            continue
        if prompt.queue:
            asked = asked[:1]
        if any(past.prompt == prompt.key and past.goes_on(now) for past in history.showings):
            return Due(prompt, asked, begins=False)
        if beginning is None and _may_begin(manifest, prompt, times, history, now):
            beginning = Due(prompt, asked, begins=True)
    return beginning


def _asked(
    fields: Mapping[str, Field],
    prompt: BackgroundPrompt,
    lacking: Collection[str],
    history: History,
    holds: Callable[[str], bool],
) -> Iterator[str]:
    """What of the lacking fields the prompt asks this person for."""
    for one in prompt.asks:
        if one.field not in lacking or one.field in history.refused:
            continue
        if one.optional and (prompt.placement, one.field, fingerprint(fields[one.field])) in history.skipped:
            continue
        if one.when is None or holds(one.when):
            yield one.field


def _may_begin(
    manifest: Manifest, prompt: BackgroundPrompt, times: Mapping[str, int], history: History, now: datetime
) -> bool:
    return (
        _reached(prompt, times, history)
        and _rested(manifest, prompt, history, now)
        and _under_its_cap(prompt, history)
        and within(manifest.budget, history.showings, now)
    )


def within(budget: Budget, showings: Sequence[Showing], now: datetime) -> bool:
    """Whether one more showing now leaves the person within the budget."""
    since = now - span(budget.per, now.date())
    return sum(past.began_at > since for past in showings) < budget.impressions


def _reached(prompt: BackgroundPrompt, times: Mapping[str, int], history: History) -> bool:
    """A signal that nobody registers any more is not reached."""
    signals = history.signals or {}
    return prompt.after is None or (prompt.after in times and signals.get(prompt.after, 0) >= times[prompt.after])


def _rested(manifest: Manifest, prompt: BackgroundPrompt, history: History, now: datetime) -> bool:
    """Since a field of it was last asked for in the background, by whichever prompt: the cool-down is over.

    The same question in another placement would be the same nuisance.
    """
    cooldown = span(prompt.cooldown, now.date())
    return all(past.rests_from + cooldown <= now for past in _akin(manifest, prompt, history))


def _under_its_cap(prompt: BackgroundPrompt, history: History) -> bool:
    """Who takes "do not ask again" back is counted anew from then on, and so is whose consent ended by new terms."""
    afresh = (*(history.lifted or {}).items(), *(history.renewed or {}).items())
    moments = [moment for field, moment in afresh if field in prompt.fields]
    own = [past for past in history.showings if past.prompt == prompt.key]
    return sum(not moments or past.began_at > max(moments) for past in own) < prompt.impressions


def _akin(manifest: Manifest, prompt: BackgroundPrompt, history: History) -> Iterator[Showing]:
    for past in history.showings:
        other = manifest.prompts.get(past.prompt)
        if past.prompt == prompt.key or (other and set(other.fields) & set(prompt.fields)):
            yield past


def _ready(fields: Mapping[str, Field], key: str, held: frozenset[str]) -> bool:
    """Missing, and what it is asked after is held."""
    return key not in held and set(fields[key].after) <= held
