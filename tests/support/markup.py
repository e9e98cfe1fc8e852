"""What is wrong with the markup of a page or a fragment, of the kinds that a checker of HTML or of accessibility once
found here.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

IDS = re.compile(r'\sid="([^"]*)"')
FINE_TIMES = re.compile(r'\sdatetime="([^"]*\.\d{4,}[^"]*)"')
"""A fraction of a second has at most three digits there."""
DRAWINGS = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
HEAD = re.compile(r"<head>.*?</head>", re.DOTALL)
LANDMARKS = re.compile(r'<(?:nav|form|section|aside|div(?=[^>]*\srole="region"))\b([^>]*)>')
NAME = re.compile(r'\saria-label="([^"]*)"')
NAMED_BY = re.compile(r'\saria-labelledby="([^" ]*)"')
CONTROLS = re.compile(r'<(a|button|summary)\b([^>]*\saria-label="[^>]*)>(.*?)</\1>', re.DOTALL)
TAGS = re.compile(r"<[^>]*>")
LETTER = re.compile(r"[^\W\d_]")


def markup_faults(text: str) -> list[str]:
    return [*_ids(text), *_times(text), *_titles(text), *_landmarks(text), *_names(text)]


def _ids(text: str) -> Iterator[str]:
    """A label or a link to an id that is there twice leads astray."""
    yield from (f"the id {each} is there twice" for each, count in Counter(IDS.findall(text)).items() if count > 1)


def _times(text: str) -> Iterator[str]:
    yield from (f"datetime is too fine: {each}" for each in FINE_TIMES.findall(text))


def _titles(text: str) -> Iterator[str]:
    """A fragment tells htmx the page's title; within a page there is no place for one."""
    if "<html" in text and "<title>" in DRAWINGS.sub("", HEAD.sub("", text)):
        yield "a title in the middle of the page"


def _landmarks(text: str) -> Iterator[str]:
    """Whoever goes by landmarks hears their names alone."""
    names = Counter(name for attributes in LANDMARKS.findall(text) if (name := _name(attributes, text)))
    yield from (f"landmarks of one name: {name}" for name, count in names.items() if count > 1)


def _name(attributes: str, text: str) -> str:
    if said := NAME.search(attributes):
        return _words(said[1])
    named_by = NAMED_BY.search(attributes)
    if named_by is None:
        return ""
    found = re.search(rf'<(\w+)[^>]*\sid="{re.escape(named_by[1])}"[^>]*>(.*?)</\1>', text, re.DOTALL)
    return _words(found[2]) if found else ""


def _names(text: str) -> Iterator[str]:
    """Whoever speaks to the page says what stands there, so a name begins with it."""
    for _tag, attributes, content in CONTROLS.findall(text):
        label, shown = NAME.search(attributes), _words(content)
        if label and LETTER.search(shown) and not _words(label[1]).startswith(shown):
            yield f"a name that does not begin with “{shown}”: {_words(label[1])}"


def _words(markup: str) -> str:
    return re.sub(r"\s+", " ", unescape(TAGS.sub(" ", markup))).strip()
