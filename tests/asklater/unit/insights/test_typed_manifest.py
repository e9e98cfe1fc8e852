"""A manifest that somebody typed: what is refused before it is read, and that no text takes long to refuse."""

import time

import pytest

from asklater.checks.manifest import Finding, read
from asklater.insights.signup.what_if import (
    MOST_BYTES,
    MOST_NEEDS,
    UnusableManifest,
    decode_manifest,
    live_manifest_text,
    read_proposal,
)
from tests.support.paths import ROOT

PATH = ROOT / "tests" / "support" / "manifest.toml"
LIVE = read(PATH)
TEXT = PATH.read_text("utf-8")
LONG = MOST_BYTES - 10


def refusal(text, findings=()):
    with pytest.raises(UnusableManifest) as caught:
        read_proposal(text, LIVE, lambda _manifest: list(findings))
    return caught.value


def test_the_live_manifest_changes_nothing():
    proposal = read_proposal(TEXT, LIVE, lambda _manifest: [])
    assert proposal.comparison.is_empty
    assert proposal.warnings == ()


def test_a_warning_does_not_stop_it():
    warning = Finding("signup", "overdue", warning=True)
    assert read_proposal(TEXT, LIVE, lambda _manifest: [warning]).warnings == (warning,)


def test_a_finding_does_and_comes_with_the_warnings():
    found = [Finding("b", "late", warning=True), Finding("a", "wrong")]
    assert refusal(TEXT, found).findings == (found[1], found[0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Paste a manifest"),
        (" \r\n\t", "Paste a manifest"),
        ("x" * (MOST_BYTES + 1), "more than 200 KB"),
        ("ä" * (MOST_BYTES // 2 + 1), "more than 200 KB"),
        ("[a]\n" + "a." * 101 + "b = 1", "Line 2 has more than 100 dots."),
    ],
)
def test_what_is_not_even_read(text, words):
    refused = refusal(text)
    assert words in refused.reason
    assert refused.findings == ()


@pytest.mark.parametrize(
    "text", ["x = ", "[controller]\nname = 1", "\x00", "[fields]\nemail = 3", "x = " + "9" * 5000]
)
def test_what_is_no_manifest_is_told_with_its_findings(text):
    assert refusal(text).findings


@pytest.mark.parametrize(
    "text",
    ["a." * (LONG // 2), "[" * LONG, "a={" * (LONG // 3), '"' * LONG, "a=1\n" * (LONG // 4), "[[a]]\n" * (LONG // 6)],
    ids=["dotted", "nested", "inline", "quotes", "twice", "many"],
)
def test_no_text_takes_long_to_refuse(text):
    began = time.thread_time()
    refusal(text)
    assert time.thread_time() - began < 5, "a fraction of a second, whatever else the machine does meanwhile"


def test_many_new_requirements_are_not_counted_at_once():
    names = [f"f{number}" for number in range(MOST_NEEDS + 1)]
    declared = "".join(
        f'[fields.{name}]\nkind = "text"\nlabel = "x"\nreason = "x"\npurpose = "account"\nretention = "P1M"\n'
        f'readers = ["owner"]\nsensitivity = "public"\n'
        for name in names
    )
    asked = ", ".join(f'"{name}"' for name in names)
    text = TEXT.replace('label = "Look"\nrequires = []', f'label = "Look"\nrequires = [{asked}]') + "\n" + declared
    assert "in steps" in refusal(text).reason


def test_files(tmp_path):
    assert live_manifest_text(PATH) == TEXT
    assert live_manifest_text(tmp_path) == live_manifest_text(tmp_path / "gone.toml") == ""
    assert decode_manifest(b"\xef\xbb\xbfname = 1") == "name = 1"
    for content, words in ((b"\xff\xfe", "UTF-8"), (b"x" * (MOST_BYTES + 1), "200 KB")):
        with pytest.raises(UnusableManifest) as caught:
            decode_manifest(content)
        assert words in caught.value.reason
