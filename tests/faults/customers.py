"""Customers who shop over the wire while things break, and remember what the shop said that it has done."""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import requests

from tests.faults.page_forms import Form, forms_on
from tests.faults.shops import PATIENCE

PRODUCTS = ("late-sun", "fern-study", "sunday-table")
ANSWERS = {
    "name": "Ada Lovelace",
    "street_address": "Weg 1",
    "city": "Berlin",
    "postal_code": "10115",
    "country": "DE",
    "number": "4242424242424242",
    "expiry": "12/30",
    "code": "123",
}
ORDER = re.compile(r"/orders/[\w-]{20,}")
STEPS = 12
"""Forms in a row after which a checkout goes in circles."""
SLOWEST = 60
"""Seconds after which an answer will not come."""


@dataclass
class Journey:
    """One person's session, and what was acknowledged in it."""

    browser: requests.Session
    network: str
    email: str
    quantity: int = 0
    """Pieces that are in the cart for certain; `unsure` may be there as well, since their answer was lost."""
    unsure: int = 0
    has_answered: bool = False
    """The address was taken."""
    order: str = ""
    is_over: bool = False
    """Nothing is under way any more, whose answer was not seen."""


@dataclass
class Notes:
    """What all customers saw."""

    journeys: list[Journey] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0


class Customer(threading.Thread):
    """Shops until it is told to stop, journey after journey; then goes on with what it began, and ends."""

    def __init__(self, base: str, seed: str, notes: Notes, closing: threading.Event) -> None:
        super().__init__(name=seed, daemon=True)
        self._base, self._chance, self._notes, self._closing = base, Random(seed), notes, closing
        self._count = 0

    def run(self) -> None:
        try:
            while not self._closing.is_set():
                self._shop()
                self._closing.wait(self._chance.random() * 0.3)
        except GaveUp as error:
            self._notes.wrong.append(f"{self.name}: {error}")
        except Exception as error:
            self._notes.wrong.append(f"{self.name}: {type(error).__name__}: {error}")
            raise

    def _shop(self) -> None:
        self._count += 1
        network = ".".join(str(self._chance.randrange(1, 255)) for _ in range(4))
        journey = Journey(requests.Session(), network, f"{self.name}-{self._count}@z.example".lower())
        self._notes.journeys.append(journey)
        self._fill_cart(journey)
        if self._chance.random() < 0.8:
            self._check_out(journey)
        journey.is_over = True

    def _fill_cart(self, journey: Journey) -> None:
        slug = self._chance.choice(PRODUCTS)
        form = self._form(journey, f"/products/{slug}", "/cart")
        for _ in range(self._chance.randrange(1, 3)):
            sent = self._values(form)
            while True:
                answer = self._ask(journey, "POST", "/cart", sent)
                if answer is not None and answer.status_code == 303:
                    journey.quantity += 1
                    break
                if answer is None:
                    journey.unsure += 1
                elif answer.status_code != 503:
                    self._complain(f"cart: {answer.status_code} {_words(answer)}")
                    break

    def _check_out(self, journey: Journey) -> None:
        """Send each form until it is answered: the same one again must neither be refused nor order twice."""
        sent, asked = self._values(self._form(journey, "/cart", "/checkout")), set[str]()
        for _ in range(STEPS):
            answer = self._until_answered(journey, "POST", "/checkout", sent)
            if found := ORDER.search(answer.headers.get("Location", "")):
                journey.order = found.group()
                return
            form = next(
                (form for form in forms_on(answer.text) if any(name == "_asklater" for name, *_ in form.inputs)), None
            )
            if form is None:
                self._complain(f"checkout: {answer.status_code} {answer.headers.get('Location')} {_words(answer)}")
                return
            self._try_alternatives(journey, form)
            journey.has_answered = journey.has_answered or ("answer.email" in sent and "answer.email" not in str(form))
            sent = {**self._values(form), **self._answers(form, journey)}
            asked |= sent.keys()
        self._complain(f"the checkout goes in circles, at {sorted(name for name in sent if 'answer' in name)}")

    def _try_alternatives(self, journey: Journey, form: Form) -> None:
        """Now and then press another button first: whatever becomes of a provider, the form can be sent after it."""
        for name, value, _kind in form.inputs:
            if name == "_asklater.alternative" and value.startswith("provider-") and self._chance.random() < 0.7:
                self._ask(journey, "POST", "/checkout", {**self._values(form), name: value})

    def _answers(self, form: Form, journey: Journey) -> dict[str, str]:
        found = {}
        for name, _value, _kind in form.inputs:
            if name.startswith("answer."):
                last = name.rpartition(".")[2]
                found[name] = journey.email if last == "email" else ANSWERS.get(last, "")
        return found

    def _form(self, journey: Journey, page: str, action: str) -> Form:
        answer = self._until_answered(journey, "GET", page)
        for form in forms_on(answer.text):
            if form.action.partition("?")[0] == action:
                return form
        raise GaveUp(f"{page} has no form for {action}: {answer.status_code} {_words(answer)}")

    def _values(self, form: Form) -> dict[str, str]:
        return {name: value for name, value, kind in form.inputs if kind not in {"submit", "button"}}

    def _until_answered(self, journey: Journey, method: str, path: str, sent: Mapping[str, str] | None = None) -> Any:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = self._ask(journey, method, path, sent)
            if answer is not None and answer.status_code != 503:
                return answer
        raise GaveUp(f"{method} {path} was not answered within {PATIENCE} seconds")

    def _ask(self, journey: Journey, method: str, path: str, sent: Mapping[str, str] | None = None) -> Any:
        """The answer, which is a page or a document; None where the line was cut."""
        answer = ask(self._base, journey, method, path, sent)
        if answer is None:
            self._notes.statuses[0] += 1
            time.sleep(0.1 + self._chance.random() * 0.2)
            return None
        self._notes.statuses[answer.status_code] += 1
        self._notes.slowest = max(self._notes.slowest, answer.elapsed.total_seconds())
        if answer.status_code == 503 and "Retry-After" in answer.headers:
            time.sleep(0.1 + self._chance.random() * 0.2)
        elif answer.status_code >= 500 or answer.status_code in {400, 403, 429}:
            self._complain(f"{method} {path}: {answer.status_code} {_words(answer)}")
        return answer

    def _complain(self, words: str) -> None:
        self._notes.wrong.append(f"{self.name}: {words}")


