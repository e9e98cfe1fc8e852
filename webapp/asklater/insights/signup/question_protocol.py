"""The question protocol: of every declared field why it is asked, who uses it, for what, and what junk in it does;
as a page and as a Markdown document.
"""

import re
from datetime import date

from asklater.i18n import gettext
from asklater.insights.labels import KeyLabels, day, key_labels
from asklater.insights.signup.presenters import Protocol, ProtocolField
from asklater.manifest.declarations import SIGN_UP, Action, Field, Manifest
from asklater.manifest.notice import kept

# The protocol


def protocol(manifest: Manifest, today: date) -> Protocol:
    """Returns the fields in the manifest's order, in the language of the request."""
    names = key_labels(manifest)
    return Protocol(
        controller=manifest.controller.name,
        made=day(today),
        questions=tuple(_question(manifest, declared, names) for declared in manifest.fields.values()),
    )


def _question(manifest: Manifest, declared: Field, names: KeyLabels) -> ProtocolField:
    purpose = manifest.purposes[declared.purpose]
    label, basis = gettext(purpose.label), _basis(purpose.basis)
    answers = (
        (gettext("Why it is asked"), gettext(declared.reason)),
        (gettext("Who uses it"), _users(declared.readers)),
        (gettext("Passed on to"), _users(manifest.recipient_labels(purpose)) or gettext("Nobody outside")),
        (gettext("For what"), gettext("%(purpose)s (%(basis)s)", purpose=label, basis=basis)),
        (gettext("Needed for"), _actions(manifest.asking(declared.key), declared.key, names)),
        (gettext("If people enter nonsense"), _translated(declared.if_wrong) or gettext("Not stated")),
        (gettext("How long it is kept"), kept(declared)),
        (gettext("Sensitivity"), _sensitivity(declared.sensitivity)),
        (gettext("Who decides about it"), _translated(declared.decided_by) or gettext("Nobody is named")),
    )
    return ProtocolField(declared.key, names.field(declared.key), answers)


def _translated(sentence: str) -> str:
    """Translated; the catalogue has its own words for an empty one."""
    return gettext(sentence) if sentence.strip() else ""


def _users(users: tuple[str, ...]) -> str:
    """An owner is the person whom the answer is about."""
    known = {"owner": gettext("the person themselves"), "everyone": gettext("everyone")}
    return ", ".join(known.get(user) or gettext(user) for user in users)


def _actions(asking: list[Action], field: str, names: KeyLabels) -> str:
    """Each action that requires the field, with its condition; signing up first, as everywhere."""
    ordered = sorted(asking, key=lambda action: action.key != SIGN_UP)
    return ", ".join(_action(action, field, names) for action in ordered) or gettext("Nothing requires it")


def _action(action: Action, field: str, names: KeyLabels) -> str:
    label = names.context(action.key)
    if any(need.field == field and need.optional for need in action.requires):
        label = gettext("%(action)s (optional)", action=label)
    conditions = [need.when for need in action.requires if need.field == field and need.when]
    return gettext("%(action)s (when %(condition)s)", action=label, condition=conditions[0]) if conditions else label


def _basis(basis: str) -> str:
    return {
        "contract": gettext("a contract"),
        "consent": gettext("consent"),
        "legal_obligation": gettext("a legal obligation"),
        "legitimate_interests": gettext("legitimate interests"),
    }[basis]


def _sensitivity(sensitivity: str) -> str:
    return {
        "public": gettext("Public: others see it"),
        "personal": gettext("Personal"),
        "sensitive": gettext("Sensitive"),
    }[sensitivity]


# As Markdown, in which whatever the manifest says stays text

SPECIAL = re.compile(r"[\\`*_{}\[\]<>&|~#!@$^=]|(?<=www)\.|:(?=//)", re.IGNORECASE)
"""What makes markup, links, entities, tables or formulas of a text in a line. What only leads a line is not here."""


def markdown_document(protocol: Protocol) -> str:
    """One section for each field."""
    title = gettext("Question protocol of %(controller)s", controller=protocol.controller)
    says = gettext("Made from the live declarations on %(day)s.", day=protocol.made)
    parts = [
        f"# {escape_markdown(title)}",
        escape_markdown(says),
        *(_section(question) for question in protocol.questions),
    ]
    return "\n\n".join(parts) + "\n"


def escape_markdown(text: str) -> str:
    """The text on one line, to be shown as it is by whatever reads Markdown."""
    return SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))


def _section(question: ProtocolField) -> str:
    answers = "\n".join(
        f"- **{escape_markdown(asked)}:** {escape_markdown(answer)}" for asked, answer in question.answers
    )
    return f"## {escape_markdown(question.label)} (`{question.key}`)\n\n{answers}"
