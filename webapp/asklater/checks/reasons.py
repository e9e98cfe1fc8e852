"""Whether what a prompt gives as its reason is true: it speaks only of fields that the prompt asks for. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from asklater.kinds.base import Kind
from asklater.manifest.declarations import Action, BackgroundPrompt, Manifest, ReasonCase, Variant

WORD = re.compile(r"[^\W\d_]+")
EMPTY_WORDS = frozenset(
    {"all", "and", "any", "are", "for", "from", "not", "our", "that", "the", "with", "you", "your", "yours"}
)
"""Of three letters or more; shorter words of a label name nothing either."""
STEM, ENDING = 4, 3
"""Words are one where the shorter has so many letters and the longer so many more: deliver, delivery, delivered."""

Fault = tuple[str, str]
Phrases = Collection[tuple[str, ...]]


@dataclass(frozen=True)
class Prompting:
    """A reason, and the fields of which its prompt may ask any, all or some.

    `spoken_of` are these and those that it no longer asks for, each with what speaks of it. Any word may speak of one
    that is `unfathomed`: its kind is unknown here. `needed_when` has the condition of each that depends on one.
    """

    where: str
    cases: tuple[ReasonCase, ...]
    fields: tuple[str, ...]
    spoken_of: Mapping[str, Phrases]
    unfathomed: frozenset[str]
    needed_when: Mapping[str, str]


def mistakes(manifest: Manifest) -> Iterator[Fault]:
    """Cases that name a field which is not asked there, and cases that never come to be shown."""
    for prompting in (*_of_the_manifest(manifest, {}), *_of_experiments(manifest, {}, {"reason"})):
        for place, case in enumerate(prompting.cases):
            where = f"{prompting.where}.{place}.asks"
            for key in case.asks:
                if key not in prompting.fields:
                    yield where, f"{key!r} is not asked there"
            earlier = next((it for it in prompting.cases[:place] if set(it.asks) <= set(case.asks)), None)
            if earlier is not None:
                yield where, f"an earlier case, {earlier.text!r}, always takes its place: put this one before it"


def unasked(manifest: Manifest, kinds: Mapping[str, Kind]) -> Iterator[Fault]:
    """Words of reasons that speak of a field while the prompt may well not ask for it."""
    varied = _of_experiments(manifest, kinds, {"reason", "labels", "defer"})
    for prompting in (*_of_the_manifest(manifest, kinds), *varied):
        for case, word, fields in _false_words(prompting):
            yield prompting.where, _advice(prompting, case, word, fields)


def _of_the_manifest(manifest: Manifest, kinds: Mapping[str, Kind]) -> Iterator[Prompting]:
    for action in manifest.actions.values():
        yield _of_action(manifest, kinds, f"actions.{action.key}.reason", action)
    for prompt in manifest.prompts.values():
        yield _of_background(manifest, kinds, prompt)


def _of_action(manifest: Manifest, kinds: Mapping[str, Kind], where: str, action: Action) -> Prompting:
    asked = tuple(need.field for need in action.requires)
    needed_when = {need.field: need.when for need in action.requires if need.when}
    return Prompting(where, action.reason, asked, *_spoken_of(manifest, kinds, asked), needed_when)


def _of_background(manifest: Manifest, kinds: Mapping[str, Kind], prompt: BackgroundPrompt) -> Prompting:
    where = f"prompts.{prompt.key}.reason"
    needed_when = {asked.field: asked.when for asked in prompt.asks if asked.when}
    return Prompting(where, prompt.reason, prompt.fields, *_spoken_of(manifest, kinds, prompt.fields), needed_when)


def _of_experiments(manifest: Manifest, kinds: Mapping[str, Kind], changing: set[str]) -> Iterator[Prompting]:
    """Each action as a variant has it that changes any of these."""
    for experiment in manifest.experiments.values():
        action = manifest.actions.get(experiment.about)
        for variant in experiment.variants.values() if action else ():
            if action and variant.changes & changing:
                where = f"experiments.{experiment.key}.variants.{variant.key}"
                yield _varied(manifest, kinds, where, action, variant)


def _varied(manifest: Manifest, kinds: Mapping[str, Kind], where: str, action: Action, variant: Variant) -> Prompting:
    declared = _of_action(manifest, kinds, where, action)
    called = {key: _phrases(label, ()) for key, label in variant.labels.items() if key in declared.spoken_of}
    return replace(
        declared,
        where=f"{where}.reason" if variant.reason is not None else where,
        cases=variant.reason if variant.reason is not None else action.reason,
        fields=tuple(key for key in declared.fields if key not in variant.defer),
        spoken_of={key: {*phrases, *called.get(key, ())} for key, phrases in declared.spoken_of.items()},
    )


def _spoken_of(
    manifest: Manifest, kinds: Mapping[str, Kind], asked: Sequence[str]
) -> tuple[dict[str, Phrases], frozenset[str]]:
    fields = [manifest.fields[key] for key in asked if key in manifest.fields]
    known = {field.key: kinds[field.kind].nouns for field in fields if field.kind in kinds}
    spoken_of = {field.key: _phrases(field.label, known.get(field.key, ())) for field in fields}
    return spoken_of, frozenset(spoken_of.keys() - known.keys())


def _phrases(label: str, nouns: Sequence[str]) -> Phrases:
    """Each word of the label by itself, and each noun as a whole."""
    said = [word for word in _split(label) if len(word) > 2 and word not in EMPTY_WORDS]
    return {*((word,) for word in said), *(tuple(_split(noun)) for noun in nouns)}


def _split(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def _false_words(prompting: Prompting) -> Iterator[tuple[ReasonCase, str, frozenset[str]]]:
    """What of a case's text speaks of fields none of which is asked, in some state in which that text is shown."""
    for place, case in enumerate(prompting.cases):
        told: set[frozenset[str]] = set()
        for word, fields in _mentions(case.text, prompting.spoken_of):
            if fields not in told and _may_lack(prompting, place, fields):
                told.add(fields)
                yield case, word, fields


