"""Putting the personas' page together."""

from flask import url_for
from flask_babel import gettext

from webapp.profiling.engine import Engine
from webapp.profiling.people import Subject
from webapp.shop.demo import personas
from webapp.shop.demo.cast import Persona
from webapp.shop.demo.pages import PersonaCard, PersonasPage


def personas_page(engine: Engine, cast: tuple[Persona, ...], who: Subject | None) -> PersonasPage:
    """The page for `who`, the person who looks."""
    settled = personas.subjects(engine, cast)
    return PersonasPage(
        cards=tuple(_card(engine, persona, settled.get(persona.key), who) for persona in cast),
        shoppers=personas.simulated(engine),
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
