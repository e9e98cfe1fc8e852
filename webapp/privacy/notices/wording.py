"""What was told, as the lines that a person reads: always the same questions, so that versions compare."""

from collections.abc import Mapping
from typing import Any

import isodate

from webapp.privacy.notice import basis_of
from webapp.privacy.notices.pages import Line
from webapp.privacy.notices.recording import Told
from webapp.profiling.notice import kept_for
from webapp.profiling.words import gettext


def lines(told: Told) -> tuple[Line, ...]:
    """The notice of one field (GDPR Art. 13), in the reader's language where it is translated."""
    purpose = told["purpose"]
    return (
        Line("label", gettext("What"), gettext(told["label"])),
        Line("reason", gettext("Why"), gettext(told["reason"])),
        Line("purpose", gettext("What it is for"), gettext(purpose["label"])),
        Line("basis", gettext("Legal basis"), _basis(purpose)),
        Line("kept", gettext("How long"), kept_for(isodate.parse_duration(told["retention"]))),
        Line("readers", gettext("Who reads it"), _listed(told["readers"])),
        Line("recipients", gettext("Passed on to"), _listed(purpose["recipients"]) or gettext("nobody outside")),
        Line("transfers", gettext("Other countries"), _transfers(purpose["transfers"]) or gettext("none")),
        Line("controller", gettext("Who answers for it"), _controller(told["controller"])),
        *_optional("officer", gettext("Data protection officer"), _contact(told["controller"])),
        *_optional("authority", gettext("Where you can complain"), told["controller"].get("supervisory_authority")),
    )


def _optional(key: str, question: str, answer: str | None) -> tuple[Line, ...]:
    return (Line(key, question, gettext(answer)),) if answer else ()


def _basis(purpose: Mapping[str, Any]) -> str:
    """With the interest, or the law, where the manifest names it."""
    named = purpose.get("legitimate_interest") or purpose.get("law") or ""
    return basis_of(purpose["basis"]) + (f": {gettext(named)}" if named else "")


def _listed(names: list[str]) -> str:
    return ", ".join(gettext(name) for name in names)


def _transfers(transfers: list[Any]) -> str:
    """Each names a country, or a country and its safeguard."""
    pairs = [entry if isinstance(entry, dict) else {"country": entry, "safeguard": ""} for entry in transfers]
    return ", ".join(
        gettext(pair["country"]) + (f" ({gettext(pair['safeguard'])})" if pair["safeguard"] else "") for pair in pairs
    )


def _controller(controller: Mapping[str, Any]) -> str:
    return f"{gettext(controller['name'])}, {controller['contact']}"


def _contact(controller: Mapping[str, Any]) -> str:
    officer = controller.get("data_protection_officer") or {}
    return ", ".join(filter(None, (officer.get("name", ""), officer.get("contact", ""))))
