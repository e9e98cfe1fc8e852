"""A number, as people write one: with the digits of any script, and with a comma or a dot for the fraction."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from asklater.i18n import gettext
from asklater.kinds import settings
from asklater.kinds.base import Given, Input, Invalid, Kind, input_id, input_name
from asklater.kinds.typed_text import bare, echo, is_dash
from asklater.manifest.declarations import Field

MOST_DECIMALS = 6
MOST = 10**15
"""Beyond this, whole numbers are not exact everywhere: JSON's readers use floating point."""
_GROUPED = re.compile(r"\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -MOST <= value <= MOST


_BOUND: tuple[settings.Rule, str] = (_is_number, f"must be a number from -{MOST:.0e} to {MOST:.0e}")
_RULES: settings.Rules = {
    "least": _BOUND,
    "most": _BOUND,
    "decimals": settings.whole(0, MOST_DECIMALS),
    "unit": settings.SENTENCE,
    "autocomplete": settings.SENTENCE,
}


class Number(Kind):
    """An int; with the setting `decimals` a str of as many digits behind the point as were given, such as "1.75".

    `least` and `most` are bounds that are taken, `unit` stands behind the number where it is shown.
    """

    name: ClassVar[str] = "number"
    json_types: ClassVar[tuple[type, ...]] = (int, float, str)

    def check(self, declared: Field) -> Sequence[str]:
        found = list(settings.findings(declared, _RULES))
        least, most = _bounds(declared) if not found else (None, None)
        if least is not None and most is not None and least > most:
            found.append("settings.least: is more than most")
        return found

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        least, _most = _bounds(declared)
        has_minus = least is None or least < 0  # which the keyboards of numbers on some phones lack
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=declared.label,
                values=tuple(echo(text) for text in given.texts.get("", ())[:1]),
                hint=gettext("In %(unit)s.", unit=gettext(_unit(declared))) if _unit(declared) else "",
                errors=tuple(errors.values()),
                autocomplete=declared.settings.get("autocomplete", ""),
                inputmode="text" if has_minus else "decimal" if _decimals(declared) else "numeric",
                width="short",
            ),
        )

    def json_schema(self, declared: Field) -> dict[str, Any]:
        least, most = (declared.settings.get(name) for name in ("least", "most"))
        told: dict[str, Any] = {"title": declared.label, "type": "number" if _decimals(declared) else "integer"}
        bounds = {"minimum": least, "maximum": most}
        return told | {name: bound for name, bound in bounds.items() if bound is not None}

    def parse(self, declared: Field, given: Given) -> int | str:
        number = _read(bare(given.text()[:100]), declared)
        least, most = _bounds(declared)
        if least is not None and number < least:
            raise Invalid({"": gettext("Enter a number of at least %(least)s.", least=_plain(least))}, "too_small")
        if most is not None and number > most:
            raise Invalid({"": gettext("Enter a number of at most %(most)s.", most=_plain(most))}, "too_large")
        if abs(number) > MOST:
            raise Invalid({"": gettext("Enter a smaller number.")}, "too_large")
        return _plain(number) if _decimals(declared) else int(number)

    def show(self, declared: Field, value: Any) -> str:
        unit = _unit(declared)
        return f"{value} {gettext(unit)}" if unit else str(value)


def _read(typed: str, declared: Field) -> Decimal:
    sign = ""
    text = typed.strip().replace("\u2019", "'")
    if text and (is_dash(text[0]) or text[0] == "+"):
        sign, text = "" if text[0] == "+" else "-", text[1:].strip()
    unit = _unit(declared)
    if unit and text.casefold().endswith(unit.casefold()):
        text = text[: -len(unit)].strip()
    if not text:
        raise Invalid({"": gettext("Enter a number for “%(label)s”.", label=declared.label)}, "missing")
    plain = _ungrouped(text, _decimals(declared))
    if not re.fullmatch(r"\d+(\.\d+)?", plain, re.ASCII):
        raise Invalid({"": gettext("Enter a number, in digits.")}, "not_a_number")
    number = Decimal(sign + plain)
    if not _decimals(declared) and number != int(number):
        raise Invalid({"": gettext("Enter a whole number, without a fraction.")}, "not_whole")
    if _decimals(declared) and number != round(number, _decimals(declared)):
        raise Invalid(
            {"": gettext("Use at most %(digits)s digits after the point.", digits=_decimals(declared))}, "too_precise"
        )
    return number


def _ungrouped(text: str, decimals: int) -> str:
    """The number with a dot for its fraction and nothing between its groups of three digits.

    A single comma or dot before three digits is taken for a group where the field has no three decimals: "1,234".
    """
    whole, mark, fraction = text, "", ""
    last = max(text.rfind("."), text.rfind(","))
    if last >= 0:
        separator = text[last]
        is_group = text.count(separator) > 1 or (decimals < 3 and _GROUPED.fullmatch(text) is not None)
        if not is_group:
            whole, mark, fraction = text[:last], ".", text[last + 1 :]
    if _GROUPED.fullmatch(whole):
        whole = re.sub(r"[.,' ]", "", whole)
    return (whole or "0") + mark + fraction


def _plain(number: Decimal) -> str:
    """Without an exponent, and without zeros that say nothing: 10, 1.5."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _bounds(declared: Field) -> tuple[Decimal | None, Decimal | None]:
    least, most = (declared.settings.get(name) for name in ("least", "most"))
    return tuple(Decimal(str(it)) if _is_number(it) else None for it in (least, most))  # type: ignore[return-value]


def _decimals(declared: Field) -> int:
    return int(declared.settings.get("decimals", 0))


def _unit(declared: Field) -> str:
    return str(declared.settings.get("unit", ""))
