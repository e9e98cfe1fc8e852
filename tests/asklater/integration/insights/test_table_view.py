"""The overview's table: sorted and with chosen columns by its address alone, and telling nothing that is hidden."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from asklater import clock
from asklater.engine import Engine
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.page_tables import table_of
from tests.support.browsing import Browser

CAPTION = "Asks per field and context"
FEW = "Too few people: not shown."


@pytest.fixture
def asked(engine: Engine) -> None:
    """Of three contexts one is hidden, and with it the smaller one of the others."""
    for context, persons in {"publish": 9, "send_letter": 3, "sign_up": 7, "desk": 12}.items():
        with engine.database.unit_of_work(), clock.at(NOW - 3 * engine.manifest.window):
            for _ in range(persons):
                engine.episodes.see(record_arrival(engine.database), context, ["email"])


@pytest.mark.thorough
@pytest.mark.usefixtures("asked")
def test_the_address_sorts_and_hidden_rows_stay_last(pm: Browser) -> None:
    def persons(query: str) -> list[str]:
        rows = table_of(pm.get(f"/insights?{query}").text, CAPTION)[1:]
        return [FEW if FEW in row else next(cell for cell in row if cell.isdigit()) for row in rows]

    shown = sorted(int(each) for each in persons("") if each != FEW)
    assert len(shown) >= 2
    hidden = [FEW] * (4 - len(shown))
    assert persons("sort=persons") == [*map(str, shown), *hidden]
    assert persons("sort=-persons") == [*map(str, reversed(shown)), *hidden]
    assert persons("sort=-nonsense") == persons("")


@pytest.mark.usefixtures("asked")
def test_a_head_sorts_by_its_column_and_then_the_other_way_round(pm: Browser) -> None:
    page = pm.get("/insights?device=other&sort=-persons&columns=persons,median").text
    sorted_by = re.findall(r'<th scope="col"[^>]*aria-sort="(\w+)"><a class="sort" href="([^"]+)"', page)
    assert [direction for direction, _url in sorted_by] == ["descending"]
    assert "sort=persons&columns=persons%2Cmedian" in unescape(sorted_by[0][1])
    assert "device=other" in sorted_by[0][1]
    assert 'aria-sort="ascending"' in pm.get(unescape(sorted_by[0][1])).text
    assert "Back to the order of the manifest" in page


@pytest.mark.usefixtures("asked")
def test_rows_are_sorted_by_words_too(pm: Browser) -> None:
    contexts = [row[1] for row in table_of(pm.get("/insights?sort=context").text, CAPTION)[1:]]
    assert contexts == sorted(contexts)


@pytest.mark.usefixtures("asked")
def test_columns_are_chosen_and_empty_ones_left_out(pm: Browser) -> None:
    def heads(query: str) -> list[str]:
        return [head.removesuffix(" ?") for head in table_of(pm.get(f"/insights?{query}").text, CAPTION)[0]]

    usual = heads("")
    assert "Unable" not in usual
    assert "Empty columns are left out: Completed, " in pm.get("/insights").text
    assert heads("columns=unable&columns=persons") == ["Field", "Context", "People", "Unable"]
    assert heads("columns=nonsense") == usual


def test_what_is_looked_at_is_kept_by_filters_presets_and_polls(pm: Browser, people: Callable[..., None]) -> None:
    people(30)
    page = unescape(pm.get("/insights?device=other&visitor=new&sort=-persons&columns=persons").text)
    view = "sort=-persons&columns=persons"
    assert re.search(rf'data-hx-get="/insights\?[^"]*{view}', page)
    assert re.search(rf'class="chip" href="[^"]*{view}"[^>]*>Last 7 days', page)
    assert re.search(rf'class="chip chip-set" href="[^"]*{view}"[^>]*>Device: Other', page)
    assert '<input type="hidden" name="sort" value="-persons">' in page


def test_a_chip_takes_its_own_filter_off_and_no_other(pm: Browser) -> None:
    page = unescape(pm.get("/insights?from=2026-06-05&to=2026-06-09&device=phone&compare=previous").text)
    chips = dict(re.findall(r'class="chip chip-set" href="([^"]+)" data-in-place>([^<]+)', page))
    assert {label: url.removeprefix("/insights") for url, label in chips.items()} == {
        "Jun 5, 2026 to Jun 9, 2026, UTC days": "?device=phone&compare=previous",
        "Device: Phone": "?from=2026-06-05&to=2026-06-09&compare=previous",
        "Compare with: The days before": "?from=2026-06-05&to=2026-06-09&device=phone",
    }
    assert "chip-set" not in pm.get("/insights").text


def test_htmx_gets_the_whole_page_where_it_selects_a_part_itself(pm: Browser) -> None:
    pm.htmx = True
    assert "<html" not in pm.get("/insights").text
    assert "<html" in pm.get("/insights", headers={"HX-Request-Type": "full"}).text
