"""Comparing two manifests: what each action would newly ask, and what nothing would need any more. Pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asklater.manifest.consent_terms import accepted_terms, have_same_facts, terms_version
from asklater.manifest.declarations import SIGN_UP, Action, Field, Manifest, Requirement, Stage

CONSENT = "consent"


@dataclass(frozen=True)
class NewNeed:
    """A field that an action needs in the new manifest and did not in the old one.

    `before` are the fields that the action needed without a condition: who lacks one of them is stopped already.
    With `when`, the field is needed only while that condition holds, so its figure is the most that it can be; with
    `applies`, it reaches people by these stages.
    """

    action: str
    field: str
    when: str | None
    before: tuple[str, ...]
    applies: tuple[Stage, ...] = ()


@dataclass(frozen=True)
class EndedConsent:
    """A consent whose terms differ; `terms` is the old version of them. With `in_wording` only the wording does, so
    that they can be declared to be the same."""

    field: str
    terms: str
    in_wording: bool


@dataclass(frozen=True)
class ManifestDiff:
    """Keys, in the order of the new manifest; what is gone, in that of the old one.

    `unneeded` are fields that some action or background prompt asked for and none does any more, `dropped` those no
    longer declared, `rekinded` those whose kind differs: answers of the old kind may not read as the new one.
    `asked_too` are (background prompt, field) that the prompt did not ask for before, `new_prompts` those that are
    new altogether; `offered` are (action, field) that the action newly asks for without waiting for it. `at_signup`
    are fields that the sign-up form newly asks for; it stops nobody who has an account, so they are no needs.
    `ended_consents` are those whose every yes ends, since it was to other terms. `renamed` are (former key, key) of
    fields that go on under another key; everything else calls them by the new one.
    """

    needs: tuple[NewNeed, ...]
    new_actions: tuple[str, ...]
    gone_actions: tuple[str, ...]
    unneeded: tuple[str, ...]
    dropped: tuple[str, ...]
    rekinded: tuple[str, ...]
    new_prompts: tuple[str, ...] = ()
    gone_prompts: tuple[str, ...] = ()
    asked_too: tuple[tuple[str, str], ...] = ()
    at_signup: tuple[str, ...] = ()
    offered: tuple[tuple[str, str], ...] = ()
    ended_consents: tuple[EndedConsent, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == ManifestDiff((), (), (), (), (), ())


def compare(old: Manifest, new: Manifest) -> ManifestDiff:
    """What changes for people when `new` takes the place of `old`. Wording does not count, but that of a consent."""
    renamed = {former: key for former, key in new.renamed.items() if former in old.fields}
    old = _with_names(old, renamed)
    return ManifestDiff(
        needs=tuple(
            need
            for action in new.actions.values()
            if action.key != SIGN_UP
            for need in _new_needs(old.actions.get(action.key), action)
        ),
        new_actions=tuple(key for key in new.actions if key not in old.actions),
        gone_actions=tuple(key for key in old.actions if key not in new.actions),
        unneeded=tuple(
            key for key in old.fields if key in new.fields and _is_asked(old, key) and not _is_asked(new, key)
        ),
        dropped=tuple(key for key in old.fields if key not in new.fields),
        rekinded=tuple(
            key for key, field in new.fields.items() if key in old.fields and old.fields[key].kind != field.kind
        ),
        new_prompts=tuple(key for key in new.prompts if key not in old.prompts),
        gone_prompts=tuple(key for key in old.prompts if key not in new.prompts),
        asked_too=tuple(
            (key, field)
            for key, prompt in new.prompts.items()
            if key in old.prompts
            for field in prompt.fields
            if field not in old.prompts[key].fields
        ),
        at_signup=tuple(
            need.field
            for action in new.actions.values()
            if action.key == SIGN_UP
            for need in _new_needs(old.actions.get(SIGN_UP), action)
        ),
        offered=tuple(
            (key, need.field)
            for key, action in new.actions.items()
            if key in old.actions
            for need in action.requires
            if need.optional and all(need.field != other.field for other in old.actions[key].requires)
        ),
        ended_consents=tuple(
            EndedConsent(key, before, have_same_facts(before, terms_version(new, key)))
            for key, field in new.fields.items()
            if key in old.fields and field.kind == old.fields[key].kind == CONSENT
            if (before := terms_version(old, key)) not in accepted_terms(new, key)
        ),
        renamed=tuple(renamed.items()),
    )


def _with_names(manifest: Manifest, names: Mapping[str, str]) -> Manifest:
    """The manifest, as if its fields had had these names."""
    if not names:
        return manifest

    def named(declared: Any) -> Any:
        return declared.model_copy(update={"field": names.get(declared.field, declared.field)})

    fields = {names.get(key, key): _with_name(field, names) for key, field in manifest.fields.items()}
    actions = {
        key: action.model_copy(update={"requires": tuple(map(named, action.requires))})
        for key, action in manifest.actions.items()
    }
    prompts = {
        key: prompt.model_copy(update={"asks": tuple(map(named, prompt.asks))})
        for key, prompt in manifest.prompts.items()
    }
    return manifest.model_copy(update={"fields": fields, "actions": actions, "prompts": prompts})


def _with_name(field: Field, names: Mapping[str, str]) -> Field:
    if field.key not in names:
        return field
    return field.model_copy(update={"key": names[field.key], "was": (*field.was, field.key)})


def _is_asked(manifest: Manifest, field: str) -> bool:
    return bool(manifest.asking(field) or manifest.prompting(field))


def _new_needs(old: Action | None, new: Action) -> list[NewNeed]:
    if old is None:
        return []  # nobody attempted it before, so nobody is newly stopped
    needed = [need for need in old.requires if not need.optional]
    always = {need.field for need in needed if need.when is None and not need.applies}
    known = {(need.field, need.when, need.applies) for need in needed}
    before = tuple(sorted(always))
    return [
        NewNeed(new.key, need.field, need.when, before, need.applies)
        for need in new.requires
        if not need.optional and _is_new(need, always, known)
    ]


def _is_new(need: Requirement, always: set[str], known: set[tuple[str, str | None, tuple[Stage, ...]]]) -> bool:
    earlier = {(need.field, need.when, need.applies), (need.field, need.when, ())}
    return need.field not in always and earlier.isdisjoint(known)
