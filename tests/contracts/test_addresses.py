"""Outward addresses are built in one place, and a number in an address is one that a row can have."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.routing import Rule

from asklater import http
from asklater.accounts.roles import ROLES
from asklater.settings import Settings
from tests.contracts.files import name_of, texts
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.demo import EVERYTHING, WHOLE_MANIFEST
from tests.support.paths import ROOT
from tests.support.people import settle

WEBAPP = [path for path in texts(".py") if ROOT / "webapp" in path.parents]
PAGES = [path for path in texts(".html", ".txt", ".xml") if "templates" in path.parts]
ONE_PLACE = "webapp/asklater/http.py"
AS_SENT = frozenset({"host_url", "url_root", "base_url", "root_url"})
"""What a request tells of its own host."""
SUSPECT = re.compile(r"_external|_scheme\b|request\.(url|host)\b|" + "|".join(AS_SENT))
FEW = ("0", "-1", "2147483648", "9" * 20)
NUMBERS = (*FEW, "1", "007", "2147483647", "9223372036854775808", "9" * 5000, "\u0663", "1e3")
NUMBER = f"<{http.RowNumber.name}:"
IN_QUERIES = frozenset({"page", "before", "version", "newest", "run", "number", "id", "days", "from", "to", "at"})


def from_the_host(source: str) -> Iterator[int]:
    """The lines that build an address from the host that was sent: `_external=True`, `request.url` and its like."""
    if not SUSPECT.search(source):
        return
    tree = ast.parse(source)
    own = {id(node) for given in ast.walk(tree) if _is_given_request(given) for node in ast.walk(given)}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in {"_external", "_scheme"}:
            yield node.value.lineno
        if isinstance(node, ast.Attribute):
            of_request = isinstance(node.value, ast.Name) and node.value.id == "request" and id(node) not in own
            if node.attr in AS_SENT or (of_request and node.attr == "url"):
                yield node.lineno


def _is_given_request(node: ast.AST) -> bool:
    """Whether it is a function whose `request` is an argument: one that goes out, not the one that came in."""
    return isinstance(node, ast.FunctionDef) and any(given.arg == "request" for given in node.args.args)


@pytest.mark.parametrize(
    "source",
    [
        "url_for('x', _external=True)",
        "a = request.host_url",
        "flask.request.url_root",
        "request.url",
        "r.base_url + p",
    ],
)
def test_an_address_from_the_host_that_was_sent_is_noticed(source: str) -> None:
    assert list(from_the_host(source)) == [1]


@pytest.mark.thorough
def test_no_address_is_built_from_the_host_that_was_sent() -> None:
    wrong = [
        f"{name_of(path)}:{line}"
        for path in WEBAPP
        if name_of(path) != ONE_PLACE
        for line in from_the_host(path.read_text("utf-8"))
    ]
    assert wrong == [], "build it by asklater.http.absolute_url"
    assert len(WEBAPP) > 100


def test_no_template_does_so_either() -> None:
    assert [name_of(path) for path in PAGES if SUSPECT.search(path.read_text("utf-8"))] == []
    assert len(PAGES) > 50


def test_every_number_in_a_route_is_one_that_a_row_can_have() -> None:
    """Flask's own `int` takes any, and what no column holds is an error of the database."""
    plain = re.compile(r"<\s*(int|float)\s*(\(.*?\))?:")
    assert [name_of(path) for path in WEBAPP if plain.search(path.read_text("utf-8"))] == []
    typed = re.compile(r"args\.get\([^)]*type=int|int\(request\.")
    assert [name_of(path) for path in WEBAPP if typed.search(path.read_text("utf-8"))] == [], (
        "use http.number_argument"
    )


@pytest.fixture
def everything(settings: Settings) -> Iterator[Flask]:
    with lent(replace(settings, manifest=WHOLE_MANIFEST), [*EVERYTHING, "tests.support.people"]) as app:
        yield app


@pytest.fixture
def browsers(everything: Flask) -> Mapping[str, Browser]:
    """A visitor, an account and each role of the staff."""
    found = {"visitor": Browser(everything)}
    for role in ("", *ROLES):
        number = settle(everything, f"{role or 'owner'}@y.example", role)
        browser = found[role or "owner"] = Browser(everything)
        browser.get(f"/door/{number}?proved&factor")
    return found


def addresses(rule: Rule, numbers: Iterable[str]) -> Iterator[str]:
    """A route's addresses with each of the numbers; its other variables are made up."""
    for number in numbers:
        yield re.sub(r"<[^>]+>", "made-up", re.sub(rf"{NUMBER}\w+>", number, rule.rule))


@pytest.mark.parametrize(
    ("roles", "numbers"),
    [(("owner", "admin"), FEW), pytest.param(("visitor", "owner", *ROLES), NUMBERS, marks=pytest.mark.thorough)],
    ids=["few", "all"],
)
def test_no_number_in_an_address_is_an_error_of_ours(
    everything: Flask, browsers: Mapping[str, Browser], roles: tuple[str, ...], numbers: tuple[str, ...]
) -> None:
    rules = [rule for rule in everything.url_map.iter_rules() if NUMBER in rule.rule]
    assert len(rules) >= 11
    wrong = []
    for role in roles:
        browser = browsers[role]
        for rule in rules:
            for url in addresses(rule, numbers):
                for method in {"GET", "POST"} & (rule.methods or set()):
                    status = (browser.get(url) if method == "GET" else browser.post(url)).status_code
                    if status >= 500:
                        wrong.append(f"{method} {url[:80]} as {role}: {status}")
    assert wrong == []


@pytest.mark.thorough
def test_no_number_in_a_query_is_an_error_of_ours(everything: Flask, browsers: Mapping[str, Browser]) -> None:
    everything.extensions["asklater.jobs"].beat()  # or /readyz says that no worker is alive
    pages = [rule.rule for rule in everything.url_map.iter_rules() if "GET" in (rule.methods or set())]
    with everything.app_context():
        everything.extensions["asklater.jobs"].beat()  # a worker is alive, so the application is ready
    wrong = []
    for number in ("-1", "9" * 20, "9" * 5000):
        query = dict.fromkeys(IN_QUERIES, number)
        for role in ("pm", "privacy_officer", "admin"):
            for url in [re.sub(r"<[^>]+>", "1", page) for page in pages if "static" not in page]:
                status = browsers[role].get(url, query_string=query).status_code
                if status >= 500:
                    wrong.append(f"{url} with {number[:22]} as {role}: {status}")
    assert wrong == []


def test_an_application_keeps_its_own_converters(everything: Flask) -> None:
    converters = everything.url_map.converters
    assert converters["int"] is not http.RowNumber
    assert converters[http.RowNumber.name] is http.RowNumber
