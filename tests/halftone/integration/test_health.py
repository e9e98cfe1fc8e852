"""What a load balancer asks, and the demo's own drawings."""

import pytest
from flask import Flask

from asklater import Database
from tests.support.browsing import Browser


def test_health(shop: Flask) -> None:
    healthy = Browser(shop).get("/healthz")
    assert (healthy.status_code, healthy.get_json()) == (200, {"status": "ok"})
    assert "Retry-After" not in healthy.headers


def test_health_without_a_database(shop: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process answers; it is sent no people until the database is back."""
    gone = Database(f"sqlite:///{shop.root_path}")  # a folder is no database
    monkeypatch.setitem(shop.extensions, "asklater.database", gone)
    assert Browser(shop).get("/healthz").get_json() == {"status": "ok"}
    ill = Browser(shop).get("/readyz")
    assert (ill.status_code, list(ill.get_json()["lacking"])) == (503, ["database"])


def test_drawings_are_compressed(shop: Flask) -> None:
    drawing = Browser(shop).get("/static/favicon.svg", headers={"Accept-Encoding": "gzip"})
    assert drawing.headers["Content-Encoding"] == "gzip"
