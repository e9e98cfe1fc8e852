"""The question protocol as a Markdown document. Whatever the manifest says stays text in it."""

import re

from webapp.insights.signup.pages import Protocol, Question
from webapp.profiling.words import gettext

SPECIAL = re.compile(r"[\\`*_{}\[\]<>&|~#!@$^=]|(?<=www)\.|:(?=//)", re.IGNORECASE)
"""What makes markup, links, entities, tables or formulas of a text in a line. What only leads a line is not here."""


def document(protocol: Protocol) -> str:
    """One section for each field."""
    title = gettext("Question protocol of %(controller)s", controller=protocol.controller)
    says = gettext("Made from the live declarations on %(day)s.", day=protocol.made)
    parts = [f"# {inert(title)}", inert(says), *(_section(question) for question in protocol.questions)]
    return "\n\n".join(parts) + "\n"


def inert(text: str) -> str:
    """The text on one line, to be shown as it is by whatever reads Markdown."""
    return SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))


def _section(question: Question) -> str:
    answers = "\n".join(f"- **{inert(asked)}:** {inert(answer)}" for asked, answer in question.answers)
    return f"## {inert(question.label)} (`{question.key}`)\n\n{answers}"
