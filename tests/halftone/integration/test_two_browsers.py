"""Two browsers and one address, in any order of acts: whoever proves the address loses nothing of theirs, nothing else
is left under it, and in the end nothing public is under nobody's control.
"""

from datetime import timedelta
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings as examples, strategies as st

from asklater import clock
from asklater.accounts.tables import Account
from tests.halftone.integration.persons import Person
from tests.halftone.integration.shopping import Shopper
from tests.support.records import rows

ACTS = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(["share", "review", "order", "prove", "erase", "sign_out"])),
    min_size=2,
    max_size=6,
)
NUMBERS = count(1)
HELD = ("share", "review", "asklater_answer")
SLOW = examples(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _subjects(person: Person, table: str) -> set[int]:
    return {row.subject_id for row in person.rows(table)}


def _act(shop: Flask, person: Person, act: str) -> None:
    """One act, and what has to be true after it."""
    had, ordered = person.own(), len(person.rows("shop_order"))
    is_whole = "This browser only" not in person.client.get("/account/data").text
    getattr(person, act)()
    assert len(person.rows("shop_order")) == ordered + (act == "order")  # the books keep every one
    everybody = rows(shop, Account.__table__)
    accounts = [row for row in everybody if row.email == person.email]
    if act == "prove":
        assert [row.verified_at is not None for row in accounts] == [True]
        assert had <= person.own()
    if act == "erase":
        assert not person.own()
        assert not accounts or not is_whole
    for table in HELD:
        assert _subjects(person, table) <= {row.subject_id for row in everybody}, f"{table}: of nobody's account"


@pytest.mark.thorough
@SLOW
@given(acts=ACTS)
@example(acts=[("A", "share"), ("A", "review"), ("B", "prove"), ("B", "erase")])
@example(acts=[("A", "order"), ("B", "prove"), ("A", "share"), ("A", "prove"), ("B", "erase")])
@example(acts=[("B", "prove"), ("A", "share"), ("A", "order"), ("B", "erase")])
@example(acts=[("A", "share"), ("A", "sign_out"), ("A", "prove"), ("B", "prove")])
def test_nothing_is_left_and_nothing_is_lost(shop: Flask, acts: list[tuple[str, str]]) -> None:
    email = f"ada{next(NUMBERS)}@x.example"
    browsers = {name: Person(shop, email) for name in "AB"}
    began = clock.now() + timedelta(days=2 * next(NUMBERS))
    for place, (name, act) in enumerate(acts):
        with clock.at(began + timedelta(hours=2 * place)):  # the allowances of what came before are over
            _act(shop, browsers[name], act)
    with clock.at(began + timedelta(days=100)):
        for job in ("prune_accounts", "finish_retained"):
            shop.extensions["asklater.jobs"].runs[job]()
        proved = {row.subject_id for row in rows(shop, Account.__table__) if row.verified_at}
        for table in HELD:
            assert _subjects(browsers["A"], table) <= proved, f"{table}: under nobody's control"


@pytest.mark.thorough
def test_an_order_on_its_way_keeps_its_address_until_it_has_arrived(shop: Flask, plain: Shopper) -> None:
    plain.buy()
    began = clock.now()
    owner = Person(shop, "ada@x.example")
    owner.prove()
    (order,) = plain.rows("shop_order")
    assert order.address is not None
    assert _subjects(plain, "asklater_answer") == _subjects(plain, "asklater_account")  # all else of it is gone
    for days, is_kept in ((29, True), (31, False)):
        with clock.at(began + timedelta(days=days)):
            shop.extensions["asklater.jobs"].runs["finish_retained"]()
        (order,) = plain.rows("shop_order")
        assert (order.address is not None) is is_kept
    assert order.subject_id not in {row.id for row in plain.rows("asklater_subject") if row.data_key is not None}
