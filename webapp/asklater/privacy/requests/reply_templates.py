"""Templates of replies: ours, in the reader's language, those that officers wrote or changed, and the placeholders
that both may have.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select

from asklater import clock
from asklater.database.access import current_database
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.privacy.correspondence_tables import reply_template
from asklater.privacy.requests.deadlines import due_on
from asklater.privacy.requests.labels import Kind, kind_label
from asklater.privacy.requests.notifications import status_url
from asklater.privacy.requests.queries import Request

EVERY_KIND = ""
GAP = "[...]"
"""What stands in a template where an officer has to write something before it is sent."""
PLACEHOLDER = re.compile(r"\{([^{}\n]{1,40})\}")


@dataclass(frozen=True)
class ReplyTemplate:
    """One template. `kind` is that of the requests that it is for, EVERY_KIND for all; `is_ours` says that it came
    with the library, `changed_at` when officers wrote or changed it, None for never."""

    key: str
    kind: str
    name: str
    title: str
    text: str
    is_ours: bool = False
    changed_at: datetime | None = None
    changed_by: str = ""


def placeholder_labels() -> dict[str, str]:
    """Returns each placeholder, and what stands in its place."""
    return {
        "request": gettext("what was asked for"),
        "number": gettext("the number of the request"),
        "received": gettext("the day on which it was received"),
        "due": gettext("the last day for an answer"),
        "link": gettext("where the person sees how it stands"),
        "controller": gettext("who is responsible for the data"),
        "contact": gettext("how we are reached"),
    }


def unknown_placeholders(text: str) -> list[str]:
    """Returns the placeholders of a text that there are not, each once."""
    known = placeholder_labels()
    return [name for name in dict.fromkeys(PLACEHOLDER.findall(text)) if name not in known]


def placeholder_values(engine: Engine, request: Request) -> dict[str, str]:
    """Returns what stands in the place of each placeholder in a reply about this request."""
    controller = engine.manifest.controller
    return {
        "request": kind_label(request.kind),
        "number": request.public_id,
        "received": request.received_at.date().isoformat(),
        "due": due_on(request.received_at.date(), request.extension).isoformat(),
        "link": status_url(request),
        "controller": controller.name,
        "contact": controller.contact,
    }


def filled(text: str, values: Mapping[str, str]) -> str:
    """Returns a text with the placeholders filled in; an unknown one stays as it is."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def reply_templates(kind: str | None = None) -> list[ReplyTemplate]:
    """Returns all templates, or those for a kind of request: its own first, then those for every kind."""
    changed = {row.key: row for row in current_database().reading().execute(select(reply_template))}
    found = [_as_changed(one, changed.pop(one.key, None)) for one in _ours()]
    found += [_of_officers(row) for row in changed.values()]
    fitting = [one for one in found if kind is None or one.kind in {kind, EVERY_KIND}]
    order = [*Kind, EVERY_KIND]
    return sorted(fitting, key=lambda one: (order.index(one.kind) if one.kind in order else len(order), one.name))


def find_template(key: str) -> ReplyTemplate | None:
    return next((one for one in reply_templates() if one.key == key), None)


def save_template(template: ReplyTemplate) -> None:
    """Write down what an officer wrote or changed."""
    database = current_database()
    values: dict[str, Any] = {
        "kind": template.kind,
        "name": template.name,
        "title": template.title,
        "text": template.text,
    }
    values |= {"changed_at": clock.now(), "changed_by": template.changed_by}
    added = database.insert(reply_template).values(key=template.key, **values)
    database.writing().execute(added.on_conflict_do_update(index_elements=["key"], set_=values))


def remove_template(key: str) -> None:
    """Delete what officers wrote; one of ours is then what it was."""
    current_database().writing().execute(delete(reply_template).where(reply_template.c.key == key))


def _as_changed(ours: ReplyTemplate, row: Row[Any] | None) -> ReplyTemplate:
    return ours if row is None else _of_officers(row, is_ours=True)


def _of_officers(row: Row[Any], *, is_ours: bool = False) -> ReplyTemplate:
    return ReplyTemplate(row.key, row.kind, row.name, row.title, row.text, is_ours, row.changed_at, row.changed_by)


def _ours() -> list[ReplyTemplate]:
    about = gettext("Your request of {received}: {request}")
    closing = gettext("Kind regards,\n{controller}")
    complaint = gettext("If you do not agree, you can complain to a supervisory authority, and go to court.")

    def ours(key: str, kind: str, name: str, *parts: str) -> ReplyTemplate:
        return ReplyTemplate(key, kind, name, about, "\n\n".join((gettext("Hello,"), *parts, closing)), is_ours=True)

    return [
        ours(
            "identity",
            EVERY_KIND,
            gettext("Ask for a proof of identity"),
            gettext(
                "We have received your request. Before we answer it we have to be sure that it is about you, so that "
                "we tell nobody else anything about you."
            ),
            gettext(
                "Please sign in to your account and ask from there, or tell us how else we can be sure. Send no copy "
                "of an identity card unless we ask for one."
            ),
        ),
        ours(
            "details",
            EVERY_KIND,
            gettext("Ask for details"),
            gettext("We are working on your request, and would like to understand it better."),
            gettext("Please tell us what exactly it is about. We answer by {due} at the latest."),
        ),
        ours(
            "access-given",
            Kind.ACCESS,
            gettext("The copy is coming"),
            gettext(
                "We are collecting everything that is held of you. When it is ready we write to you once more; you "
                "can then fetch it in your account."
            ),
        ),
        ours(
            "access-nothing",
            Kind.ACCESS,
            gettext("Nothing is held"),
            gettext("We have searched for everything that is held under your address. Nothing is."),
            complaint,
        ),
        ours(
            "portability-given",
            Kind.PORTABILITY,
            gettext("The data is coming"),
            gettext(
                "We are collecting what you gave us, in a form that machines read. When it is ready we write to you "
                "once more; you can then fetch it in your account."
            ),
        ),
        ours(
            "rectified",
            Kind.RECTIFICATION,
            gettext("Correction made"),
            gettext("What was wrong has been put right. You see it in your account."),
        ),
        ours(
            "not-rectified",
            Kind.RECTIFICATION,
            gettext("No correction"),
            gettext("We have looked into it. What is held is right as far as we can see, so it stays as it is."),
            complaint,
        ),
        ours(
            "restricted",
            Kind.RESTRICTION,
            gettext("It is restricted"),
            gettext(
                "What is held of you is restricted: it stays, and is used for nothing. We tell you before that ends."
            ),
        ),
        ours(
            "not-measured",
            Kind.OBJECTION,
            gettext("Nothing is measured"),
            gettext("You are not measured any more, and what was measured is deleted."),
        ),
        ours(
            "objection-accepted",
            Kind.PURPOSE_OBJECTION,
            gettext("The use has stopped"),
            gettext("Your objection is accepted: your data is not used for that any more."),
        ),
        ours(
            "objection-declined",
            Kind.PURPOSE_OBJECTION,
            gettext("Compelling reasons"),
            gettext(
                "We have weighed your objection. There are compelling reasons to go on, which outweigh your interests:"
            ),
            GAP,
            complaint,
        ),
        ours(
            "erased",
            Kind.ERASURE,
            gettext("It is erased"),
            gettext("Everything we held about you is erased, except what a law makes us keep."),
        ),
        ours(
            "not-erased",
            Kind.ERASURE,
            gettext("It cannot be erased yet"),
            gettext("Not everything can be erased yet, since a law makes us keep it, or a claim needs it."),
            gettext("What is kept, why, and until when:") + f" {GAP}",
            complaint,
        ),
    ]
