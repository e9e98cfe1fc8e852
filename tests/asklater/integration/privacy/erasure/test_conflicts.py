"""PRIVACY 12: what was moved from one row to another opens nowhere, and whoever meets it is told what happened."""

import logging

import pytest
from flask import Flask
from sqlalchemy import select, update

from asklater.database.access import Database
from asklater.tables import answer
from tests.support.people import browser_of, settle


@pytest.mark.parametrize("path", ["/account", "/account/data"])
def test_a_page_that_meets_it_says_so(whole_app: Flask, path: str, caplog: pytest.LogCaptureFixture) -> None:
    ada, eve = settle(whole_app), settle(whole_app, "eve@x.example")
    database: Database = whole_app.extensions["asklater.database"]
    of_field = answer.c.field == "email"
    with whole_app.app_context(), database.unit_of_work():
        of_ada = select(answer.c.value).where(of_field, answer.c.subject_id == ada).scalar_subquery()
        database.writing().execute(update(answer).where(of_field, answer.c.subject_id == eve).values(value=of_ada))
    with caplog.at_level(logging.ERROR):
        page = browser_of(whole_app, eve).get(path)
    assert page.status_code == 503
    assert "cannot be opened" in page.text
    assert "ada@x.example" not in page.text
    assert f"{eve}:answer:email" in caplog.text
    assert browser_of(whole_app, ada).get(path).status_code == 200
