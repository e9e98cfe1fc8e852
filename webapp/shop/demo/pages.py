"""The page object of the personas' page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PersonaCard:
    """One persona: who it is, what to try, which fields are held of it. `current` says that one is it now."""

    key: str
    title: str
    summary: str
    tries: tuple[str, ...]
    holds: tuple[str, ...]
    button: str
    portrait_url: str
    post_url: str
    current: bool


@dataclass(frozen=True)
class PersonasPage:
    """All personas; `shoppers` is the number of simulated ones in the figures, `mailbox_url` where mail lands."""

    cards: tuple[PersonaCard, ...]
    shoppers: int
    mailbox_url: str
