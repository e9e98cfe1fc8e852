"""What every template keeps to: the content policy, translation, length, and the local network."""

import re
from pathlib import Path

import pytest

from tests.contracts.files import name_of
from tests.support.paths import ROOT

FOLDERS = (ROOT / "webapp" / "asklater" / "templates", ROOT / "templates")
TEMPLATES = sorted(path for folder in FOLDERS for path in folder.rglob("*") if path.is_file())
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]
MOST_LINES = 80
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
TAG = re.compile(r"<[^<>]*>", re.DOTALL)
ATTRIBUTE = r"""[\s"'](?:{})\s*="""
FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "an inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(ATTRIBUTE.format("style"), re.IGNORECASE),
    "an event attribute": re.compile(ATTRIBUTE.format("on[a-z]+"), re.IGNORECASE),
    "hx-on": re.compile(r"hx-on\b", re.IGNORECASE),
    "an expression for htmx": re.compile(r"""["'](?:js|javascript):""", re.IGNORECASE),
    "an htmx attribute without data-": re.compile(ATTRIBUTE.format("hx-[a-z:-]+"), re.IGNORECASE),
}
KEYS = re.compile(r"""["'](?:style|on[a-z]+|hx-[a-z:-]+)["']\s*:""")
PIECES = re.compile(r"\{%-? macro _\w+[^%]*%\}[^<]*?\{%-? endmacro -?%\}")
"""A private macro without a tag makes a piece of an attribute, not words."""
ADDRESS = re.compile(r"""\s(?:href|src|action|poster|srcset|data-hx-(?:get|post))=["']([^"']*)""")
WORDS_IN_ATTRIBUTE = re.compile(r"""\s(aria-label|title|alt|placeholder|data-announce)=["']\s*[A-Za-z]""")
TRANSLATED = re.compile(r"""(?<![\w.])(?:_|gettext|ngettext)\((?!\s*(['"])(?:(?!\1).)*\1\s*[,)])""")
UNITS = frozenset({"UTC", "CSV", "JSON", "EUR"})


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=name_of)


def source(path: Path) -> str:
    return COMMENT.sub("", path.read_text("utf-8"))


def faults(text: str) -> list[str]:
    """What the policy forbids, in the markup and in the attributes that macros are given."""
    given = ["an attribute given to a macro"] if any(KEYS.search(part) for part in JINJA.findall(text)) else []
    return given + [name for name, pattern in FORBIDDEN.items() if pattern.search(JINJA.sub("", text))] + _trusts(text)


def _trusts(text: str) -> list[str]:
    return ["a filter that trusts text"] if re.search(r"\|\s*safe\b|autoescape\s+false", text) else []


def untranslated(text: str) -> list[str]:
    """The words that stand in the text as they are."""
    bare = TAG.sub(" ", JINJA.sub(" ", PIECES.sub(" ", text)))
    bare = re.sub(r"""[\w-]+="[^"]*"?""", " ", bare)  # of a macro that writes attributes
    return [word for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"&[a-z]+;", " ", bare)) if word not in UNITS]


@each(PAGES)
def test_nothing_that_the_policy_forbids(path: Path) -> None:
    assert faults(source(path)) == []


@each(TEMPLATES)
def test_a_template_is_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES


@each(PAGES)
def test_it_reaches_for_nothing_elsewhere(path: Path) -> None:
    foreign = [url for url in ADDRESS.findall(source(path)) if url and not url.startswith(("/", "#", "{", "mailto:"))]
    assert foreign == []
    assert "//" not in re.sub(r"https?://www\.w3\.org/\S*", "", "".join(ADDRESS.findall(source(path))))


@each(PAGES)
def test_it_is_a_page_or_a_fragment(path: Path) -> None:
    fragment = path.name.startswith("_") or path.parent.name == "components" or path.name == "frame.html"
    assert fragment is not source(path).lstrip().startswith("{% extends")


@each(TEMPLATES)
def test_every_word_is_translated_from_a_fixed_string(path: Path) -> None:
    text = source(path)
    assert untranslated(text) == []
    assert not WORDS_IN_ATTRIBUTE.search(text)
    assert not TRANSLATED.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>x()</script>",
        "<STYLE>p{}</STYLE>",
        '<p style="color:red">',
        "<a onclick='x()'>",
        '<a data-hx-on:click="x">',
        "<form data-hx-vals='js:{a: 1}'>",
        '<form hx-post="/x">',
        "{{ text|safe }}",
        "{{ button('x', attrs={'onclick': 'x()'}) }}",
    ],
)
def test_the_rules_notice(text: str) -> None:
    assert faults(text)


def test_bare_words_and_composed_strings_are_noticed() -> None:
    assert untranslated("<p>Hello {{ name }}</p>") == ["Hello"]
    assert untranslated("<p>{{ _('Hello') }} · 12 UTC</p>") == []
    assert TRANSLATED.search("{{ _(label) }}")
    assert TRANSLATED.search("{{ _('a' ~ b) }}")
    assert not TRANSLATED.search("{{ _('%(n)s of %(all)s', n=1, all=2) }}{{ _(\"it's\") }}")


OF_PEOPLE = re.compile(
    r"\{\{ (?:\w+\.)*?(?:(?:by|passkey)\.name|share\.message|step\.note|(?:cell|one)\.text|(?:held|field)\.value) \}\}"
)
ISOLATED = re.compile(r'(?:dir="auto"[^>]*>|<bdi>|\w="[^"<>]*)$')


def test_what_people_wrote_runs_in_its_own_direction_and_moves_nothing_beside_it() -> None:
    """A name in Hebrew or Arabic would else put the words around it into another order."""
    wrong, found = [], 0
    for path in PAGES:
        text = path.read_text("utf-8")
        for match in OF_PEOPLE.finditer(text):
            found += 1
            if not ISOLATED.search(text[: match.start()]):
                wrong.append(f"{name_of(path)}: {match.group()}")
    assert wrong == []
    assert found > 5
