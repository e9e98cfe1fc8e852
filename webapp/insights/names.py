"""What fields and contexts are called, and in which order they stand."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.profiling.engine import current_engine
from webapp.profiling.manifest import SIGN_UP, Manifest
from webapp.profiling.words import gettext


@dataclass(frozen=True)
class Names:
    """Labels by key, in the manifest's order: of its fields, and of the contexts that ask for some."""

    fields: Mapping[str, str]
    contexts: Mapping[str, str]

    def field(self, key: str) -> str:
        """The label; of what only an earlier manifest declared, the key and a word about it."""
        return self.fields[key] if key in self.fields else _gone(key)

    def context(self, key: str) -> str:
        return self.contexts[key] if key in self.contexts else _gone(key)

    def place(self, field: str, context: str) -> tuple[int, str, int, str]:
        """What to sort by; keys that are no longer declared come last."""
        return (*_place(self.fields, field), *_place(self.contexts, context))


def names_of(manifest: Manifest) -> Names:
    """In the language of the request; signing up comes first, where something is asked in the background last."""
    asking = {key: action for key, action in manifest.actions.items() if action.requires}
    placements = current_engine().placements
    spots = {prompt.placement for prompt in manifest.prompts.values()}
    first = {SIGN_UP: asking.pop(SIGN_UP)} if SIGN_UP in asking else {}
    return Names(
        fields={key: gettext(declared.label) for key, declared in manifest.fields.items()},
        contexts={
            **{key: gettext(action.label) for key, action in (first | asking).items()},
            **{key: placement.label() for key, placement in placements.items() if key in spots},
        },
    )


def _place(order: Mapping[str, str], key: str) -> tuple[int, str]:
    return (list(order).index(key) if key in order else len(order), key)


def _gone(key: str) -> str:
    return gettext("%(key)s (no longer declared)", key=key)
