"""The personas' page: its page object, and how it is put together."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from asklater import Engine
from asklater.records import Subject
from halftone.demo import personas
from halftone.demo.cast import Persona


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


def personas_page(engine: Engine, cast: tuple[Persona, ...], who: Subject | None) -> PersonasPage:
    """The page for `who`, the person who looks."""
    settled = personas.subjects(engine, cast)
    return PersonasPage(
        cards=tuple(_card(engine, persona, settled.get(persona.key), who) for persona in cast),
        shoppers=personas.count_simulated(engine),
        mailbox_url=url_for("mailbox.mailbox"),
    )


def _card(engine: Engine, persona: Persona, number: int | None, who: Subject | None) -> PersonaCard:
    held = {entry.field for entry in engine.answers.held(number)} if number else set()
    fields = engine.manifest.fields.values()
    return PersonaCard(
        key=persona.key,
        title=gettext(persona.title),
        summary=gettext(persona.summary),
        tries=tuple(gettext(sentence) for sentence in persona.tries),
        holds=tuple(gettext(field.label) for field in fields if field.key in held),
        button=gettext(persona.button),
        portrait_url=url_for("demo.picture", key=persona.key),
        post_url=url_for("demo.become", key=persona.key),
        current=who is not None and who.id == number,
    )
