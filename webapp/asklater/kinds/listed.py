"""One entry of a standard's list: a country, a language, a time zone."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError, localedata

from asklater.i18n import gettext
from asklater.kinds import country_names, settings
from asklater.kinds.base import Given, Input, Invalid, Kind, Option, input_id, input_name
from asklater.manifest.declarations import Field


class Listed(Kind):
    """A str, a code of the standard's list. The setting `only` lists the codes that are offered, in this order;
    `default` is the one that is chosen beforehand."""

    example: ClassVar[str]
    token: ClassVar[str] = ""

    @staticmethod
    def names() -> Mapping[str, str]:
        """What each code is called, in the order in which they are offered."""
        raise NotImplementedError

    def check(self, declared: Field) -> Sequence[str]:
        known = self.names()
        rules: settings.Rules = {
            "only": (
                lambda value: _are_codes(value, known),
                f"must be a list of codes, each once, such as {self.example}",
            ),
            "default": (lambda value: isinstance(value, str) and value in known, "must be one of the codes"),
        }
        found = list(settings.findings(declared, rules))
        if not found and declared.settings.get("default", "") not in {*self._offered(declared), ""}:
            found.append("settings.default: is not among those of only")
        return found

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        offered = self._offered(declared)
        chosen = given.texts.get("", ())[:1] or (declared.settings.get("default", ""),)
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=declared.label,
                type="select",
                values=tuple(code for code in chosen if code in offered),
                options=(Option("", gettext("Choose one")), *(Option(code, name) for code, name in offered.items())),
                errors=tuple(errors.values()),
                autocomplete=self.token,
            ),
        )

    def parse(self, declared: Field, given: Given) -> str:
        chosen = given.text()
        if not chosen:
            raise Invalid({"": gettext("Answer “%(label)s”.", label=declared.label)}, "missing")
        if chosen not in self._offered(declared):
            raise Invalid({"": gettext("Choose one of the answers that are offered.")}, "not_offered")
        return chosen

    def show(self, declared: Field, value: Any) -> str:
        """The name; of a code that the list has no longer, the code."""
        return self.names().get(value, str(value))

    def _offered(self, declared: Field) -> Mapping[str, str]:
        known = self.names()
        return {code: known[code] for code in declared.settings.get("only", ())} or known


class Country(Listed):
    """A str, the code of a country or territory by ISO 3166-1, such as "PT"."""

    name: ClassVar[str] = "country"
    nouns: ClassVar[tuple[str, ...]] = ("country",)
    example = '["DE", "FR"]'
    token = "country"  # noqa: S105 - the name that browsers fill it in by

    @staticmethod
    @cache
    def names() -> Mapping[str, str]:
        codes = (str(code) for code in country_names.NAMES)
        return _by_name({code: country_names.name(code) for code in codes if _is_country(code)})


class Language(Listed):
    """A str, the code of a language by BCP 47, such as "pt" or "zh-Hant". Each is offered by what its
    speakers call it."""

    name: ClassVar[str] = "language"
    nouns: ClassVar[tuple[str, ...]] = ("language",)
    example = '["de", "fr"]'
    token = "language"  # noqa: S105

    @staticmethod
    @cache
    def names() -> Mapping[str, str]:
        found = {}
        for identifier in localedata.locale_identifiers():
            try:
                locale = Locale.parse(identifier)
            except (UnknownLocaleError, ValueError):
                continue
            if not locale.territory and not locale.variant and locale.display_name:
                found[identifier.replace("_", "-")] = locale.display_name
        return _by_name(found)


class TimeZone(Listed):
    """A str, the name of a time zone in the IANA's database, such as "Europe/Lisbon"."""

    name: ClassVar[str] = "time_zone"
    nouns: ClassVar[tuple[str, ...]] = ("time zone",)
    example = '["Europe/Berlin", "UTC"]'

    @staticmethod
    @cache
    def names() -> Mapping[str, str]:
        zones = (zone for zone in available_timezones() if zone.split("/")[0] in _REGIONS)
        return {"UTC": "UTC"} | _by_name({zone: zone.replace("_", " ") for zone in zones})


_REGIONS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
"""The rest of the database are names of before, and offsets."""


def _by_name(names: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


_NO_COUNTRIES = frozenset(("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"))
"""Codes of two letters that are no place, or several."""


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES


def _are_codes(value: Any, known: Mapping[str, str]) -> bool:
    return (
        isinstance(value, (list, tuple))
        and bool(value)
        and all(isinstance(code, str) and code in known for code in value)
        and len(set(value)) == len(value)
    )
