"""`demo load` and `demo remove`: once loaded nothing changes, and only what is simulated goes."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from asklater.accounts.tables import Account
from asklater.engine import Engine
from asklater.tables import answer, answer_event, prompt, prompt_field, subject
from halftone.demo.history import Shopper
from halftone.tables import OrderRow, ProductRow
from tests.support.browsing import Browser
from tests.support.databases import all_tables

pytestmark = pytest.mark.usefixtures("short_seed")


@pytest.mark.thorough
def test_loading_brings_products_personas_and_shoppers(shop: Flask, engine: Engine) -> None:
    told = _run(shop, "load")
    assert "28 products are in the catalogue." in told
    assert "4 personas were settled." in told
    count = _simulated(engine)
    assert 20 < count < 120
    assert f"{count} simulated shoppers were drawn." in told
    assert _products(engine) == 28


@pytest.mark.thorough
def test_loading_again_says_so_and_changes_nothing(shop: Flask, engine: Engine) -> None:
    _run(shop, "load")
    before = _everything(engine)
    told = _run(shop, "load")
    assert "The personas were settled already." in told
    assert "The history is loaded already" in told
    assert _everything(engine) == before


@pytest.mark.thorough
def test_without_history_there_are_no_shoppers_until_they_are_asked_for(shop: Flask, engine: Engine) -> None:
    assert "simulated" not in _run(shop, "load", "--without-history")
    assert _simulated(engine) == 0
    _run(shop, "load")
    assert _simulated(engine) > 0


@pytest.mark.thorough
def test_removing_takes_the_simulated_out_and_nobody_else(shop: Flask, engine: Engine) -> None:
    _run(shop, "load")
    real = Browser(shop)
    real.get("/ask/sign_up")
    real.answer({"answer.email": "real.person@post.example"})
    count = _simulated(engine)
    assert f"{count} simulated shoppers were removed." in _run(shop, "remove")
    left = {row.id for row in engine.database.reading().execute(select(subject.c.id))}
    assert len(left) == 5  # four personas and the real person
    assert len(list(engine.database.reading().execute(select(OrderRow.id)))) == 1  # a persona's
    for table in (answer, answer_event, prompt, prompt_field, Account.__table__, OrderRow.__table__):
        assert {row.subject_id for row in engine.database.reading().execute(select(table))} <= left
    assert "real.person@post.example" in real.get("/account").text
    assert _products(engine) == 28
    assert "There are no simulated shoppers." in _run(shop, "remove")


@pytest.mark.thorough
def test_what_was_removed_can_be_loaded_again(shop: Flask, engine: Engine) -> None:
    _run(shop, "load")
    count = _simulated(engine)
    _run(shop, "remove")
    _run(shop, "load")
    assert _simulated(engine) == count


@pytest.mark.thorough
def test_an_interrupted_history_leaves_nothing(shop: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    lives = Shopper.life
    begun: list[Shopper] = []

    def interrupted(shopper: Shopper) -> Any:
        begun.append(shopper)
        if len(begun) > 30:
            raise KeyboardInterrupt
        return lives(shopper)

    monkeypatch.setattr(Shopper, "life", interrupted)
    shop.test_cli_runner().invoke(args=["demo", "load"])
    assert len(begun) == 31
    assert _simulated(engine) == 0


def _run(shop: Flask, *words: str) -> str:
    done = shop.test_cli_runner().invoke(args=["demo", *words])
    assert done.exit_code == 0, done.output
    return str(done.output)


def _simulated(engine: Engine) -> int:
    return len(list(engine.database.reading().execute(select(subject.c.id).where(subject.c.simulated))))


def _products(engine: Engine) -> int:
    return len(list(engine.database.reading().execute(select(ProductRow.id))))


def _everything(engine: Engine) -> dict[str, list[Any]]:
    return {table.name: sorted(map(repr, engine.database.reading().execute(select(table)))) for table in all_tables()}
