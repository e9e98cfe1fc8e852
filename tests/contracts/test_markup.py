"""The check of every page's markup finds each fault that it is there for."""

import pytest

from tests.support.markup import markup_faults

PAGE = "<!doctype html><html><head><title>t</title></head><body>{}</body></html>"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<p id="a"></p><p id="a"></p>', "the id a is there twice"),
        ('<time datetime="2026-06-30T12:00:00.123456+00:00">now</time>', "datetime is too fine"),
        ("<div><title>Error: t</title></div>", "a title in the middle of the page"),
        ('<nav aria-label="Pages"></nav><form aria-label="Pages"></form>', "landmarks of one name: Pages"),
        (
            '<section aria-labelledby="h"><h2 id="h">Asks <b>now</b></h2></section>'
            '<div class="table-frame" role="region" aria-label="Asks now"></div>',
            "landmarks of one name: Asks now",
        ),
        ('<button aria-label="Remove the mark">Take away</button>', "a name that does not begin with “Take away”"),
    ],
)
def test_each_fault_is_found(body: str, fault: str) -> None:
    assert [found.startswith(fault) for found in markup_faults(PAGE.format(body))] == [True]


@pytest.mark.parametrize(
    "body",
    [
        '<time datetime="2026-06-30T12:00:00+00:00">now</time>',
        "<svg><title>A drawing</title></svg>",
        '<nav aria-label="Pages"></nav><form aria-label="Filters"></form>',
        '<button aria-label="End the session: Linux">End</button><a aria-label="What is “Asks”?" href="#a">?</a>',
    ],
)
def test_what_is_sound_is_not_found(body: str) -> None:
    assert markup_faults(PAGE.format(body)) == []


def test_a_fragment_may_bring_the_title_of_its_page() -> None:
    assert markup_faults("<title>Error: t</title><form></form>") == []
