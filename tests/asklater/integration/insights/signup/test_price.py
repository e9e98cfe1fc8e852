"""The calculator's page: shared by its address, in place with htmx, and whole without it."""

from dataclasses import replace

import pytest
from flask import Flask

from asklater.insights.signup.forms import read_price_form
from asklater.insights.signup.presenters import price_page
from asklater.insights.signup.price import ARTICLE, FormSize, MeasuredRates
from tests.asklater.integration.insights.page_tables import tables
from tests.support.browsing import Browser

ASKED = "/insights/sign-up/price?fields=3&loss=12,5&visitors=10%20000&rate=40&worth=20&spend=30000&currency=CHF"


def test_the_address_says_it_all(pm: Browser) -> None:
    page = pm.get(ASKED).text
    says = (
        "With 3 fields: 3,062 sign-ups a month, 938 fewer than with one field alone (23.4%), "
        "which is CHF\u00a018,750 a month."
    )
    assert page.count(says) == 3, "as a sentence, announced, and in the chart"
    for typed in ('value="3"', 'value="12,5"', 'value="10 000"', 'value="CHF"'):
        assert typed in page
    [[_head, *lines]] = tables(page)
    assert len(lines) == 10
    assert lines[2] == ["3", "3,062", "2,890–3,610", "CHF 61,250", "938", "23.4%", "CHF 18,750", "CHF 9.80"]
    assert "Winning one sign-up costs CHF\u00a09.80, in the place of CHF\u00a07.50 with one field alone." in page
    assert page.count('class="chart-mark"') == 1
    assert 'href="/insights/sign-up?fields=3&amp;optional=0&amp;visitors=10000' in page


def test_it_begins_with_one_field_more_than_there_are(pm: Browser) -> None:
    page = pm.get("/insights/sign-up/price").text
    assert "With 2 fields: 3,600 sign-ups a month" in page
    assert "An assumption, not a finding" in page
    assert "Winning one sign-up costs €5.56, in the place of €5 with one field alone." in page
    assert "With the one field: 4,000 sign-ups a month" in pm.get("/insights/sign-up/price?fields=1").text


@pytest.mark.parametrize("url", ["/insights/sign-up/price", "/insights/sign-up"])
def test_the_article_is_quoted_as_it_says_and_named(pm: Browser, url: str) -> None:
    page = pm.get(url).text
    assert "5% to 15% of completions are lost for each additional required field" in page
    assert "a form of 7 fields is completed 30% to 60% as often as one of a single field, so that 40% to 70%" in page
    assert "a form of 7 fields is completed 38% to 74% as often" in page
    assert "We found no primary source for either." in page
    assert f'<a href="{ARTICLE.url}">{ARTICLE.title}</a></cite>, by guptadeepak, updated May 15, 2026.' in page
    for source in ("Art. 5(1)(c) GDPR", "Forrester and Baymard", "The documentation of Auth0"):
        assert source in page


def test_optional_fields_are_kept_apart_from_required_ones(pm: Browser) -> None:
    page = pm.get("/insights/sign-up/price?fields=2&optional=1&optional_loss=5").text
    assert "With 2 required fields and 1 optional one: 3,420 sign-ups a month, 580 fewer" in page
    assert "as 10.0% for a required field, and as 5.0% for an optional one" in page
    [[_head, one, *_more]] = tables(page)
    assert one[:2] == ["1", "3,800"]
    rows = pm.get("/insights/sign-up/price.json?fields=2&optional=1&optional_loss=5").get_json()["rows"]
    assert [(row["fields"], row["optional"]) for row in rows[:2]] == [(1, 1), (2, 1)]


def test_bad_input_is_told_at_its_input_and_nothing_is_worked_out(pm: Browser) -> None:
    page = pm.get("/insights/sign-up/price?loss=much&fields=3&currency=%3Cb%3E")
    assert page.status_code == 422
    assert "<title>Error: The price of a sign-up field" in page.text
    assert page.text.count('<div class="error-summary"') == 1
    assert 'value="much"' in page.text
    assert 'value="&lt;b&gt;"' in page.text
    assert page.text.count('aria-invalid="true"') == 1
    assert "Correct the fields above" in page.text
    assert tables(page.text) == []


@pytest.mark.thorough
def test_in_place_the_form_takes_no_focus_from_whoever_fills_it_in(dashboard: Flask, pm: Browser) -> None:
    pm.htmx = True
    part = pm.get(ASKED)
    assert part.status_code == 200
    assert part.text.lstrip().startswith("<title>The price of a sign-up field")
    assert "<html" not in part.text
    wrong = pm.get("/insights/sign-up/price?loss=much")
    assert wrong.status_code == 422
    assert "error-summary" not in wrong.text
    assert 'data-announce="There is a problem: Lost per further required field' in wrong.text


def test_what_was_measured_is_preferred_in_the_words_too(dashboard: Flask) -> None:
    measured = MeasuredRates("one or two", {FormSize(1): 0.5, FormSize(2): 0.4})
    typed = read_price_form({}, FormSize(2))
    with dashboard.test_request_context():
        page = price_page(replace(typed), measured, lists_errors=True)
    assert page.result is not None
    assert "Measured by your experiment “one or two”" in page.result.evidence
    assert page.result.rows[1][:3] == ("2, measured", "4,000", "–")
    assert "assumption of 10.0%" in page.result.evidence
