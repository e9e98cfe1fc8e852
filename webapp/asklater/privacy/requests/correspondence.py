"""Letters about a request: replies that we mail, and what is noted by hand of letters and talks. They are sealed under
the person's key, and kept with the request.
"""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, select

from asklater import clock
from asklater.database.access import current_database
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.messages.mail import Importance, post_mail
from asklater.privacy.correspondence_tables import letter_label, request_letter
from asklater.privacy.requests import audit_trail
from asklater.privacy.requests.notifications import contact_address, status_url
from asklater.privacy.requests.queries import Request

Direction = Literal["in", "out"]
MAIL = "mail"
"""The channel of what we sent ourselves."""
LETTER_TEMPLATE = "asklater/messages/reply.txt"


class NobodyToReplyTo(Exception):  # noqa: N818
    """There is no address to write to, or the person was erased."""


@dataclass(frozen=True)
class Letter:
    """One letter, or a talk, in either direction. The words are "" once its person is erased. `by` is the officer who
    sent or noted it, by the pseudonym."""

    id: int
    at: datetime
    direction: Direction
    channel: str
    by: str
    title: str
    text: str


def channel_labels() -> dict[str, str]:
    """Returns the ways by which a letter may have come or gone, besides our own mails."""
    return {
        "email": gettext("email, written outside of this site"),
        "post": gettext("letter"),
        "phone": gettext("phone call"),
        "talk": gettext("talk in person"),
    }


def channel_label(channel: str) -> str:
    return gettext("email") if channel == MAIL else channel_labels().get(channel, channel)


def reply_text(engine: Engine, request: Request, text: str) -> str:
    """Returns a reply as it is mailed: the text, how to answer, and where the request stands."""
    controller = engine.manifest.controller
    officer = controller.data_protection_officer
    contact = (officer.contact if officer else "") or controller.contact
    answer = gettext(
        "To answer, write to %(contact)s and name your request: %(number)s.", contact=contact, number=request.public_id
    )
    return "\n\n".join((text, answer, gettext("How it stands:") + f"\n{status_url(request)}"))


def send_reply(engine: Engine, request: Request, title: str, text: str, who: audit_trail.Actor) -> None:
    """Mail a reply to the person, and keep it with the request. Raises NobodyToReplyTo."""
    address = contact_address(request)
    if not address or request.subject_id is None:
        raise NobodyToReplyTo
    post_mail(
        address,
        title,
        LETTER_TEMPLATE,
        subject_id=request.subject_id,
        importance=Importance.LETTER,
        text=reply_text(engine, request, text),
    )
    _keep(engine, request, clock.now(), "out", MAIL, (title, text), who)
    audit_trail.add_step(request.id, request.subject_id, "replied", who)


def note_letter(
    engine: Engine,
    request: Request,
    *,
    at: datetime,
    direction: Direction,
    channel: str,
    text: str,
    who: audit_trail.Actor,
) -> None:
    """Note a letter or a talk that did not go through us. Raises NobodyToReplyTo where the person was erased."""
    _keep(engine, request, at, direction, channel, ("", text), who)
    audit_trail.add_step(request.id, request.subject_id, "noted", who)


def letters_of(engine: Engine, request: Request) -> list[Letter]:
    """Returns the letters of a request in the order in which they were written, opened."""
    wanted = select(request_letter).where(request_letter.c.request_id == request.id)
    ordered = wanted.order_by(request_letter.c.at, request_letter.c.id)
    rows = [dict(row) for row in current_database().reading().execute(ordered).mappings()]
    sealed = {letter_label(row, name): row[name] for row in rows for name in ("title", "text") if row[name]}
    opened = engine.open(request.subject_id, sealed) if request.subject_id is not None else {}
    return [
        Letter(
            row["id"],
            row["at"],
            row["direction"],
            row["channel"],
            row["by"],
            opened.get(letter_label(row, "title"), ""),
            opened.get(letter_label(row, "text"), ""),
        )
        for row in rows
    ]


def letters_document(letters: Sequence[Letter]) -> list[dict[str, Any]]:
    """Returns letters for a bundle of evidence."""
    return [asdict(letter) for letter in letters]


def _keep(
    engine: Engine,
    request: Request,
    at: datetime,
    direction: Direction,
    channel: str,
    words: tuple[str, str],
    who: audit_trail.Actor,
) -> None:
    if request.subject_id is None:
        raise NobodyToReplyTo
    row: dict[str, Any] = {"public_id": secrets.token_urlsafe(18), "request_id": request.id, "at": at}
    row |= {"noted_at": clock.now(), "direction": direction, "channel": channel, "by": who.pseudonym}
    for name, text in zip(("title", "text"), words, strict=True):
        row[name] = engine.seal(request.subject_id, letter_label(row, name), text) if text else None
    current_database().writing().execute(insert(request_letter).values(row))
