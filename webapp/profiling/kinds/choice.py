"""One answer out of a few that are offered."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from webapp.profiling.inputs import Input, Option
from webapp.profiling.kinds import settings
from webapp.profiling.kinds.base import Given, Invalid, Kind, input_id, input_name
from webapp.profiling.manifest import Field
from webapp.profiling.words import gettext

RADIOS = 6
"""Up to so many options stand open on the page; more of them are a select."""


class Choice(Kind):
    """A str, one of the keys of the setting `options`."""

    name: ClassVar[str] = "choice"

    def check(self, declared: Field) -> Sequence[str]:
        return list(settings.findings(declared, {"options": settings.OPTIONS}, required=("options",)))

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        offered: Mapping[str, str] = declared.settings["options"]
        options = tuple(Option(value, label) for value, label in offered.items())
        few = len(options) <= RADIOS
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=declared.label,
                type="radios" if few else "select",
                values=tuple(value for value in given.texts.get("", ())[:1] if value in offered),
                options=options if few else (Option("", gettext("Choose one")), *options),
                errors=tuple(errors.values()),
            ),
        )

    def parse(self, declared: Field, given: Given) -> str:
        chosen = given.text()
        if not chosen:
            raise Invalid({"": gettext("Choose one.")})
        if chosen not in declared.settings["options"]:
            raise Invalid({"": gettext("Choose one of the answers that are offered.")})
        return chosen

    def show(self, declared: Field, value: Any) -> str:
        """The label; of an answer that is no longer offered, what is held."""
        return str(declared.settings["options"].get(value, value))