def _mentions(text: str, spoken_of: Mapping[str, Phrases]) -> Iterator[tuple[str, frozenset[str]]]:
    """Each word, or words in a row, that speak of some field, with all that it may be."""
    words = _split(text)
    means: list[set[str]] = [set() for _ in words]
    for field, phrases in spoken_of.items():
        for phrase in phrases:
            for start in range(len(words) - len(phrase) + 1):
                if all(_is_one(*pair) for pair in zip(phrase, words[start:], strict=False)):
                    for meant in means[start : start + len(phrase)]:
                        meant.add(field)
    for meant, row in groupby(zip(words, means, strict=True), key=lambda pair: pair[1]):
        if meant:
            yield " ".join(word for word, _ in row), frozenset(meant)


def _is_one(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    ending = len(longer) - len(shorter)
    return longer == shorter or (len(shorter) >= STEM and ending <= ENDING and longer.startswith(shorter))


def _may_lack(prompting: Prompting, place: int, fields: frozenset[str]) -> bool:
    """Whether the case can be shown while none of `fields` is asked.

    Enough to try is the least that it can be shown with: what else is asked makes it no truer, or shows another case.
    """
    needed = frozenset(prompting.cases[place].asks)
    least = [needed] if needed else [frozenset({key}) for key in prompting.fields]
    return any(
        asked <= set(prompting.fields) and not asked & (fields | prompting.unfathomed)
        for asked in least
        if not any(set(earlier.asks) <= asked for earlier in prompting.cases[:place])
    )


def _advice(prompting: Prompting, case: ReasonCase, word: str, fields: frozenset[str]) -> str:
    """What is wrong and how to mend it, in the order in which the fields are declared."""
    meant = [key for key in prompting.spoken_of if key in fields]
    asked = [key for key in meant if key in prompting.fields]
    if not asked:
        return f"{case.text!r} says {word!r}, but {_listed(meant)} is put off: give the variant a reason of its own"
    when = prompting.needed_when.get(asked[0])
    why = f"is asked only when {when!r}" if when else "may be held already, and is not asked then"
    mended = f'{{ asks = ["{asked[0]}"], text = "..." }}'
    return f"{case.text!r} says {word!r}, but {_listed(asked)} {why}: give a case for it, {mended}"


def _listed(keys: Sequence[str]) -> str:
    return " or ".join(repr(key) for key in keys)
