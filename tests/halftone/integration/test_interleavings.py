"""Two browsers, one address, and every order in which their acts can fall: after each act nothing public is under
nobody's control, no browser shows what another one's person did, what is said to be held is what is held, and nobody
loses an order, a payment or a consent that is not theirs to lose.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from asklater import clock
from asklater.accounts.personal_tables import MARKED
from asklater.accounts.sessions import SESSION_TABLE
from asklater.accounts.tables import Account
from asklater.engine import Engine
from asklater.messages.sealing import address_mark
from asklater.personal_tables import row_counts
from asklater.tables import prompt, subject
from halftone.orders import ON_ITS_WAY
from halftone.tables import CartLineRow, OrderLineRow, OrderRow, reviews, shares
from tests.halftone.integration.persons import Person
from tests.halftone.integration.shopping import Shopper
from tests.support.records import rows
from tests.support.snapshots import Snapshot, put_back, snapshot

ADDRESS = "ada@x.example"
COOKIES = ("asklater", "asklater-visit", "asklater-device")
SHORT = [
    (("publish", "order"), ("prove", "erase")),
    (("object", "prove"), ("consent", "prove")),
]
LONG = [
    (("publish", "order"), ("publish", "prove", "erase")),
    (("fill_cart", "object", "prove"), ("consent", "prove")),
    (("publish", "order", "consent"), ("publish", "object", "prove", "erase")),
    (("consent", "fill_cart", "prove", "erase"), ("order", "publish", "prove")),
    (("object", "publish", "erase", "order"), ("consent", "prove", "publish")),
    (("order", "prove", "publish"), ("order", "prove", "erase", "publish")),
]
"""What each of the two does, in its own order."""
Cookies = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Moment:
    """Where a walk has come to: everything that is stored, in the database and in the browsers, and what was done."""

    stored: Snapshot
    cookies: Cookies
    done: tuple[tuple[str, str], ...] = ()
    claimants: frozenset[int] = frozenset()
    """Every subject that ever had an account of the address."""
    objectors: frozenset[str] = frozenset()
    """The browsers that objected to measurement."""


@dataclass
class Walk:
    """Two browsers of one address, and somebody else's, of whom nothing may change."""

    shop: Flask
    began: datetime
    browsers: dict[str, Person] = field(init=False)
    other: Person = field(init=False)

    def __post_init__(self) -> None:
        self.browsers = {name: Person(self.shop, ADDRESS, f"Ada of {name}") for name in "AB"}
        self.other = Person(self.shop, "bo@x.example", "Bo")
        for act in ("publish", "order", "prove", "consent", "fill_cart"):
            getattr(self.other, act)()
        self.others = self.counts([self.other.subject() or 0])
        self.engine: Engine = self.shop.extensions["asklater.engine"]

    # Going back and on

    def now(self) -> Moment:
        return Moment(snapshot(self.shop), {name: dict(_cookies(one)) for name, one in self.browsers.items()})

    def back_to(self, moment: Moment) -> None:
        put_back(self.shop, moment.stored)
        for name, browser in self.browsers.items():
            browser.client = self.shop.test_client()
            for cookie, value in moment.cookies[name].items():
                browser.client.set_cookie(cookie, value)

    def orders(self, moment: Moment, left: dict[str, Sequence[str]]) -> int:
        """Walk every order of what is left to do; how many acts were done."""
        acts = 0
        for name, ahead in left.items():
            if ahead:
                self.back_to(moment)
                after = self.do(moment, name, ahead[0])
                acts += 1 + self.orders(after, {**left, name: ahead[1:]})
        return acts

    def do(self, moment: Moment, name: str, act: str) -> Moment:
        """One act, an hour or two after the one before: the allowances of what came before are over."""
        browser, done = self.browsers[name], (*moment.done, (name, act))
        with clock.at(self.began + timedelta(hours=2 * len(done))):
            before = Standing.of(self)
            is_whole = "This browser only" not in browser.client.get("/account/data").text
            getattr(browser, act)()
            after, claimants = Standing.of(self), moment.claimants | self.accounts().keys()
            objectors = moment.objectors | ({name} if act == "object" else set())
            now = replace(self.now(), done=done, claimants=claimants, objectors=objectors)
            self.check(now, before, after, erased=act == "erase" and is_whole)
        return now

    # What is there

    def accounts(self) -> dict[int, Any]:
        """The accounts of the address, by their subjects."""
        return {row.subject_id: row for row in rows(self.shop, Account.__table__) if row.email == ADDRESS}

    def counts(self, subjects: Sequence[int]) -> dict[str, int]:
        """What is held of these: rows by table, without the sessions of their browsers."""
        engine: Engine = self.shop.extensions["asklater.engine"]
        tables = [one for one in engine.registry.personal_tables.values() if one.rows is not SESSION_TABLE]
        found: dict[str, int] = {}
        with self.shop.app_context(), engine.database.unit_of_work():
            for number in subjects:
                for key, many in row_counts(engine.database.reading(), tables, number).items():
                    found[key] = found.get(key, 0) + many
        return {key: many for key, many in found.items() if many}

    # What has to be true

    def check(self, now: Moment, before: "Standing", after: "Standing", *, erased: bool) -> None:
        path = " ".join(f"{name}:{act}" for name, act in now.done)
        self._public(path)
        self._apart(path)
        self._nothing_lost(path, now.done[-1], before, after, erased=erased)
        if now.done[-1][1] == "prove":
            assert [bool(row.verified_at) for row in self.accounts().values()] == [True], f"{path}: one is left"
        if erased:
            self._nothing_left(path, now)
        for name in now.objectors:
            page = self.browsers[name].client.get("/privacy/measurement").text
            assert "Your visits are not measured." in page, f"{path}: {name} objected"
            measured = {row.subject_id for row in rows(self.shop, prompt)}
            assert self.browsers[name].subject() not in measured, f"{path}: {name} objected"

    def _public(self, path: str) -> None:
        """Whatever is public is somebody's who can take it down, and is what the world sees."""
        running = {row.subject_id for row in rows(self.shop, SESSION_TABLE) if row.ended_at is None}
        proved = {row.subject_id for row in rows(self.shop, Account.__table__) if row.verified_at}
        published = [*rows(self.shop, shares), *rows(self.shop, reviews)]
        assert {row.subject_id for row in published} <= proved | running, f"{path}: under nobody's control"
        world = Shopper(self.shop)
        page = world.client.get("/products/late-sun").text
        reviewers = {row.subject_id for row in rows(self.shop, reviews)}
        for name, browser in self.browsers.items():
            assert (f"Ada of {name}" in page) <= bool(reviewers - {self.other.subject()}), f"{path}: {name}"
            assert browser.subject() not in reviewers or "Ada of" in page, path

    def _apart(self, path: str) -> None:
        """A browser that proved nothing shows what was done in it, and nothing of the other one."""
        for name, other in (("A", "B"), ("B", "A")):
            browser = self.browsers[name]
            if browser.subject() == self.browsers[other].subject():
                continue
            own = self.accounts().get(browser.subject() or 0)
            if own is not None and own.verified_at:
                continue
            for url in ("/account/data", "/account", "/orders", "/shares", "/cart"):
                assert f"Ada of {other}" not in browser.client.get(url).text, f"{path}: {name} {url}"
            if "Nothing stored yet" in browser.client.get("/account/data").text:
                number = browser.subject()
                held = self.counts([number]) if number else {}
                assert not held.keys() & {"answer", "account", "share", "review", "shop_order"}, f"{path}: {name}"

    def _nothing_lost(
        self, path: str, last: tuple[str, str], before: "Standing", after: "Standing", *, erased: bool
    ) -> None:
        assert self.counts([self.other.subject() or 0]) == self.others, f"{path}: somebody else's"
        assert before.orders.items() <= after.orders.items(), f"{path}: the books keep every order"
        assert len(after.orders) == len(before.orders) + (last[1] == "order"), path
        if before.owner is None or erased:
            return
        assert after.owner == before.owner, f"{path}: who proved the address keeps the account"
        assert before.owned_orders <= after.owned_orders, f"{path}: and the orders"
        assert before.consents <= after.consents, f"{path}: and what they consent to"
        assert last[1] == "order" or before.cart.items() <= after.cart.items(), f"{path}: and the cart"

    def _nothing_left(self, path: str, now: Moment) -> None:
        """The owner of the address erased everything: nothing is found by it, or under any number that had it."""
        assert self.accounts() == {}, path
        with self.shop.app_context(), self.engine.database.unit_of_work():
            reading = self.engine.database.reading()
            for table, mark in MARKED:
                assert reading.execute(select(table).where(mark == address_mark(ADDRESS))).first() is None, path
        for number in now.claimants:
            held = self.counts([number])
            if held:  # an order on its way, of an account that nobody proved
                assert held.keys() <= {"subject", "shop_order", "shop_order_line"}, f"{path}: {held}"
                (person,) = (row for row in rows(self.shop, subject) if row.id == number)
                assert person.erased_at is not None, path
        assert all(number not in now.claimants for number in after_public(self.shop)), path
        browser = self.browsers[now.done[-1][0]]
        assert "Nothing stored yet" in browser.client.get("/account/data").text, path


