"""Text that a person types: a name, a company, a note."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from asklater.i18n import gettext
from asklater.kinds import reserved_names, settings, typed_text
from asklater.kinds.base import Given, Input, Invalid, Kind, input_id, input_name
from asklater.manifest.declarations import Field

LONGEST = 200
"""Characters, where the declaration does not say."""

_QUANTIFIED_GROUP = re.compile(r"\)(?:[*+]|\{\d*,)")
_QUANTIFIER = re.compile(r"(?<!\\)(?:[*+]|\{\d*,)")


def _is_pattern(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) <= 300 and bool(re.compile(value))
    except re.error:
        return False


def _repeats_repeats(pattern: str) -> bool:
    """Whether a group that repeats something is repeated itself, which may take for ever on an unfit text."""
    opened: list[int] = []
    for at, sign in enumerate(re.sub(r"\\.", "xx", pattern)):
        if sign == "(":
            opened.append(at)
        elif sign == ")" and opened:
            inside = pattern[opened.pop() + 1 : at]
            if _QUANTIFIED_GROUP.match(pattern, at) and _QUANTIFIER.search(inside):
                return True
    return False


_RULES: settings.Rules = {
    "pattern": (_is_pattern, "must be a regular expression of at most 300 characters"),
    "example": settings.SENTENCE,
    "min_length": settings.whole(1, 10_000),
    "max_length": settings.whole(1, 10_000),
    "multiline": settings.FLAG,
    "reserved": settings.SENTENCES,
    "autocomplete": settings.SENTENCE,
    "inputmode": settings.one_of("text", "numeric", "decimal", "tel", "email", "url", "search"),
}


class Text(Kind):
    """A str in NFC; one line, or with `multiline` several, broken by "\\n".

    Lengths count what a reader sees. `reserved` lists names that are the site's own: neither they nor what looks
    like them is taken. Such a field is a name that others see, so those of the staff are theirs alone. `pattern` is a
    regular expression that all of the text has to fit, and `example`, which has to stand beside it, fits.
    """

    name: ClassVar[str] = "text"

    def check(self, declared: Field) -> Sequence[str]:
        found = list(settings.findings(declared, _RULES))
        if not found and declared.settings.get("min_length", 1) > _longest(declared):
            found.append("settings.min_length: is more than max_length")
        if not found and "pattern" in declared.settings:
            found.extend(_pattern_findings(declared.settings["pattern"], declared.settings.get("example", "")))
        if not found and "reserved" in declared.settings and not reserved_names.is_installed():
            found.append(f"settings.reserved: needs a package: pip install 'asklater[{reserved_names.EXTRA}]'")
        return found

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        multiline = bool(declared.settings.get("multiline"))
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=declared.label,
                type="textarea" if multiline else "text",
                values=tuple(typed_text.echo(text, multiline=multiline) for text in given.texts.get("", ())[:1]),
                hint=_example_hint(declared),
                errors=tuple(errors.values()),
                autocomplete=declared.settings.get("autocomplete", ""),
                inputmode=declared.settings.get("inputmode", ""),
            ),
        )

    def json_schema(self, declared: Field) -> dict[str, Any]:
        told: dict[str, Any] = {"title": declared.label, "type": "string", "maxLength": _longest(declared)}
        told["minLength"] = declared.settings.get("min_length", 1)
        if "pattern" in declared.settings:
            told["pattern"] = f"^(?:{declared.settings['pattern']})$"
        return told

    def parse(self, declared: Field, given: Given) -> str:
        take = typed_text.paragraphs if declared.settings.get("multiline") else typed_text.line
        shortest = declared.settings.get("min_length", 1)
        try:
            text = take(given.text(), _longest(declared))
        except typed_text.UnfitText as unfit:
            raise Invalid({"": unfit.reason}, unfit.code) from unfit
        if not text:
            raise Invalid({"": gettext("Fill in “%(label)s”.", label=declared.label)}, "missing")
        if typed_text.seen_length(text) < shortest:
            raise Invalid(
                {"": gettext("This is too short. Use at least %(least)s characters.", least=shortest)}, "too_short"
            )
        if not fits(declared, text):
            raise Invalid(
                {"": gettext("Check this. It looks like %(example)s.", example=declared.settings["example"])},
                "wrong_form",
            )
        if reserved_names.looks_reserved(text, declared.settings.get("reserved", ())):
            raise Invalid(
                {"": gettext("This looks like a name that belongs to this site. Choose another one.")}, "reserved"
            )
        return text

    def is_for_staff_alone(self, declared: Field) -> bool:
        return "reserved" in declared.settings

    def imitates(self, value: str, other: str) -> bool:
        return reserved_names.imitates(value, other)


def fits(declared: Field, text: str) -> bool:
    """Whether the text has the form that the field declares, if any."""
    pattern = declared.settings.get("pattern")
    return pattern is None or re.fullmatch(pattern, text) is not None


def _pattern_findings(pattern: str, example: str) -> list[str]:
    if not example:
        return ["settings.example: is missing; people read it where what they typed does not fit the pattern"]
    if _repeats_repeats(pattern):
        return ["settings.pattern: repeats a group that repeats something itself, which an attacker can slow down"]
    if re.fullmatch(pattern, example) is None:
        return ["settings.example: does not fit the pattern"]
    return []


def _example_hint(declared: Field) -> str:
    example = declared.settings.get("example")
    return gettext("For example: %(example)s", example=example) if example else ""


def _longest(declared: Field) -> int:
    return int(declared.settings.get("max_length", LONGEST))
