"""The question in the query string: what it selects, what is wrong with it, and that nothing breaks the page."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from tests.browsing import Browser

USUAL = "Jun 1, 2026 to Jun 30, 2026"
WRONG = (
    ("from=2026-06-20&to=2026-06-10", "From: the first day must not come after the last day.", "2026-06-20"),
    ("from=", "From: enter year, month and day", 'name="from"'),
    ("from=2025-05-26&to=2026-06-30", "From: a range has at most 400 days.", "2025-05-26"),
    ("to=2026-02-30", "To: enter year, month and day", "2026-02-30"),
    ("from=yesterday", "From: enter year, month and day", "yesterday"),
    ("from=20260601", "From: enter year, month and day", "20260601"),
    ("to=2026-07-01", "To: that day has not come yet. Today is 2026-06-30 (UTC).", "2026-07-01"),
    ("from=0001-01-01", "From: enter a day from 2000-01-01 on.", "0001-01-01"),
    ("context=nowhere", "Context: choose one from the list.", '<option value="nowhere" selected>'),
    ("field=shoe_size", "Field: choose one from the list.", '<option value="shoe_size" selected>'),
    ("people=aliens", "People: choose one from the list.", '<option value="aliens" selected>'),
    ("people=", "People: choose one from the list.", "(empty)"),
)


@pytest.mark.parametrize(("query", "words", "kept"), WRONG)
def test_bad_input_is_told_beside_its_input_and_kept(pm: Browser, query: str, words: str, kept: str) -> None:
    page = pm.get(f"/insights?{query}")
    assert page.status_code == 422
    assert "<title>Error: Insights" in page.text
    assert page.text.count(words) == 2, "once in the summary, once at the input"
    assert kept in page.text
    assert 'aria-invalid="true"' in page.text
    assert USUAL in page.text


@pytest.mark.parametrize("query", ["", "from=2026-06-01", "from=2026-06-01&to=2026-06-30", "to=2026-06-30"])
def test_the_usual_range_is_the_last_thirty_days(pm: Browser, query: str) -> None:
    page = pm.get(f"/insights?{query}")
    assert page.status_code == 200
    assert USUAL in page.text


def test_where_only_the_last_day_is_given_the_range_is_as_long_as_usual(pm: Browser) -> None:
    assert "Apr 2, 2026 to May 1, 2026" in pm.get("/insights?to=2026-05-01").text


def test_what_was_typed_is_escaped(pm: Browser) -> None:
    query = urlencode({"from": '"><script>alert(1)</script>', "field": "{{7*7}}<b>", "people": "'\x00\r\n"})
    page = pm.get(f"/insights?{query}").text
    assert "<script>alert" not in page
    assert "<b>" not in page.split("</form>")[0]
    assert "{{7*7}}" in page


def test_a_link_shares_the_view(pm: Browser, people: Callable[..., None]) -> None:
    people(30)
    page = pm.get("/insights?from=2026-06-05&to=2026-06-20&context=publish&field=email&people=real").text
    for address in re.findall(r'href="(/insights[^"#]*\?[^"]*)"', page):
        wanted = "people=real" if "/cells/" in address else "context=publish&amp;field=email&amp;people=real"
        assert wanted in address
    assert "/insights/episodes.csv?from=2026-06-05&amp;to=2026-06-20" in page


def test_the_filters_select(pm: Browser, people: Callable[..., None]) -> None:
    people(60, simulated=True)
    assert "Send a letter</th>" in pm.get("/insights").text
    only = pm.get("/insights?context=publish&field=picture").text
    assert "Send a letter</th>" not in only
    assert "Publish</th>" in only
    assert "Nothing to count yet" in pm.get("/insights?people=real").text


def test_a_file_that_was_asked_wrongly_leads_to_the_page_that_says_so(pm: Browser) -> None:
    answer = pm.get("/insights/episodes.csv?from=tomorrow&endpoint=x&_external=1&_scheme=y")
    assert answer.status_code == 303
    assert answer.location == "/insights?from=tomorrow&endpoint=x&_external=1&_scheme=y"
    assert "From: enter year" in pm.get(answer.location).text


days = st.one_of(st.dates().map(str), st.text(), st.sampled_from(["", "2026-06-31", "9999-12-31", "٢٠٢٦-٠٦-٠١"]))
arguments = st.fixed_dictionaries(
    {},
    optional={
        "from": days,
        "to": days,
        "context": st.text() | st.just("publish"),
        "field": st.text() | st.just("email"),
        "people": st.text() | st.sampled_from(["all", "real", "simulated"]),
        "newest": st.text() | st.integers().map(str),
        "state": st.text(),
        "paused": st.text(),
    },
)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(arguments, st.sampled_from(["/insights", "/insights/live", "/insights/episodes.csv"]), st.booleans())
def test_no_query_string_breaks_a_page(pm: Browser, given_: dict[str, str], url: str, htmx: bool) -> None:
    headers = {"HX-Request": "true"} if htmx else {}
    query = urlencode(given_, errors="surrogatepass")
    assert pm.get(f"{url}?{query}", headers=headers).status_code in {200, 303, 422}
