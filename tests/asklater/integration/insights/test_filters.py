"""The query in the query string: what it selects, what is wrong with it, and that nothing breaks the page."""

import html
import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from asklater import clock
from asklater.engine import Engine
from asklater.insights.navigation import add_tab
from asklater.insights.rollup.aggregation import rollup_of
from asklater.records.exposure import Exposure
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.page_tables import row_of, table_of
from tests.support.browsing import Browser

USUAL = "Jun 1, 2026 to Jun 30, 2026"
WRONG = (
    ("from=2026-06-20&to=2026-06-10", "From: the first day must not come after the last day.", "2026-06-20"),
    ("from=", "From: enter year, month and day", 'name="from"'),
    ("from=2025-05-26&to=2026-06-30", "From: a range has at most 400 days.", "2025-05-26"),
    ("to=2026-02-30", "To: enter year, month and day", "2026-02-30"),
    ("from=yesterday", "From: enter year, month and day", "yesterday"),
    ("from=20260601", "From: enter year, month and day", "20260601"),
    ("from=2026-07-01", "From: that day has not come yet. Today is 2026-06-30 (UTC).", "2026-07-01"),
    ("from=2026-06-01&to=9999-12-31", "From: a range has at most 400 days.", "9999-12-31"),
    ("from=0001-01-01", "From: enter a day from 2000-01-01 on.", "0001-01-01"),
    ("context=nowhere", "Context: choose one from the list.", '<option value="nowhere" selected>'),
    ("field=shoe_size", "Field: choose one from the list.", '<option value="shoe_size" selected>'),
    ("people=aliens", "People: choose one from the list.", '<option value="aliens" selected>'),
    ("people=", "People: choose one from the list.", "(empty)"),
    ("variant=wording:loud", "Variant: choose one from the list.", '<option value="wording:loud" selected>'),
    ("device=toaster", "Device: choose one from the list.", '<option value="toaster" selected>'),
    ("visitor=ghost", "Visitor: choose one from the list.", '<option value="ghost" selected>'),
    ("compare=never", "Compare with: choose one from the list.", '<option value="never" selected>'),
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
    for address in re.findall(r'(?<!chip chip-set" )href="(/insights[^"#]*\?[^"]*)"', page):
        wanted = (
            "people=real"
            if re.search("/(cells|fields|contexts)/", address)
            else "context=publish&amp;field=email&amp;people=real"
        )
        assert wanted in address
    assert "/insights/episodes.csv?from=2026-06-05&amp;to=2026-06-20" in page


@pytest.mark.thorough
def test_the_filters_select(pm: Browser, people: Callable[..., None]) -> None:
    people(60, simulated=True)
    assert "Send a letter</a>" in pm.get("/insights").text
    only = pm.get("/insights?context=publish&field=picture").text
    assert "Send a letter</a>" not in only
    assert "Publish</a>" in only
    assert "No data yet" in pm.get("/insights?people=real").text


@pytest.mark.thorough
def test_devices_visitors_and_variants_select(pm: Browser, engine: Engine) -> None:
    exposures = (Exposure(device="phone"), Exposure(device="desktop", variant="wording:loud"))
    with clock.at(NOW - 3 * engine.manifest.window):
        for exposure, count in zip(exposures, (5, 7), strict=True):
            with engine.database.unit_of_work():
                for _ in range(count):
                    engine.episodes.see(record_arrival(engine.database), "publish", ["email"], exposure=exposure)
    rollup_of(engine).run()
    asks = {
        "": 12,
        "device=phone": 5,
        "device=desktop": 7,
        "visitor=new": 12,
        "variant=wording:loud": 7,
        "variant=-": 5,
    }
    for query, count in asks.items():
        assert (
            row_of(table_of(pm.get(f"/insights?{query}").text, "Asks per field and context"), "Publish")[1:3]
            == [str(count)] * 2
        ), query
    assert "No data yet" in pm.get("/insights?visitor=returning").text
    page = pm.get("/insights?variant=wording:loud&device=desktop").text
    assert '<option value="wording:loud" selected>wording:loud (no longer declared)' in page
    assert "Device: Desktop" in page.split("filters-fold")[0], "the chips say what is set"


def test_what_is_no_longer_declared_can_still_be_chosen(pm: Browser, engine: Engine) -> None:
    with engine.database.unit_of_work(), clock.at(NOW - 3 * engine.manifest.window):
        for _ in range(5):
            engine.episodes.see(record_arrival(engine.database), "fax", ["nickname"])
    waiting = pm.get("/insights?field=nickname&context=fax")
    assert waiting.status_code == 200, "known although the worker has not counted it"
    rollup_of(engine).run()
    page = pm.get("/insights").text
    assert '<option value="nickname">nickname (no longer declared)' in page
    assert '<option value="fax">fax (no longer declared)' in page


def test_presets_and_tabs_keep_the_other_filters(pm: Browser) -> None:
    page = html.unescape(pm.get("/insights?from=2026-06-05&device=phone&visitor=new&compare=previous").text)
    kept = "device=phone&visitor=new&compare=previous"
    for days in ("from=2026-06-24&to=2026-06-30", "from=2026-06-01&to=2026-06-30", "from=2026-04-02&to=2026-06-30"):
        assert f'href="/insights?{days}&{kept}"' in page
    assert f'href="/insights/matrix?from=2026-06-05&{kept}"' in page
    assert '<a class="chip" href="/insights" data-in-place>Clear all filters</a>' in page


@pytest.mark.thorough
def test_the_tabs_lead_to_every_page_and_mark_the_current_one(pm: Browser, dashboard: Flask) -> None:
    add_tab(dashboard, 99, "insights.live", lambda: "One more")
    page = pm.get("/insights/matrix").text.split('aria-label="Insights"')[1].split("</nav>")[0]
    groups = re.findall(r'<p class="tab-group-label"[^>]*>([^<]+)</p>(.*?)</ul>', page, re.DOTALL)
    assert {label: re.findall(r"<a [^>]*>([^<]+)</a>", tabs) for label, tabs in groups} == {
        "Figures": ["Overview", "Attention", "Matrix", "Fields", "Contexts", "Live", "Links", "One more"],
        "Experiments and goals": ["Experiments", "Changes", "Goals", "What if"],
        "Sign-up": ["Form", "Price", "Questions", "Recovery"],
    }
    assert re.findall(r'aria-current="page">([^<]+)', page) == ["Matrix"]
    for url in re.findall(r'href="([^"]+)"', page):
        assert pm.get(url).status_code == 200
    inside = pm.get("/insights/fields/email").text
    assert 'aria-current="true">Fields</a>' in inside


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
        "variant": st.text() | st.just("-"),
        "device": st.text() | st.just("phone"),
        "visitor": st.text() | st.just("new"),
        "compare": st.text() | st.just("previous"),
        "newest": st.text() | st.integers().map(str),
        "state": st.text(),
        "paused": st.text(),
    },
)


@pytest.mark.thorough
@hypothesis_settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(arguments, st.sampled_from(["/insights", "/insights/live", "/insights/episodes.csv"]), st.booleans())
def test_no_query_string_breaks_a_page(pm: Browser, given_: dict[str, str], url: str, htmx: bool) -> None:
    headers = {"HX-Request": "true"} if htmx else {}
    query = urlencode(given_, errors="surrogatepass")
    assert pm.get(f"{url}?{query}", headers=headers).status_code in {200, 303, 422}
