"""The form of a draft: reads which field and which of its contexts to compare. What is wrong is told beside its
input.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asklater.i18n import gettext
from asklater.insights.labels import KeyLabels
from asklater.kinds.base import Input, InputError, Option

LONGEST_KEY = 60


@dataclass(frozen=True)
class DraftForm:
    """The inputs as typed; `field` is "" where none was asked for, or something was wrong."""

    inputs: tuple[Input, ...]
    field: str
    contexts: tuple[str, ...]

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(control.id, error) for control in self.inputs for error in control.errors)


def read_draft_form(
    field: str | None, contexts: Sequence[str], names: KeyLabels, places: Mapping[str, str]
) -> DraftForm:
    """`places` are all contexts by key: actions that ask, and placements. A field of None was not asked for yet."""
    wrong_field = field is not None and field not in names.fields
    unknown = [context for context in contexts if context not in places]
    wrong = (gettext("Field: choose one from the list."),) if wrong_field else ()
    lost = (gettext("Contexts: there is none called “%(key)s”.", key=unknown[0][:LONGEST_KEY]),) if unknown else ()
    few = () if field is None or unknown or contexts else (gettext("Contexts: choose at least one."),)
    inputs = (
        _select(field or "", names.fields, wrong),
        Input(
            name="context",
            id="draft-context",
            label=gettext("Where it could be asked"),
            type="checkboxes",
            values=tuple(contexts),
            options=tuple(Option(key, label) for key, label in places.items()),
            errors=lost or few,
        ),
    )
    fine = field is not None and not (wrong or lost or few)
    return DraftForm(inputs, field or "" if fine else "", tuple(dict.fromkeys(contexts)) if fine else ())


def _select(typed: str, fields: Mapping[str, str], problems: tuple[str, ...]) -> Input:
    options = [Option(key, label) for key, label in fields.items()]
    if problems:
        options.insert(0, Option(typed[:LONGEST_KEY], typed[:LONGEST_KEY] or gettext("(empty)")))
    return Input(
        name="field",
        id="draft-field",
        label=gettext("Field"),
        type="select",
        values=(typed[:LONGEST_KEY],),
        options=tuple(options),
        errors=problems,
    )
