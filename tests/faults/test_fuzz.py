"""Every route, as every role, with requests that nobody should send: none is answered by an error of ours.

FAULT_REQUESTS says how many in all, FAULT_SEED repeats a run.
"""

import logging
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from asklater import clock
from asklater.accounts.roles import ROLES
from asklater.settings import Settings
from tests.faults.nonsense import Nonsense, any_request, cookies, filled
from tests.faults.page_forms import Form, forms_on
from tests.support.applications import opened
from tests.support.browsing import Browser
from tests.support.demo import EVERYTHING, WHOLE_MANIFEST
from tests.support.people import settle

pytestmark = pytest.mark.faults
REQUESTS = int(os.environ.get("FAULT_REQUESTS", "100000"))
SEED = int(os.environ.get("FAULT_SEED", "0")) or Random().randrange(10**9)
PEOPLE = ("visitor", "customer", *ROLES)
STAY = 40
"""Requests of one person in a row, before another comes or the same signs in anew."""
WORK_EVERY = 1000
"""Requests after which every job of the worker runs once."""
KNOWN = {
    "slug": ("late-sun", "fern-study", "sunday-table"),
    "field": ("email", "display_name", "picture", "shipping_address", "news_by_email", "payment_method", "phone"),
    "action": ("sign_up", "checkout", "share", "add_to_cart"),
    "context": ("sign_up", "checkout"),
    "key": ("visitor", "customer", "payment_promise"),
    "prompt": ("after_order", "communication_preferences"),
    "kind": ("rectification", "erasure", "access", "objection"),
    "table": ("episodes", "fields"),
    "form": ("csv", "json"),
    "lost": ("mail", "phone", "factor"),
    "number": ("1", "2", "3", "17"),
    "provider": ("nobody",),
    "filename": ("favicon.svg", "css/base.css"),
}


class Complaints(logging.Handler):
    """The errors that the application logs while it answers or works, with how often each came."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(
            f"{record.getMessage()}\n{logging.Formatter().formatException(record.exc_info)}"
            if record.exc_info
            else record.getMessage()
        )


@pytest.fixture
def shop(settings: Settings) -> Iterator[Flask]:
    with opened(replace(settings, manifest=WHOLE_MANIFEST), [*EVERYTHING, "tests.support.people"]) as app:
        assert app.test_cli_runner().invoke(args=["demo", "load", "--without-history"]).exit_code == 0
        yield app


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    handler = Complaints()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


@dataclass
class Person:
    """One of the cast at work: their browser, and the forms of the page before them."""

    role: str
    browser: Browser
    here: str = "/"
    forms: Sequence[Form] = ()
    trail: list[str] = field(default_factory=list)
    """What they did, for whoever looks for the reason of an error."""


def test_no_request_is_an_error_of_ours(shop: Flask, complaints: Complaints) -> None:
    print(f"FAULT_SEED={SEED} FAULT_REQUESTS={REQUESTS}")
    chance, statuses, wrong = Random(SEED), Counter[int](), dict[str, str]()
    rules = [rule for rule in shop.url_map.iter_rules() if rule.endpoint != "door.enter"]
    moment = datetime(2026, 11, 30, 12, tzinfo=UTC)
    person = None
    for count in range(REQUESTS):
        moment += timedelta(seconds=chance.choice((0, 1, 20)))
        with clock.at(moment):
            if count % WORK_EVERY == WORK_EVERY - 1:
                wrong |= _work(shop)
            if person is None or count % STAY == 0:
                person = _come_in(shop, chance)
            sent = _draw(chance, person, rules)
            complaints.told.clear()
            answer, error = _send(person, sent)
        status = answer.status_code if answer else 0
        person.trail.append(f"{status} {str(sent)[:200]}")
        statuses[status] += 1
        if not answer or status >= 500 or complaints.told:
            if answer and status == 503 and "Retry-After" in answer.headers:
                continue
            reason = error or "\n".join(complaints.told) or f"{status} without a word"
            wrong.setdefault(
                _kind_of(reason),
                f"#{count} as {person.role}: {status} {sent}\n{reason[-3000:]}\n" + "\n".join(person.trail),
            )
    print(dict(sorted(statuses.items())))
    if wrong:
        told = "\n\n".join(wrong.values())
        pytest.fail(f"{len(wrong)} kinds of error, FAULT_SEED={SEED}\n\n{told}", pytrace=False)


def _come_in(app: Flask, chance: Random) -> Person:
    """Somebody new, or staff; a door is kept for them."""
    role, browser = chance.choice(PEOPLE), Browser(app)
    if role != "visitor":
        number = settle(app, f"{role}-{chance.randrange(10**12)}@y.example", "" if role == "customer" else role)
        browser.get(f"/door/{number}?proved&factor")
    if chance.random() < 0.1:
        browser.client.set_cookie(*cookies(chance))
    return Person(role, browser)


def _draw(chance: Random, person: Person, rules: Sequence[Rule]) -> Nonsense:
    token = person.browser.csrf_token()
    forms = [form for form in person.forms if urlsplit(form.action).netloc == ""]
    if forms and chance.random() < 0.6:
        return filled(chance, chance.choice(forms), person.here, token)
    return any_request(chance, rules, KNOWN, token)


def _send(person: Person, sent: Nonsense) -> tuple[TestResponse | None, str]:
    """The answer, read to its end; or what came instead of one."""
    try:
        with person.browser.client.open(sent.path, method=sent.method, **sent.more) as answer:
            text = answer.get_data().decode("utf-8", "replace")
    except Exception as error:
        return None, f"{type(error).__name__}: {error}\n{_trace(error)}"
    if answer.status_code in {301, 302, 303} and answer.headers.get("Location", "").startswith("/"):
        person.here = answer.headers["Location"]
        person.forms = [Form(person.here, "GET")]
    elif answer.mimetype == "text/html" and answer.status_code < 500:
        found = forms_on(text)
        if found:
            person.forms, person.here = found, sent.path
    return answer, ""


def _work(app: Flask) -> dict[str, str]:
    """What fails when the worker does all that it has to do; by kind."""
    wrong = {}
    for name, run in app.extensions["asklater.jobs"].runs.items():
        try:
            run()
        except Exception as error:
            wrong[f"job {name}"] = f"job {name}: {type(error).__name__}: {error}\n{_trace(error)[-3000:]}"
    return wrong


def _kind_of(reason: str) -> str:
    """Errors of the same last two places are one."""
    places = [line.strip() for line in reason.splitlines() if line.lstrip().startswith("File ")]
    return "|".join(places[-2:]) or reason[:80]


def _trace(error: Exception) -> str:
    return logging.Formatter().formatException((type(error), error, error.__traceback__))
