"""Markdown of a chapter: what is no chapter is not linked, and what is no file is not shown."""

from pathlib import Path

import pytest

from halftone.demo import chapters


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the chapter `keys`, to be written."""
    monkeypatch.setattr(chapters, "FOLDER", tmp_path)
    monkeypatch.setattr(chapters, "chapter", chapters.chapter.__wrapped__)
    return tmp_path / "keys.md"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "../README.md", "lost.md", "/privacy"])
def test_a_link_that_leads_out_is_an_error(written: Path, target: str) -> None:
    written.write_text(f"# Keys\n\nSee [there]({target}).\n", "utf-8")
    with pytest.raises(ValueError, match="is no chapter"):
        chapters.chapter("keys")


@pytest.mark.parametrize(
    ("together", "expected"),
    [
        (False, ["manifest", "manifest#kinds-of-fields", "#the-key"]),
        (True, ["#manifest", "#manifest--kinds-of-fields", "#keys--the-key"]),
    ],
)
def test_links_stay_relative(written: Path, together: bool, expected: list[str]) -> None:
    written.write_text("# Keys\n\n[a](manifest.md) [b](manifest.md#kinds-of-fields) [c](#the-key)\n", "utf-8")
    html = chapters.chapter("keys", together=together).html
    assert [part.partition('"')[0] for part in html.split('href="')[1:]] == expected


def test_headings_get_anchors_and_words(written: Path) -> None:
    written.write_text("# Keys\n\n## The `MASTER_KEY`, kept\n\n### Below\n", "utf-8")
    apart, together = (chapters.chapter("keys", together=both) for both in (False, True))
    assert apart.sections == (chapters.Section("the-master_key-kept", "The MASTER_KEY, kept"),)
    assert '<h3 id="below">' in apart.html
    assert '<h3 id="keys--the-master_key-kept">' in together.html
    assert '<h4 id="keys--below">' in together.html


def test_code_stays_code(written: Path) -> None:
    written.write_text("# Keys\n\n<!-- a.html -->\n```html\n<script>x()</script>\n```\n", "utf-8")
    html = chapters.chapter("keys").html
    assert '<code>a.html</code></p>\n<pre tabindex="0"><code>&lt;script&gt;x()' in html


def test_there_is_no_other_chapter() -> None:
    with pytest.raises(KeyError):
        chapters.chapter("../README")
