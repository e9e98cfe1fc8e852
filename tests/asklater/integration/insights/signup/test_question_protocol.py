"""The question protocol: every field, every question of it, on the page and in the document alike."""

import re

from flask import Flask

from asklater.engine import Engine
from tests.support.browsing import Browser

ASKED = (
    "Why it is asked",
    "Who uses it",
    "Passed on to",
    "For what",
    "Needed for",
    "If people enter nonsense",
    "How long it is kept",
    "Sensitivity",
    "Who decides about it",
)


def test_every_field_answers_every_question(pm: Browser, engine: Engine) -> None:
    page, text = pm.get("/insights/questions").text, pm.get("/insights/questions.md").text
    count = len(engine.manifest.fields)
    for asked in ASKED:
        assert page.count(f"<dt>{asked}</dt>") == count
        assert text.count(f"- **{asked}:**") == count
    assert re.findall(r"^## .* \(`(\w+)`\)$", text, re.MULTILINE) == list(engine.manifest.fields)


def test_what_it_says_of_a_field(pm: Browser) -> None:
    text = pm.get("/insights/questions.md").text
    section = text.partition("## Postal address")[2].partition("\n## ")[0]
    assert section.splitlines() == [
        " (`address`)",
        "",
        "- **Why it is asked:** So that the letter finds you.",
        "- **Who uses it:** the person themselves, the workshop",
        "- **Passed on to:** Nobody outside",
        "- **For what:** Keeping your account (a contract)",
        "- **Needed for:** Send a letter (when on\\_paper)",
        "- **If people enter nonsense:** Something odd is shown, and its person puts it right.",
        "- **How long it is kept:** Kept for 24 months after its last use.",
        "- **Sensitivity:** Personal",
        "- **Who decides about it:** the workshop",
    ]


def test_signing_up_comes_first_among_what_needs_a_field(pm: Browser) -> None:
    text = pm.get("/insights/questions.md").text
    assert "- **Needed for:** Continue with email, Publish, Send a letter" in text


def test_it_is_a_file(dashboard: Flask, pm: Browser) -> None:
    headers = pm.get("/insights/questions.md").headers
    assert headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert headers["Content-Disposition"] == 'attachment; filename="question-protocol.md"'
    assert headers["X-Content-Type-Options"] == "nosniff"
