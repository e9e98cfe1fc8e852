"""Numbers that people type: with a point or a comma, grouped or not; never a guess at what is ambiguous."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from webapp.profiling.inputs import Input
from webapp.profiling.kinds.typed import echo
from webapp.profiling.words import gettext

COUNT = re.compile(r"[0-9]+|[0-9]{1,3}([ ,.'’\u00a0\u202f][0-9]{3})+")
DECIMAL = re.compile(r"[0-9]+([.,][0-9]{1,2})?")


@dataclass(frozen=True)
class Sort:
    """One sort of number: its shape, how it is read, and what to say of what is none."""

    shape: re.Pattern[str]
    read: Callable[[str], float]
    advice: Callable[[str], str]
    inputmode: str


def _whole(text: str) -> float:
    return int(re.sub("[^0-9]", "", text))


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))


WHOLE = Sort(COUNT, _whole, lambda label: gettext("%(label)s: enter a whole number.", label=label), "numeric")
FRACTION = Sort(
    DECIMAL,
    _decimal,
    lambda label: gettext("%(label)s: enter a number with at most two decimals, such as 12.5.", label=label),
    "decimal",
)


@dataclass(frozen=True)
class Bounds:
    """From `least` to `most`, both allowed; the words name them."""

    least: float
    most: float
    words: str


def read_number(control: Input, typed: str | None, usual: float, sort: Sort, bounds: Bounds) -> tuple[Input, float]:
    """The control as it is to be drawn, and the number; the usual one where none, or none of these, was typed."""
    text = f"{usual:g}" if typed is None else typed.strip()
    found = sort.read(text) if len(text) <= 20 and sort.shape.fullmatch(text) else None
    problem = ""
    if found is None:
        problem = sort.advice(control.label)
    elif not bounds.least <= found <= bounds.most:
        problem = gettext("%(label)s: enter %(bounds)s.", label=control.label, bounds=bounds.words)
    errors = (problem,) if problem else ()
    drawn = replace(control, values=(echo(text),), inputmode=sort.inputmode, autocomplete="off", errors=errors)
    return drawn, usual if problem or found is None else found
