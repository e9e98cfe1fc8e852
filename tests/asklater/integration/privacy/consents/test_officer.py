"""The officer sees how many people say yes to today's terms, and of how few nothing is told."""

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.privacy.consents.officer import count_consents
from asklater.subjects.rights import restrict
from tests.asklater.integration.privacy.conftest import Reopened
from tests.support.people import settle, somebody

BY_MAIL = ('reason = "Now and then."', 'reason = "Now and then."\nsettings = { confirmed_by = "verified_email" }')
OTHER = (
    'reason = "Now and then."',
    'reason = "Every morning."\nsettings = { text = "Yes", confirmed_by = "verified_email" }',
)


def engine_of(app: Flask) -> Engine:
    engine: Engine = app.extensions["asklater.engine"]
    return engine


def people(app: Flask, first: int, last: int, *, proved: bool, given: bool = True) -> list[int]:
    numbers = [settle(app, f"p{number}@x.example", proved=proved) for number in range(first, last)]
    with app.app_context(), engine_of(app).database.unit_of_work():
        for number in numbers:
            engine_of(app).change(number, "news", {"given": given})
    return numbers


def counted(app: Flask) -> dict[str, int]:
    with app.app_context(), engine_of(app).database.unit_of_work():
        counts: dict[str, int] = count_consents(engine_of(app))["news"]
    return counts


@pytest.mark.thorough
def test_people_are_counted_by_how_their_yes_stands(reopened: Reopened) -> None:
    with reopened(BY_MAIL) as app:
        proved = people(app, 0, 7, proved=True)
        people(app, 10, 16, proved=False)
        people(app, 20, 22, proved=True, given=False)
        with app.app_context(), engine_of(app).database.unit_of_work():
            restrict(engine_of(app), proved[0])
        assert counted(app) == {"given": 6, "pending": 6, "outdated": 0}
        officer = somebody(app, "officer@x.example", "privacy_officer", factor=True)
        row = officer.get("/officer/consents.csv").text.splitlines()[1]
        assert row.endswith(",6,6,0")
        assert "In force" in officer.get("/officer/consents").text
    with reopened(OTHER) as app:
        assert counted(app) == {"given": 0, "pending": 0, "outdated": 12}
        app.extensions["asklater.jobs"].runs["end_outdated_consents"]()
        assert counted(app) == {"given": 0, "pending": 0, "outdated": 12}
        people(app, 30, 32, proved=True)
        officer = somebody(app, "other@x.example", "privacy_officer", factor=True)
        assert ",fewer than 5,0,12" in officer.get("/officer/consents.csv").text
