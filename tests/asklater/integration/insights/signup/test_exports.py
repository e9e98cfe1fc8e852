"""The tables of the sign-up pages as files: what the pages say, in numbers."""

import csv
import html
import re
from io import StringIO

import pytest

from asklater.insights.labels import percent, whole_number
from tests.asklater.integration.insights.page_tables import table_of
from tests.support.browsing import Browser

ASSUMED = "visitors=2000&rate=40&loss=8&worth=3&currency=EUR&fields=4"


def test_the_price_is_that_of_the_page(pm: Browser) -> None:
    page = pm.get(f"/insights/sign-up/price?{ASSUMED}").text
    screen = table_of(page, "Sign-ups and money a month, by number of required fields")[1:]
    rows = _json(pm, _link(page, "price.json"))
    assert [[row["fields"], whole_number(round(row["signups"])), percent(row["share_lost"])] for row in rows] == [
        [int(shown[0]), shown[1], shown[5]] for shown in screen
    ]
    lines = list(csv.DictReader(StringIO(pm.get(_link(page, "price.csv")).data.decode("utf-8-sig"), newline="")))
    assert [line["signups"] for line in lines] == [f"{row['signups']:.6f}" for row in rows]


def test_the_form_and_its_changes_are_those_of_the_audit(pm: Browser) -> None:
    page = pm.get(f"/insights/sign-up?{ASSUMED}").text
    rows = _json(pm, _link(page, "fields.json"))
    assert len(rows) == len(table_of(page, "The fields of the sign-up form")) - 1
    assert rows[0]["costs_signups"] is None, "without the first one there is no account"
    assert pm.get("/insights/sign-up/changes.csv").text == "\ufeffat,field,what,before,after\r\n"


@pytest.mark.parametrize("form", ["csv", "json"])
def test_wrong_assumptions_are_told(pm: Browser, form: str) -> None:
    answer = pm.get(f"/insights/sign-up/price.{form}?visitors=many")
    assert answer.status_code == (303 if form == "csv" else 422)
    assert "many" in answer.location if form == "csv" else "isitors" in answer.text
    assert pm.get(f"/insights/sign-up/nothing.{form}").status_code == 404


def _link(page: str, file: str) -> str:
    found = re.search(rf'href="(/insights/sign-up/{file}[^"]*)"', page)
    assert found is not None
    return html.unescape(found[1])


def _json(pm: Browser, url: str) -> list[dict[str, float]]:
    rows: list[dict[str, float]] = pm.get(url).json["rows"]  # type: ignore[index] # a document
    return rows
