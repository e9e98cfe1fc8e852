"""Inputs as data: what a kind wants asked, before any template draws it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Option:
    """One choice of a select, of radios or of checkboxes."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Input:
    """One control of a form.

    `type` is text, email, tel, number, date, textarea, select, radios, checkboxes, checkbox, file, code or hidden.
    `values` is what was typed or is held: at most one entry, except for checkboxes. `redraws` says that a
    change of this control changes the rest of the form (the country of an address).
    """

    name: str
    id: str
    label: str
    type: str = "text"
    values: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    hint: str = ""
    errors: tuple[str, ...] = ()
    autocomplete: str = ""
    inputmode: str = ""
    optional: bool = False
    maxlength: int | None = None
    accept: str = ""
    width: str = "full"
    redraws: bool = False


@dataclass(frozen=True)
class InputError:
    """One line of an error summary, and the control that it leads to."""

    input_id: str
    message: str


def with_every_error(inputs: tuple[Input, ...], errors: Mapping[str, str]) -> tuple[Input, ...]:
    """The same inputs, those of `errors` that none of them shows added to the first: no rejection stays silent."""
    shown = {error for control in inputs for error in control.errors}
    lost = tuple(message for message in errors.values() if message not in shown)
    if not lost or not inputs:
        return inputs
    return (replace(inputs[0], errors=(*inputs[0].errors, *lost)), *inputs[1:])
