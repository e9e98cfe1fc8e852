"""Assessments per purpose: where they lie, which is missing, and which is to be reviewed."""

from datetime import timedelta

import pytest

from asklater import clock
from tests.support.browsing import Browser, went_to

PATH = "/officer/assessments/asking/lia"


def given(**more: str) -> dict[str, str]:
    today = clock.now().date()
    days = {"assessed_on": today.isoformat(), "review_on": (today + timedelta(days=3)).isoformat()}
    return {"title": "Weighing of asking", "url": "https://files.x.example/lia?x=1", **days, **more}


def test_a_missing_one_is_shown_until_it_is_noted_and_due_when_its_day_comes(officer: Browser) -> None:
    page = officer.get("/officer/assessments").text
    assert page.count("Missing: the purpose rests on legitimate interests.") == 2
    assert "Asking no more than needed: no assessment of the legitimate interest" in officer.get("/officer").text
    assert went_to(officer.post(PATH, given())) == "/officer/assessments"
    page = officer.get("/officer/assessments").text
    assert page.count("Missing:") == 1
    assert 'href="https://files.x.example/lia?x=1"' in page
    assert "Asking no more than needed: review “Weighing of asking”" in officer.get("/officer").text
    assert "Weighing of asking" in officer.get("/officer/assessments.csv").text
    assert 'value="Weighing of asking"' in officer.get(PATH).text
    assert went_to(officer.post(PATH, given(title="Anew", url=""))) == "/officer/assessments"
    assert "Weighing of asking" not in officer.get("/officer/assessments").text
    officer.post(PATH, {"remove": "yes"})
    assert officer.get("/officer/assessments").text.count("Missing:") == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"url": "javascript:alert(1)"},
        {"url": "https://"},
        {"assessed_on": "2090-01-01"},
        {"review_on": "2020-01-01"},
        {"review_on": ""},
    ],
)
def test_what_is_wrong_stands_beside_its_input(officer: Browser, wrong: dict[str, str]) -> None:
    page = officer.post(PATH, given(**wrong))
    assert page.status_code == 422
    assert page.text.count('aria-invalid="true"') == 1


def test_an_impact_is_assessed_of_any_purpose_and_of_no_unknown_one(officer: Browser) -> None:
    assert went_to(officer.post("/officer/assessments/account/dpia", given())) == "/officer/assessments"
    assert officer.get("/officer/assessments/nothing/dpia").status_code == 404
    assert officer.get("/officer/assessments/account/other").status_code == 404
