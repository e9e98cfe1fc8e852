"""What needs attention beside the figures: rooms say it here, in sentences that lead to where it can be done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from webapp.insights.question import Question

NOTICES = "insights.notices"


@dataclass(frozen=True)
class Notice:
    """A sentence, and the way to what it is about. `way` names it; `about` says more to who only hears the link."""

    text: str
    url: str
    way: str
    about: str = ""


Noticing = Callable[[Question], Sequence[Notice]]


def add_notices(app: Flask, noticing: Noticing) -> None:
    """Add what a room has to say. Its number of statements must not depend on how much there is."""
    app.extensions.setdefault(NOTICES, []).append(noticing)


def notices(question: Question) -> tuple[Notice, ...]:
    """In the order in which the rooms joined."""
    found: Sequence[Noticing] = current_app.extensions.get(NOTICES, ())
    return tuple(notice for noticing in found for notice in noticing(question))
