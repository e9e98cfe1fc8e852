"""What a form field needs in order to be drawn: the page objects of ``components/field.html``."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """One choice of a select, a set of radios or of checkboxes."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Input:
    """One input of a form, with what was typed and what is wrong with it."""

    name: str  # "answer.shipping_address.postal_code"
    id: str  # "answer-shipping_address-postal_code"
    label: str
    # text | email | tel | number | textarea | select | radios | checkboxes | checkbox | file | code | hidden
    type: str = "text"
    values: tuple[str, ...] = ()  # what was typed or is held; at most one except for checkboxes
    options: tuple[Option, ...] = ()  # select, radios, checkboxes
    hint: str = ""
    errors: tuple[str, ...] = ()
    autocomplete: str = ""
    inputmode: str = ""
    optional: bool = False
    maxlength: int | None = None
    accept: str = ""  # file
    width: str = "full"  # full | half | short
    redraws: bool = False  # a change of it redraws the prompt (country of an address)


@dataclass(frozen=True)
class InputError:
    """One entry of the error summary, which links to the input."""

    input_id: str
    message: str
