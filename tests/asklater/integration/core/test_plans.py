"""What every request asks goes by index, whatever SQLite believes of the tables: ANALYZE slows nothing down."""

import pytest
from flask import Flask

from asklater.database.access import Database
from tests.asklater.integration.accounts.test_signup import prove, sign_up
from tests.support.answers import ada
from tests.support.browsing import Browser
from tests.support.plans import gathered, note_statistics, whole_tables

SMALL = frozenset({"asklater_master_key", "asklater_application_key", "asklater_experiment_run"})
MAILBOX = "asklater_delivered_mail"
"""The demo's page of mails, which looks at the newest hundred."""
STATISTICS = [None, (1, 1), (2, 1), (90, 1), (2700, 3), (100_000, 5), (10_000_000, 40)]


@pytest.mark.thorough
@pytest.mark.parametrize("statistics", STATISTICS, ids=str)
def test_a_request_reads_no_whole_table(workshop: Flask, statistics: tuple[int, int] | None) -> None:
    database: Database = workshop.extensions["asklater.database"]
    if not database.is_sqlite:
        pytest.skip("PostgreSQL looks at its tables itself")
    with gathered(workshop) as sent:
        person = Browser(workshop)
        person.get("/")
        person.post("/publish")
        person.answer({"answer.email": "nobody"})
        person.answer(ada())
        person.post("/publish")
        person.get("/desk")
        person.get("/account")
        person.get("/account/security")
        prove(sign_up(Browser(workshop), "eve@x.example"))
    assert len(sent) > 20
    assert any("asklater_rate_allowance" in statement for statement in sent)
    note_statistics(database, *(statistics or [None]))
    try:
        assert whole_tables(database, sent, SMALL | {MAILBOX}) == set()
    finally:
        note_statistics(database, None)
