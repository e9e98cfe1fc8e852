"""The page of the pattern: every statement has its state, and whatever can be tried opens."""

import html
import re

import pytest
from flask import Flask
from pydantic import ValidationError

from halftone.demo.pattern import Statement, Try, read
from halftone.settings import ROOT
from tests.support.browsing import Browser

PATTERN = read(ROOT / "seed_data" / "pattern.toml")
STATEMENTS = [one for group in PATTERN.groups for one in group.statements]
TRIALS = sorted({(one.tries.path, one.tries.as_persona) for one in STATEMENTS if one.tries})


def test_the_page_says_every_statement_and_its_limit(visitor: Browser) -> None:
    page = html.unescape(visitor.get("/pattern").text)
    for one in STATEMENTS:
        assert one.says in page
        assert one.how in page
        assert one.limit in page
    for system in PATTERN.systems:
        assert system.choose in page
    assert f"{len(STATEMENTS)} statements" in page


@pytest.mark.thorough
@pytest.mark.parametrize(("path", "persona"), TRIALS, ids=[f"{path} {persona}".strip() for path, persona in TRIALS])
def test_what_can_be_tried_opens(visitor: Browser, path: str, persona: str) -> None:
    page = visitor.get("/pattern").text
    if persona:
        assert f'action="/demo/as/{persona}"' in page
        answered = visitor.post(f"/demo/as/{persona}", {"path": path})
        assert (answered.status_code, answered.location) == (303, path)
    else:
        assert re.search(rf'<a href="{re.escape(path)}" aria-label="Try it: ', page)
    opened = visitor.get(path)
    if opened.status_code == 303:  # signing in is the prompt of an action
        opened = visitor.get(opened.location)
    assert opened.status_code == 200


def test_becoming_somebody_leads_nowhere_else(visitor: Browser) -> None:
    for path in ("/staff/events", "//elsewhere.example", "https://elsewhere.example/insights", ""):
        assert visitor.post("/demo/as/pm", {"path": path}).location == "/insights"


def test_the_footer_leads_there_in_demo_mode_only(visitor: Browser, production_shop: Flask) -> None:
    assert 'href="/pattern"' in visitor.get("/").text
    client = production_shop.test_client()
    assert client.get("/pattern").status_code == 404
    assert 'href="/pattern"' not in client.get("/").text


def test_a_statement_cannot_boast() -> None:
    with pytest.raises(ValidationError, match="say what 'It does all' lacks"):
        Statement(says="It does all", state="partly", tries=Try(path="/"))
    with pytest.raises(ValidationError, match="tried where it is shown"):
        Statement(says="It does all", state="shown")
    with pytest.raises(ValidationError, match="tried where it is shown"):
        Statement(says="It does all", state="missing", limit="All of it.", tries=Try(path="/"))