def after_public(shop: Flask) -> set[int]:
    """Whose shares and reviews there are."""
    return {row.subject_id for table in (shares, reviews) for row in rows(shop, table)}


@dataclass(frozen=True)
class Standing:
    """What stands at a moment: all orders, and what the owner of the address has, if somebody proved it."""

    orders: dict[str, tuple[int, str, int]]
    owner: int | None
    owned_orders: frozenset[str]
    consents: frozenset[str]
    cart: dict[int, int]

    @classmethod
    def of(cls, walk: Walk) -> "Standing":
        lines = [row.order_id for row in rows(walk.shop, OrderLineRow.__table__)]
        orders = rows(walk.shop, OrderRow.__table__)
        owner = next((number for number, row in walk.accounts().items() if row.verified_at), None)
        consents = frozenset[str]()
        if owner is not None:
            with walk.shop.app_context(), walk.engine.database.unit_of_work():
                consents = frozenset(key for key in ("news_by_email",) if walk.engine.consented(owner, key))
        return cls(
            {row.public_id: (row.total_cents, row.charge, lines.count(row.id)) for row in orders},
            owner,
            frozenset(row.public_id for row in orders if row.subject_id == owner),
            consents,
            {
                row.product_id: row.quantity
                for row in rows(walk.shop, CartLineRow.__table__)
                if row.subject_id == owner
            },
        )


