"""Several prompts on one page have nothing in common: whatever names an element finds the one of its own form."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

from tests.support.browsing import Browser

NAMING = ("for", "aria-describedby", "aria-labelledby", "href", "data-hx-target")
SLOTS = ("prompt-slot-publish-1", "prompt-slot-publish-2", "elsewhere")
PAGE = "".join(f'<div id="{slot}">%s</div>' for slot in SLOTS)


class _Elements(HTMLParser):
    """Each id, and each naming of one, with the section in which it stands."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[tuple[str, int]] = []
        self.named: list[tuple[str, str, int]] = []
        self.names: list[str] = []
        self._section = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._section += tag == "section"
        for name, value in attrs:
            if name == "id":
                self.ids.append((value or "", self._section))
            if name in NAMING and (name != "href" or (value or "").startswith("#")):
                self.named += [(name, each.removeprefix("#"), self._section) for each in (value or "").split()]
            if name == "name":
                self.names.append(value or "")


def _prompts(browser: Browser) -> list[str]:
    """What stands in each slot, with an error each, and the two background prompts of the desk."""
    found = []
    for slot in SLOTS:
        browser.htmx = True
        browser.post("/publish", headers={"HX-Target": f"div#{slot}"})
        action, hidden = browser.forms()[-1]
        found.append(browser.post(action, hidden, headers={"HX-Target": f"div#{slot}"}).text)
    browser.htmx = False
    return found


def test_whatever_is_named_stands_in_the_same_prompt(writer: Callable[..., Browser]) -> None:
    browser = writer()
    page = browser.get("/desk").text + PAGE % tuple(_prompts(browser))
    assert page.count('class="prompt"') == len(SLOTS)
    assert page.count('class="background"') == 1
    assert page.count("error-summary") == len(SLOTS)
    elements = _Elements(page)
    places = dict(elements.ids)
    assert len(places) == len(elements.ids)
    inside = [(name, of, places.get(of), section) for name, of, section in elements.named if section]
    assert [it for it in inside if it[2] != it[3] and not (it[0] == "data-hx-target" and it[1] in SLOTS)] == []
    assert {name for name, *_ in inside} == set(NAMING)
    assert max(elements.names.count(name) for name in elements.names if name.startswith("answer.")) == len(SLOTS)


def test_a_prompt_keeps_its_ids_when_it_comes_back(writer: Callable[..., Browser]) -> None:
    browser = writer(htmx=True)
    browser.post("/publish", headers={"HX-Target": f"div#{SLOTS[1]}"})
    first = re.findall(r' id="(prompt-[^"]*)"', browser.page.text if browser.page else "")
    action, hidden = browser.forms()[-1]
    again = browser.post(action, hidden, headers={"HX-Target": f"div#{SLOTS[1]}"}).text
    assert set(first) <= set(re.findall(r' id="(prompt-[^"]*)"', again))
