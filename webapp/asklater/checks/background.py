"""What background prompts must agree on with the manifest, and with what the features have registered."""

from collections.abc import Collection, Iterator, Mapping

from asklater.checks.manifest import RESERVED, Finding, reaches_outside
from asklater.kinds.base import Kind
from asklater.manifest.declarations import BackgroundPrompt, Manifest


def check(
    manifest: Manifest,
    kinds: Mapping[str, Kind],
    placements: Collection[str],
    signals: Collection[str],
    conditions: Collection[str] = (),
) -> list[Finding]:
    """Everything that does not hang together, each with the key of its line."""
    return [
        finding
        for prompt in manifest.prompts.values()
        for finding in (*_names(manifest, prompt, placements, signals), *_fields(manifest, prompt, kinds, conditions))
    ]


def _names(
    manifest: Manifest, prompt: BackgroundPrompt, placements: Collection[str], signals: Collection[str]
) -> Iterator[Finding]:
    where = f"prompts.{prompt.key}"
    if prompt.key in RESERVED or prompt.key in manifest.actions:
        yield Finding(where, "an action, or the engine itself, goes by this name; choose another")
    if prompt.placement not in placements:
        yield Finding(f"{where}.placement", f"no placement is called {prompt.placement!r}; {_there_are(placements)}")
    elif prompt.placement in RESERVED or prompt.placement in manifest.actions:
        yield Finding(f"{where}.placement", f"{prompt.placement!r} is an action too, and their figures would mix")
    if prompt.after is not None and prompt.after not in signals:
        yield Finding(f"{where}.after", f"no signal is called {prompt.after!r}; {_there_are(signals)}")


def _fields(
    manifest: Manifest, prompt: BackgroundPrompt, kinds: Mapping[str, Kind], conditions: Collection[str]
) -> Iterator[Finding]:
    for place, asked in enumerate(prompt.asks):
        where, key = f"prompts.{prompt.key}.fields.{place}", asked.field
        declared = manifest.fields.get(key)
        if asked.when is not None and asked.when not in conditions:
            yield Finding(f"{where}.when", f"no condition is called {asked.when!r}")
        if declared is None:
            yield Finding(where, f"no field is called {key!r}")
        elif prompt.queue and asked.optional:
            yield Finding(f"{where}.optional", "a queue asks for one field at a time, which is never beside another")
        elif prompt.fields.index(key) != place:
            yield Finding(where, f"{key!r} is asked twice")
        elif declared.kind in kinds and reaches_outside(kinds[declared.kind]):
            yield Finding(where, f"asking for {key!r} sends something, which no page does by itself")


def _there_are(names: Collection[str]) -> str:
    return f"there are {', '.join(sorted(names))}" if names else "no feature has registered any"
