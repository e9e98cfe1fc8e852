"""Who is measured, asked before anything is written for the figures: nobody who objects, has restricted what is held
or sends Global Privacy Control, and no request whose answer nobody looks at.

`is_measured` is the condition that each writing statement carries; `is_refused` and `left_out` ask the request.
"""

from datetime import tzinfo
from functools import cache, lru_cache
from typing import Any, Literal, get_args

from crawlerdetect import CrawlerDetect
from flask import current_app, has_request_context, request, session
from sqlalchemy import ColumnElement, select

from asklater import clock
from asklater.database.access import Database, microseconds
from asklater.flask_proxies import unproxied
from asklater.settings import Settings
from asklater.tables import left_out_count, subject

Reason = Literal["head", "prefetch", "crawler"]
"""Why an answer is for nobody's eyes: its body is not sent, it is fetched ahead, or a program fetches it."""
REASONS: tuple[Reason, ...] = get_args(Reason)
NOT_MEASURED = "not_measured"
"""Where the session's cookie says that this browser is not to be measured."""
HEARD = "privacy_control"
"""Where it says of whom Global Privacy Control was heard."""
PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
AHEAD = ("prefetch", "prerender", "preview")
"""What these headers say of a page that is fetched before anybody wants it, by old browsers and new ones."""
LONGEST_NAME = 256
"""Characters of a browser's own name that are looked at: the list's patterns take long for what is longer."""

# People


def is_measured(person: ColumnElement[Any]) -> ColumnElement[bool]:
    """A condition on a subject's id: who objects, or has restricted what is held, is not measured."""
    asked = subject.alias("measured")
    measured = asked.c.objected_at.is_(None), asked.c.restricted_at.is_(None)
    return select(asked.c.id).where(asked.c.id == person, *measured).exists()


# Requests


def sends_privacy_control() -> bool:
    """Whether the browser sends Global Privacy Control, which counts as an objection."""
    return has_request_context() and unproxied(request).headers.get("Sec-GPC", "").strip() == "1"


def has_chosen_not_to_be_measured() -> bool:
    """Whether this browser's session said so on a page, before there was anybody of whom it could be noted."""
    return has_request_context() and NOT_MEASURED in unproxied(session)


def note_choice(*, measured: bool) -> None:
    """Keep in this browser's session whether its visits may be measured."""
    if measured:
        session.pop(NOT_MEASURED, None)
    else:
        session[NOT_MEASURED] = True


def is_refused() -> bool:
    """Whether whoever makes this request does not want to be measured. What is part of no request is measured."""
    return sends_privacy_control() or has_chosen_not_to_be_measured()


def is_first_refusal(subject_id: int) -> bool:
    """Whether this session of the subject sends Global Privacy Control for the first time; asked again, not."""
    if not sends_privacy_control() or session.get(HEARD) == subject_id:
        return False
    session[HEARD] = subject_id
    return True


def left_out() -> Reason | None:
    """Why nobody is going to look at the answer to this request, None where somebody is."""
    if not has_request_context():
        return None
    sent = unproxied(request)
    if sent.method == "HEAD":
        return "head"
    purposes = "\n".join([sent.headers.get(name, "") for name in PURPOSES]).lower()
    if any(word in purposes for word in AHEAD):
        return "prefetch"
    return "crawler" if _is_crawler(sent.user_agent.string) else None


def is_measured_request() -> bool:
    """Whether this request may be measured, as far as it says itself."""
    return not is_refused() and left_out() is None


def _is_crawler(user_agent: str) -> bool:
    """Whether a known crawler, or a program that draws previews of links, calls itself by this name.

    In a demo a browser without a window counts as one with: somebody drives it, to try the demo.
    """
    settings: Settings | None = current_app.extensions.get("asklater.settings")
    name = user_agent[:LONGEST_NAME]
    if settings is not None and settings.demo:
        name = name.replace("HeadlessChrome", "Chrome")
    return _is_listed(name)


@cache
def _list() -> CrawlerDetect:
    """The list of CrawlerDetect, which is kept up to date as a package."""
    return CrawlerDetect()


@lru_cache(maxsize=1000)
def _is_listed(user_agent: str) -> bool:
    return bool(_list().is_crawler(user_agent))


# How many were left out


class LeftOut:
    """Counts the asks that nobody looked at, by day and reason. Of whom they were is not kept."""

    def __init__(self, database: Database, zone: tzinfo) -> None:
        self._database = database
        self._zone = zone
        once = database.insert(left_out_count)
        more = {"asks": left_out_count.c.asks + once.excluded.asks}
        self._count = once.on_conflict_do_update(index_elements=["day", "reason"], set_=more)

    def count(self, reason: Reason) -> None:
        """One more ask, today."""
        row = {"day": clock.day_number(microseconds(clock.now()), self._zone), "reason": reason, "asks": 1}
        self._database.writing().execute(self._count, row)
