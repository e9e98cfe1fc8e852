"""The personas' page: its page object, and how it is put together."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request, url_for
from flask_babel import gettext

from asklater import Engine, http
from asklater.records import Subject
from halftone.demo import personas
from halftone.demo.cast import Persona

LOCALHOST = "localhost"
"""Every name that ends in it is this machine (RFC 6761)."""


@dataclass(frozen=True)
class PersonaCard:
    """One persona: who it is, what to try, which fields are held of it. `current` says that one is it now.

    `own_url` is where it can be tried beside others, in a session of its own; "" at that place itself, and where the
    site goes by no name of this machine."""

    key: str
    title: str
    summary: str
    tries: tuple[str, ...]
    holds: tuple[str, ...]
    button: str
    portrait_url: str
    post_url: str
    current: bool
    own_host: str = ""
    own_url: str = ""


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
        cards=tuple(persona_card(engine, persona, settled.get(persona.key), who) for persona in cast),
        shoppers=personas.count_simulated(engine),
        mailbox_url=url_for("mailbox.mailbox"),
    )


def persona_card(engine: Engine, persona: Persona, number: int | None, who: Subject | None) -> PersonaCard:
    """The card of one persona, whose subject is `number` once it has an account."""
    own_host, own_url = _own_place(persona)
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
        own_host=own_host,
        own_url=own_url,
    )


def _own_place(persona: Persona) -> tuple[str, str]:
    """The persona's own host name, and its page there. Browsers keep a session apart for each."""
    here = urlsplit(http.site_origin())
    host = f"{persona.host}.{LOCALHOST}"
    name = here.hostname or ""
    if name == host or here.netloc != request.host or not f".{name}".endswith(f".{LOCALHOST}"):
        return "", ""
    port = f":{here.port}" if here.port else ""
    return host, f"{here.scheme}://{host}{port}{url_for('demo.meet', key=persona.key)}"
