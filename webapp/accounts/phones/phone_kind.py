"""The kind that asks for a phone number."""

from collections.abc import Mapping, Sequence
from typing import Any

from webapp.accounts.phones import enrolling, numbers
from webapp.accounts.phones.fields import countries_of
from webapp.profiling.inputs import Input
from webapp.profiling.kinds import countries, settings, typed
from webapp.profiling.kinds.base import Given, Invalid, Kind, input_id, input_name
from webapp.profiling.kinds.typed import Unfit
from webapp.profiling.manifest import Field
from webapp.profiling.words import gettext


class PhoneKind(Kind):
    """A str in E.164, of a country that is listed. `countries` are ISO codes; while none is listed, none is taken.

    `default` is the country of numbers that are typed without a code.
    """

    name = "phone"
    editable = False
    change_endpoint = "accounts.phone"
    guarded = True

    def check(self, declared: Field) -> Sequence[str]:
        listed = declared.settings.get("countries", ())
        known = listed if _are_known(listed) else ()
        rules: settings.Rules = {
            "countries": (_are_known, 'must be a list of the ISO codes of countries, such as ["DE"]'),
            "default": (lambda value: isinstance(value, str) and value in known, "must be one of the countries"),
        }
        return list(settings.findings(declared, rules))

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        sent = given.texts.get("", ())
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=gettext(declared.label),
                type="tel",
                values=tuple(typed.echo(text) for text in sent[:1]),
                hint=_hint(declared),
                errors=tuple(errors.values()),
                autocomplete="tel",
                inputmode="tel",
                maxlength=numbers.LONGEST,
            ),
        )

    def parse(self, declared: Field, given: Given) -> str:
        try:
            return numbers.parse(given.text(), countries_of(declared), declared.settings.get("default", ""))
        except Unfit as unfit:
            raise Invalid({"": unfit.reason}) from unfit

    def show(self, declared: Field, value: Any) -> str:
        return numbers.shown(value)

    def given(self, declared: Field, value: Any) -> Given:
        return Given({"": (numbers.shown(value),)})

    def saved(self, declared: Field, subject_id: int, value: str) -> int:
        enrolling.drop_proof_of_another(subject_id, value)
        return subject_id

    def removed(self, declared: Field, subject_id: int) -> None:
        enrolling.number_is_gone(subject_id)


def _are_known(listed: object) -> bool:
    return isinstance(listed, (tuple, list)) and all(
        isinstance(code, str) and code in numbers.REGIONS and code in countries.codes() for code in listed
    )


def _hint(declared: Field) -> str:
    default, listed = declared.settings.get("default", ""), countries_of(declared)
    if not listed:
        return ""
    example = numbers.example(default or listed[0])
    if default:
        country = countries.name(default)
        return gettext(
            "Such as %(example)s. Without a + it counts as one of %(country)s.", example=example, country=country
        )
    return gettext("With + and the code of the country, such as %(example)s.", example=example)
