"""One answer, or any number of answers, out of a few that are offered; a yes or a no."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from asklater.i18n import gettext
from asklater.kinds import settings
from asklater.kinds.base import Given, Input, Invalid, Kind, Option, input_id, input_name
from asklater.manifest.declarations import Field

RADIOS = 6
"""Up to so many options stand open on the page; more of them are a select."""


YES, NO = "yes", "no"
"""What is sent for either answer of a `boolean`."""


class Choice(Kind):
    """A str, one of the keys of the setting `options`."""

    name: ClassVar[str] = "choice"

    def check(self, declared: Field) -> Sequence[str]:
        rules = {"options": settings.OPTIONS, "autocomplete": settings.SENTENCE}
        return list(settings.findings(declared, rules, required=("options",)))

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
                autocomplete=declared.settings.get("autocomplete", ""),
            ),
        )

    def parse(self, declared: Field, given: Given) -> str:
        chosen = given.text()
        if not chosen:
            raise Invalid({"": gettext("Answer “%(label)s”.", label=declared.label)}, "missing")
        if chosen not in declared.settings["options"]:
            raise Invalid({"": gettext("Choose one of the answers that are offered.")}, "not_offered")
        return chosen

    def show(self, declared: Field, value: Any) -> str:
        """The label; of an answer that is no longer offered, what is held."""
        return str(declared.settings["options"].get(value, value))


class Boolean(Kind):
    """A bool. `yes` and `no` are the words of the two answers. It is no consent: neither answer is beforehand, and
    a no is an answer like any other."""

    name: ClassVar[str] = "boolean"
    json_types: ClassVar[tuple[type, ...]] = (bool,)

    def check(self, declared: Field) -> Sequence[str]:
        return list(settings.findings(declared, {"yes": settings.SENTENCE, "no": settings.SENTENCE}))

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=declared.label,
                type="radios",
                values=tuple(sent for sent in given.texts.get("", ())[:1] if sent in (YES, NO)),
                options=tuple(Option(sent, self.show(declared, sent == YES)) for sent in (YES, NO)),
                errors=tuple(errors.values()),
            ),
        )

    def parse(self, declared: Field, given: Given) -> bool:
        chosen = given.text()
        if not chosen:
            raise Invalid({"": gettext("Answer “%(label)s”.", label=declared.label)}, "missing")
        if chosen not in (YES, NO):
            raise Invalid({"": gettext("Choose one of the answers that are offered.")}, "not_offered")
        return chosen == YES

    def show(self, declared: Field, value: Any) -> str:
        words = declared.settings.get("yes" if value else "no")
        return gettext(words) if words else gettext("Yes") if value else gettext("No")

    def given(self, declared: Field, value: Any) -> Given:
        return Given({"": ((YES if value else NO) if isinstance(value, bool) else str(value),)})


class Choices(Kind):
    """A list of str, at least one and at most `max` of the keys of `options`, in the order of the declaration."""

    name: ClassVar[str] = "choices"
    json_types: ClassVar[tuple[type, ...]] = (list,)

    def check(self, declared: Field) -> Sequence[str]:
        rules = {"options": settings.OPTIONS, "max": settings.whole(1, 1_000)}
        return list(settings.findings(declared, rules, required=("options",)))

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        offered: Mapping[str, str] = declared.settings["options"]
        sent = frozenset(given.texts.get("", ()))
        most = _most(declared)
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=declared.label,
                type="checkboxes",
                values=tuple(value for value in offered if value in sent),
                options=tuple(Option(value, label) for value, label in offered.items()),
                hint=gettext("Choose up to %(most)s.", most=most) if most < len(offered) else "",
                errors=tuple(errors.values()),
            ),
        )

    def parse(self, declared: Field, given: Given) -> list[str]:
        offered: Mapping[str, str] = declared.settings["options"]
        sent = given.texts.get("", ())
        if not sent:
            raise Invalid({"": gettext("Choose at least one for “%(label)s”.", label=declared.label)}, "missing")
        if not set(sent) <= offered.keys():
            raise Invalid({"": gettext("Choose from the answers that are offered.")}, "not_offered")
        if len(set(sent)) < len(sent):
            raise Invalid({"": gettext("The same answer was sent twice. Choose each one once.")}, "repeated")
        if len(sent) > _most(declared):
            raise Invalid({"": gettext("Choose at most %(most)s.", most=_most(declared))}, "too_many")
        return [value for value in offered if value in sent]

    def show(self, declared: Field, value: Any) -> str:
        """The labels; of an answer that is no longer offered, what is held."""
        return ", ".join(str(declared.settings["options"].get(entry, entry)) for entry in value)

    def given(self, declared: Field, value: Any) -> Given:
        return Given({"": tuple(value)})


def _most(declared: Field) -> int:
    return int(declared.settings.get("max", len(declared.settings["options"])))