def _cookies(browser: Person) -> Iterator[tuple[str, str]]:
    for name in COOKIES:
        found = browser.client.get_cookie(name)
        if found is not None:
            yield name, found.value


def walk_all(shop: Flask, programs: tuple[Sequence[str], Sequence[str]]) -> int:
    walk = Walk(shop, clock.now() + timedelta(days=1))
    acts = walk.orders(walk.now(), dict(zip("AB", programs, strict=True)))
    with clock.at(walk.began + ON_ITS_WAY + timedelta(days=100)):
        for job in ("prune_accounts", "finish_retained"):
            shop.extensions["asklater.jobs"].runs[job]()
        proved = {row.subject_id for row in rows(shop, Account.__table__) if row.verified_at}
        assert after_public(shop) <= proved
    return acts


@pytest.mark.thorough
@pytest.mark.parametrize("programs", SHORT, ids=[" | ".join(map("-".join, each)) for each in SHORT])
def test_every_order_of_a_few_acts(shop: Flask, programs: tuple[Sequence[str], Sequence[str]]) -> None:
    assert walk_all(shop, programs) == 18


@pytest.mark.thorough
@pytest.mark.parametrize("programs", LONG, ids=[" | ".join(map("-".join, each)) for each in LONG])
def test_every_order_of_more_acts(shop: Flask, programs: tuple[Sequence[str], Sequence[str]]) -> None:
    assert walk_all(shop, programs) >= 33
