"""“Continue with …”: the button that prompts show, and the providers of this application."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import current_app

from webapp.accounts.providers import authorising
from webapp.accounts.providers.discovering import Connection
from webapp.profiling.engine import Engine
from webapp.profiling.words import gettext

ANSWERED = frozenset({"email", "verified_email"})
"""The kinds of fields that a provider can answer on the spot."""


@dataclass(frozen=True)
class ContinueWith:
    """The engine's `Way` to one provider."""

    engine: Engine
    connection: Connection

    @property
    def key(self) -> str:
        return f"provider-{self.connection.provider.key}"

    @property
    def label(self) -> str:
        return gettext("Continue with %(label)s", label=self.connection.provider.label)

    def supplies(self, fields: Collection[str]) -> bool:
        return any(self.engine.field(key).kind in ANSWERED for key in fields)

    def reach(self) -> None:
        authorising.reach(self.connection)

    def begin(self, action: str, onward: str) -> str:
        return authorising.begin(self.connection, onward, action=action)


def current_providers() -> dict[str, Connection]:
    """The providers of the current application, by key."""
    providers: dict[str, Connection] = current_app.extensions["providers"]
    return providers
