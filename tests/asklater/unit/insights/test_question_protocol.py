"""Nothing that a manifest says is markup in the document: read by a Markdown parser, it is the text that it was."""

import re
from html import unescape

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from asklater.insights.signup.presenters import Protocol, ProtocolField
from asklater.insights.signup.question_protocol import escape_markdown, markdown_document

PARSER = MarkdownIt("gfm-like", {"linkify": False}).disable("linkify")
HOSTILE = (
    "<script>alert(1)</script>",
    "[here](javascript:alert(1))",
    "![](https://evil.example/pixel.png)",
    "**bold** _em_ `code` ~~gone~~",
    "&lt;b&gt; &#60;",
    "a | b | c",
    "line\n# heading\n- list\n\n```\ncode",
    "\\*not escaped twice\\",
    "- 1. > # + =",
    "{{ template }} $x^2$",
)


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    protocol = Protocol(text, text, (ProtocolField("email", text, ((text, text),)),))
    html = PARSER.render(markdown_document(protocol))
    assert set(re.findall(r"<(\w+)", html)) == {"h1", "h2", "p", "ul", "li", "strong", "code"}
    flat = " ".join(text.split())
    assert text_of(html).count(flat) == 5


@pytest.mark.thorough
@given(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Z"]), min_size=1))
def test_it_reads_as_it_was_written(text):
    assert text_of(PARSER.render(f"- **Asked:** {escape_markdown(text)}")) == f"Asked: {text}"


@pytest.mark.parametrize("text", ["https://evil.example", "www.evil.example", "WWW.evil.example", "a@evil.example"])
def test_addresses_do_not_become_links(text):
    assert text not in escape_markdown(text)
    assert text_of(PARSER.render(escape_markdown(text))) == text