class GaveUp(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """A customer cannot go on."""


def ask(base: str, journey: Journey, method: str, path: str, sent: Mapping[str, str] | None = None) -> Any:
    """One request as a browser sends it, redirects not followed; None where the line was cut."""
    try:
        return journey.browser.request(
            method,
            base + path,
            data=sent,
            headers={"X-Forwarded-For": journey.network},
            allow_redirects=False,
            timeout=SLOWEST,
        )
    except requests.exceptions.RequestException as error:
        if isinstance(error, requests.exceptions.ReadTimeout):
            raise GaveUp(f"{method} {path} was kept waiting for {SLOWEST} seconds") from error
        return None


def _words(answer: Any) -> str:
    plain = re.sub(r"<(script|style|nav|head)\b.*?</\1>|<[^>]*>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", plain)[:300]


@contextmanager
def shopping(base: str, seed: int, count: int = 4) -> Iterator[Notes]:
    """Customers shop as long as the block runs; after it what they began is done."""
    notes, closing = Notes(), threading.Event()
    customers = [Customer(base, f"c{seed}-{number}", notes, closing) for number in range(count)]
    for customer in customers:
        customer.start()
    try:
        yield notes
    finally:
        closing.set()
        for customer in customers:
            customer.join(PATIENCE)


def lost_or_doubled(base: str, notes: Notes) -> list[str]:
    """What the shop said that it has, and has not once. It is asked for over the wire, as those people."""
    wrong = []
    for journey in notes.journeys:
        if journey.is_over:
            wrong += [f"{journey.email}: {words}" for words in _amiss(base, journey)]
    return wrong


def _amiss(base: str, journey: Journey) -> Iterator[str]:
    def page(path: str) -> str:
        answer = ask(base, journey, "GET", path)
        return answer.text if answer is not None and answer.status_code == 200 else f"nothing: {answer}"

    orders = set(ORDER.findall(page("/orders")))
    if journey.order and orders != {journey.order}:
        yield f"{journey.order} was placed, and there are {orders or 'none'}"
    if journey.order and "Late Sun" not in (shown := page(journey.order)) and "/products/" not in shown:
        yield f"{journey.order} shows nothing"
    if not journey.order and journey.quantity:
        form = next((form for form in forms_on(page("/cart")) if form.action.startswith("/cart/lines/")), None)
        held = int(next((value for name, value, _ in form.inputs if name == "quantity"), "0")) if form else 0
        if not journey.quantity <= held <= journey.quantity + journey.unsure:
            yield f"{journey.quantity} (perhaps {journey.unsure} more) went into the cart, and {held} are in it"
    if journey.has_answered and journey.email not in page("/account/data"):
        yield "the address that was given is gone"
