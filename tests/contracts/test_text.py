"""What no file of the project holds: unfinished business, and traces of the machine that it was written on."""

import re

import pytest

from asklater.assets import LIBRARY
from tests.contracts.files import texts
from tests.support.paths import ROOT

UNFINISHED = re.compile(r"\b(?:TO" + "DO|FIX" + r"ME|XX" + r"X|HAC" + r"K)\b")
MACHINE = re.compile(r"(?<![\w.:/\]])/(?:home|Users|root|work|tmp|mnt)/[\w.-]+")
LOCKS = ("requirements.lock", "requirements-dev.lock")
VENDORED = LIBRARY / "vendor"


def traces(text: str) -> list[str]:
    return [*UNFINISHED.findall(text), *MACHINE.findall(text)]


@pytest.mark.thorough
def test_nothing_is_unfinished_and_nothing_names_a_machine() -> None:
    ours = [path for path in texts() if not path.is_relative_to(VENDORED)]
    found = {str(path.relative_to(ROOT)): traces(path.read_text("utf-8")) for path in ours}
    assert {name: traces for name, traces in found.items() if traces} == {}
    assert len(found) > 100


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_hashes_and_no_host(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    pins = re.findall(r"^([a-z0-9-]+)==\S+", text, re.MULTILINE)
    assert len(pins) > 40
    assert text.count("--hash=sha256:") >= len(pins)
    assert not re.search(r"https?:|file:|--(?:extra-)?index|--find-links|@", text)


def test_the_lock_of_the_journeys_provider_holds_hashes_and_no_host() -> None:
    text = (ROOT / "tests" / "e2e" / "provider" / "package-lock.json").read_text("utf-8")
    assert text.count('"integrity": "sha512-') > 40
    assert '"resolved"' not in text


def test_the_locks_agree() -> None:
    runtime, dev = (set(re.findall(r"^\S+==\S+", (ROOT / name).read_text("utf-8"), re.MULTILINE)) for name in LOCKS)
    assert runtime < dev


def test_the_rules_notice() -> None:
    assert traces("# TO" + "DO: later")
    assert traces("open('/ho" + "me/ada/file')")
    assert not traces("https://example.com/ho" + "me/page")
