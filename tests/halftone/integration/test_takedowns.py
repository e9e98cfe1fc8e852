"""What people share and write in the shop can be taken down by its address, and put back as it was."""

from typing import Any

import pytest
from flask import Flask

from asklater.engine import Engine
from tests.halftone.integration.publishing import reviewed, shared, stored
from tests.support.browsing import Browser


@pytest.fixture
def engine(shop: Flask) -> Engine:
    found: Engine = shop.extensions["asklater.engine"]
    return found


def within(shop: Flask, engine: Engine, key: str, verb: str, *arguments: Any) -> Any:
    """What a verb of a publication gives back."""
    with shop.test_request_context(), engine.database.unit_of_work():
        return getattr(engine.registry.publications[key], verb)(*arguments)


def author(shop: Flask, plain: Browser, key: str) -> tuple[dict[str, Any], str, str]:
    """Publish; the row, the name of the thing, and the address at which it is seen."""
    if key == "shares":
        path = shared(plain)
        [row] = stored(shop, "share")
        return row, row["public_id"], path
    reviewed(plain)
    [row] = stored(shop, "review")
    return row, str(row["product_id"]), f"/products/late-sun#review-{row['id']}"


@pytest.mark.parametrize(("key", "table"), [("shares", "share"), ("reviews", "review")])
def test_it_is_found_taken_down_and_put_back_as_it_was(
    shop: Flask, plain: Browser, engine: Engine, key: str, table: str
) -> None:
    row, name, path = author(shop, plain, key)
    number = row["subject_id"]
    assert within(shop, engine, key, "url", number, name) == path
    assert within(shop, engine, key, "find", f"https://shop.example{path}") == (number, name)
    assert within(shop, engine, key, "find", "https://shop.example/products/late-sun") is None
    saved = within(shop, engine, key, "save", number, name)
    within(shop, engine, key, "take_down", number, name)
    assert stored(shop, table) == []
    assert within(shop, engine, key, "put_back", number, name, saved) is True
    assert [{**one, "id": row["id"]} for one in stored(shop, table)] == [row]
    assert within(shop, engine, key, "put_back", number, name, saved) is False


def test_nothing_leads_to_what_is_gone(shop: Flask, plain: Browser, engine: Engine) -> None:
    row, name, path = author(shop, plain, "reviews")
    within(shop, engine, "reviews", "take_down", row["subject_id"], name)
    assert within(shop, engine, "reviews", "find", path) is None
    assert within(shop, engine, "reviews", "url", row["subject_id"], name) == ""
    assert within(shop, engine, "shares", "find", "/shares/made-up") is None
