"""Yes or no to one purpose, given freely: one box, which nobody ticks but the person."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from asklater.i18n import gettext
from asklater.kinds import settings
from asklater.kinds.base import Given, Input, Invalid, Kind, Option, input_id, input_name
from asklater.manifest.consent_terms import CONFIRMED_BY, EDITORIAL
from asklater.manifest.declarations import Field

YES, NO = "yes", "no"
_TICKED = frozenset({YES, "on"})
"""A box that names no value is sent as "on"."""

_VERSION = re.compile(r"[0-9a-f]{12}-[0-9a-f]{12}")
RULES: settings.Rules = {
    "text": settings.SENTENCE,
    CONFIRMED_BY: (lambda value: isinstance(value, str), 'must be the key of a field, or "" for none'),
    EDITORIAL: (
        lambda value: (
            isinstance(value, (tuple, list))
            and all(isinstance(each, str) and _VERSION.fullmatch(each) for each in value)
        ),
        "must be a list of earlier versions of its terms, as `manifest compare` prints them",
    ),
}


class Consent(Kind):
    """`{"given": bool}`. A box that is left empty is an answer too: no."""

    name: ClassVar[str] = "consent"
    json_types: ClassVar[tuple[type, ...]] = (bool,)

    def check(self, declared: Field) -> Sequence[str]:
        return list(settings.findings(declared, RULES))

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        label = declared.settings.get("text", declared.label)
        ticked = bool(_TICKED & set(given.texts.get("", ())))
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=label,
                type="checkbox",
                values=(YES,) if ticked else (),
                options=(Option(YES, label),),
                errors=tuple(errors.values()),
            ),
        )

    def parse(self, declared: Field, given: Given) -> dict[str, bool]:
        sent = given.text()
        if sent and sent not in _TICKED:
            raise Invalid({"": gettext("Tick the box, or leave it empty.")}, "not_offered")
        return {"given": bool(sent)}

    def show(self, declared: Field, value: Any) -> str:
        return gettext("Yes") if value["given"] else gettext("No")

    def stated(self, value: Any) -> str:
        return YES if value["given"] else NO

    def given(self, declared: Field, value: Any) -> Given:
        said = value if isinstance(value, bool) else value["given"]
        return Given({"": (YES,)} if said else {})

    def to_json(self, declared: Field, value: Any) -> bool:
        return bool(value["given"])
