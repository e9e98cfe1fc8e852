"""PRIVACY 12: what was moved from one row to another opens nowhere, and whoever meets it is told what happened."""

import logging

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.people import browser_of, settle
from webapp.db import Database
from webapp.profiling.tables import answer


@pytest.mark.parametrize("path", ["/account", "/account/data"])
def test_a_page_that_meets_it_says_so(house: Flask, path: str, caplog: pytest.LogCaptureFixture) -> None:
    ada, eve = settle(house), settle(house, "eve@x.example")
    database: Database = house.extensions["database"]
    of_field = answer.c.field == "email"
    with house.app_context(), database.unit_of_work():
        of_ada = select(answer.c.value).where(of_field, answer.c.subject_id == ada).scalar_subquery()
        database.writing().execute(update(answer).where(of_field, answer.c.subject_id == eve).values(value=of_ada))
    with caplog.at_level(logging.ERROR):
        page = browser_of(house, eve).get(path)
    assert page.status_code == 503
    assert "does not open" in page.text
    assert "ada@x.example" not in page.text
    assert f"{eve}:answer:email" in caplog.text
    assert browser_of(house, ada).get(path).status_code == 200
