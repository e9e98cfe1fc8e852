"""The overview follows by itself: quiet while nothing changes, and pausable."""

import html
import re
from collections.abc import Callable

import pytest

from asklater import clock
from asklater.engine import Engine
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.conftest import NOW
from tests.support.browsing import Browser


@pytest.mark.thorough
def test_a_poll_without_news_changes_nothing(pm: Browser, people: Callable[..., None]) -> None:
    people(40)
    poll = _poll_url(pm.get("/insights?people=real&compare=previous").text)
    assert "people=real&compare=previous&state=" in poll
    pm.htmx = True
    assert pm.get(poll).status_code == 204
    assert pm.get(poll).text == ""


@pytest.mark.thorough
def test_a_poll_with_news_brings_the_figures_alone_and_says_so(
    pm: Browser, engine: Engine, people: Callable[..., None]
) -> None:
    people(40)
    poll = _poll_url(pm.get("/insights").text)
    with engine.database.unit_of_work(), clock.at(NOW - 3 * engine.manifest.window):
        engine.episodes.see(record_arrival(engine.database), "publish", ["email"])
    pm.htmx = True
    answer = pm.get(poll)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="overview"')
    assert re.search(r'data-announce="The figures have changed: \d+ asks, [\d.]+% completed\."', answer.text)
    assert "filterbar" not in answer.text
    assert pm.get(_poll_url(answer.text)).status_code == 204


def test_a_fresh_ask_changes_the_page_too(pm: Browser, engine: Engine, people: Callable[..., None]) -> None:
    people(40)
    poll = _poll_url(pm.get("/insights").text)
    with engine.database.unit_of_work():
        engine.episodes.see(record_arrival(engine.database), "publish", ["email"])
    pm.htmx = True
    assert pm.get(poll).status_code == 200


def test_paused_it_asks_no_more_and_goes_on_again(pm: Browser) -> None:
    page = pm.get("/insights?people=real").text
    assert 'data-hx-trigger="every 10s"' in page
    paused = pm.get("/insights?people=real&paused=1").text
    assert "every 10s" not in paused
    assert "Paused: the figures do not update." in paused
    onwards = re.search(r'id="overview-pause"[^>]*data-hx-get="([^"]+)"', paused)
    assert onwards is not None
    pm.htmx = True
    assert 'data-hx-trigger="every 10s"' in pm.get(html.unescape(onwards[1])).text


def _poll_url(page: str) -> str:
    found = re.search(r'id="overview"[^>]*data-hx-get="([^"]+)"', page)
    assert found is not None
    return html.unescape(found[1])
