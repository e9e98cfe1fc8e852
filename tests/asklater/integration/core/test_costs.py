"""What a gate costs: statements, and bytes over the wire."""

import gzip
from typing import Any

import pytest
from flask import Flask, before_render_template

from asklater import layout
from asklater.database.access import Database
from asklater.tables import prompt
from tests.support.answers import ada
from tests.support.browsing import Browser
from tests.support.records import rows, statements

BUDGET = 1536
"""Bytes of a prompt's fragment, compressed."""


def test_a_clear_gate_asks_one_statement(workshop: Flask) -> None:
    person = Browser(workshop)
    person.post("/publish")
    person.answer(ada())
    person.get("/account")  # the browser comes with its new session, which is noted once
    token = person.csrf_token()
    with statements(workshop) as sent:
        person.client.post("/publish", data={"text": "again", "csrf_token": token})
    assert len(sent) == 1, sent


def test_a_gate_that_requires_nothing_asks_none_for_a_visitor(workshop: Flask) -> None:
    person = Browser(workshop)
    token = person.csrf_token()
    with statements(workshop) as sent:
        person.client.post("/look", data={"csrf_token": token})
    assert sent == []


def test_a_prompt_costs_as_many_statements_for_three_fields_as_for_one(workshop: Flask) -> None:
    person = Browser(workshop)
    person.post("/look")
    person.get("/ask/sign_up")
    token = person.csrf_token()
    with statements(workshop) as first:
        person.client.post("/publish", data={"csrf_token": token})
    with statements(workshop) as again:
        person.client.post("/publish", data={"csrf_token": token})
    with statements(workshop) as one:
        person.client.post("/letters", data={"csrf_token": token})
    assert len(first) == len(one) == 3  # who, the prompt, its episodes
    assert len(again) == 2  # who, one more impression of each


def test_prompts_are_light(workshop: Flask) -> None:
    person = Browser(workshop, htmx=True)
    together = person.post("/publish")
    person.post("/letters")
    address = person.answer({"answer.email": "ada@x.example"})
    for page in (together, address):
        assert len(gzip.compress(page.data)) <= BUDGET


def test_a_fragment_asks_no_feature_for_the_links_of_a_frame(workshop: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(layout, "_links_of", lambda bar: asked.append(bar) or [])
    assert Browser(workshop, htmx=True).post("/publish").status_code == 200
    assert asked == []
    assert Browser(workshop).post("/publish").status_code == 200
    assert sorted(asked) == [layout.FOOTER, layout.NAVIGATION]


def test_no_prompt_is_drawn_in_a_transaction(workshop: Flask) -> None:
    """On SQLite all others wait for whoever is writing."""
    database: Database = workshop.extensions["asklater.database"]
    seen: list[tuple[bool, int]] = []

    def look(_app: Flask, **_more: Any) -> None:
        seen.append((database.is_in_transaction, len(rows(workshop, prompt))))

    with before_render_template.connected_to(look, workshop):
        assert Browser(workshop).post("/publish").status_code == 200
    assert seen == [(False, 1)]
