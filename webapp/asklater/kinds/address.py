"""A postal address, asked, named and checked as its country writes one."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from asklater.i18n import gettext
from asklater.kinds import countries, country_names, settings, typed_text
from asklater.kinds.base import Given, Input, Invalid, Kind, Option, Unconfirmed, input_id, input_name
from asklater.kinds.countries import Country
from asklater.manifest.declarations import Field

_POSTCODE = frozenset({"AU", "GB", "GG", "IM", "JE", "NZ"})
"""English-speaking countries whose own word is postcode."""


def label(country: Country, part: str) -> str:
    """The label of one part in this country's form."""
    match part:
        case "postal_code":
            return _postal(country)
        case "country_area":
            return _region(country.region_type)
        case "city":
            return _city(country.city_type)
        case "city_area":
            return _city_area(country.city_area_type)
        case "street_address":
            return gettext("Street and number")
        case "street_extra":
            return gettext("Apartment, floor or building")
        case _:
            return gettext("Full name")


def no_postal_code(country: Country, name: str, example: str) -> str:
    """The sentence for what is no postal code of the country, with one that is where there is one ("" if not)."""
    if not example:
        return gettext("Check “%(label)s”. It does not fit %(country)s.", label=_postal(country), country=name)
    return gettext(
        "Check “%(label)s”. Example for %(country)s: %(example)s.",
        label=_postal(country),
        country=name,
        example=example,
    )


def _postal(country: Country) -> str:
    if country.code in _POSTCODE:
        return gettext("Postcode")
    labels = {"zip": gettext("ZIP code"), "pin": gettext("PIN code"), "eircode": gettext("Eircode")}
    return labels.get(country.postal_type, gettext("Postal code"))


def _region(kind: str) -> str:
    labels = {
        "area": gettext("Area"),
        "county": gettext("County"),
        "department": gettext("Department"),
        "district": gettext("District"),
        "do_si": gettext("Province or city"),
        "emirate": gettext("Emirate"),
        "island": gettext("Island"),
        "oblast": gettext("Oblast"),
        "parish": gettext("Parish"),
        "prefecture": gettext("Prefecture"),
        "state": gettext("State"),
    }
    return labels.get(kind, gettext("Province"))


def _city(kind: str) -> str:
    labels = {
        "district": gettext("District"),
        "post_town": gettext("Town or city"),
        "suburb": gettext("Suburb or town"),
    }
    return labels.get(kind, gettext("City"))


def _city_area(kind: str) -> str:
    labels = {
        "district": gettext("District"),
        "neighborhood": gettext("Neighborhood"),
        "townland": gettext("Townland"),
        "village_township": gettext("Village or township"),
    }
    return labels.get(kind, gettext("Suburb"))


PARTS = (
    "country",
    "name",
    "street_address",
    "street_extra",
    "city_area",
    "city",
    "country_area",
    "postal_code",
)
"""The keys that a value may have; a part that was left empty has none."""

REGION_OF, CONFIRMED = "region_of", "confirmed"
"""Hidden parts of the form: the country whose region was chosen, since keys are not unique ("WA"), and the region and
postal code that a person was asked about because they do not seem to fit ("NSW 4383")."""

LONGEST = 120
"""Characters of each part."""

_TOKENS = {
    "name": "name",
    "street_address": "address-line1",
    "street_extra": "address-line2",
    "city_area": "address-level3",
    "city": "address-level2",
    "country_area": "address-level1",
    "postal_code": "postal-code",
}
_WIDTHS = {"postal_code": "short", "city": "half", "country_area": "half"}


class Address(Kind):
    """A dict of PARTS: "country" is an ISO code, "country_area" a key of the country's regions where it has some.

    Everything else is held as it was typed, the postal code in its country's spelling.
    """

    name: ClassVar[str] = "address"
    json_types: ClassVar[tuple[type, ...]] = (dict,)
    nouns: ClassVar[tuple[str, ...]] = ("deliver", "ship", "where to send", "where to go", "where it goes")

    def check(self, declared: Field) -> Sequence[str]:
        rules: settings.Rules = {
            "countries": (_is_list_of_codes, 'must be a list of ISO country codes, each once, such as ["DE", "FR"]'),
            "default": (lambda code: isinstance(code, str), "must be an ISO country code"),
            "country_from": (
                lambda key: isinstance(key, str),
                "must be the key of the field that asks for the country",
            ),
            "autofill": (lambda use: use in {"shipping", "billing"}, 'must be "shipping" or "billing"'),
        }
        found = list(settings.findings(declared, rules))
        if not found and _default(declared) not in {*_offered(declared), ""}:
            found.append("settings.default: must be one of the countries that are offered")
        return found

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        code = _code(declared, given)
        given = _of_country(code, given)
        country = countries.country(code) if code else None
        shown = _parts(country) if country else ()
        kept = [part for part in PARTS[1:] if part not in shown and _echo(given, part)]
        return (
            _country_input(declared, code, errors),
            *(_part_input(declared, country, part, given, errors) for part in shown if country),
            *(_hidden_input(declared, part, given) for part in kept),  # back with the next change of the country
            *_hidden_parts(declared, country, given, asked_back="postal_code" in errors),
        )

    def parse(self, declared: Field, given: Given) -> dict[str, str]:
        code = _chosen_country(declared, given)
        given = _of_country(code, given)
        country = countries.country(code)
        value, errors = {"country": code}, {}
        reasons: set[str] = set()
        for part in _parts(country):
            try:
                text = _taken(country, part, given)
            except Invalid as invalid:
                errors.update(invalid.errors)
                reasons.update(invalid.reasons)
            else:
                if text:
                    value[part] = text
        if errors:
            raise Invalid(errors, *reasons)
        pair = _misplaced(country, value)
        if pair and given.text(CONFIRMED) != pair:
            raise Unconfirmed({"postal_code": _outside(country, value["country_area"])})
        return value

    def show(self, declared: Field, value: Any) -> str:
        """The lines of the envelope, as the country orders them."""
        return "\n".join(countries.envelope_lines(countries.country(value["country"]), value))

    def begins_from(self, declared: Field) -> str:
        return str(declared.settings.get("country_from", ""))

    def begun(self, declared: Field, other: Any) -> Given:
        return Given({"country": (other,)}) if other in _offered(declared) else Given()

    def given(self, declared: Field, value: Any) -> Given:
        texts = {part: (text,) for part, text in value.items()}
        pair = _misplaced(countries.country(value["country"]), value)
        return Given({**texts, **({CONFIRMED: (pair,)} if pair else {})})


def _is_list_of_codes(value: Any) -> bool:
    return (
        isinstance(value, (tuple, list))
        and len(value) > 0
        and all(isinstance(code, str) and code in countries.codes() for code in value)
        and len(set(value)) == len(value)
    )


def _offered(declared: Field) -> tuple[str, ...]:
    return tuple(declared.settings.get("countries") or sorted(countries.codes()))


def _default(declared: Field) -> str:
    offered = _offered(declared)
    return str(declared.settings.get("default", offered[0] if len(offered) == 1 else ""))


def _code(declared: Field, given: Given) -> str:
    """The country whose form is drawn: the one that was chosen, else the default, else none ("")."""
    sent = _echo(given, "country")
    return sent if sent in _offered(declared) else _default(declared)


def _parts(country: Country) -> tuple[str, ...]:
    """The parts of its form in its order; the street has a second line for what the first cannot hold."""
    return tuple(
        part
        for ordered in country.order
        for part in ((ordered, "street_extra") if ordered == "street_address" else (ordered,))
    )


def _country_input(declared: Field, code: str, errors: Mapping[str, str]) -> Input:
    named = countries.names(_offered(declared))
    options = [Option(each, name) for each, name in named.items()]
    return Input(
        name=input_name(declared, "country"),
        id=input_id(declared, "country"),
        label=gettext("Country"),
        type="select",
        values=(code,) if code else (),
        options=tuple(options if code else [Option("", gettext("Choose a country")), *options]),
        errors=tuple(errors[part] for part in ("", "country") if part in errors),
        autocomplete=_token(declared, "country"),
        redraws=True,
    )


def _token(declared: Field, token: str) -> str:
    """What the browser fills in: of the address for deliveries or for bills, where the field says which it is."""
    return f"{declared.settings.get('autofill', '')} {token}".strip()


def _part_input(declared: Field, country: Country, part: str, given: Given, errors: Mapping[str, str]) -> Input:
    regions = country.regions if part == "country_area" else {}
    held = _echo(given, part)
    options = [Option(key, name) for key, name in regions.items()]
    return Input(
        name=input_name(declared, part),
        id=input_id(declared, part),
        label=label(country, part),
        type="select" if regions else "text",
        values=(held,) if held and (not regions or held in regions) else (),
        options=(Option("", gettext("Choose one")), *options) if regions else (),
        errors=(errors[part],) if part in errors else (),
        autocomplete=_token(declared, _TOKENS[part]),
        optional=part not in country.required,
        width=_WIDTHS.get(part, "full"),
    )


def _hidden_input(declared: Field, part: str, given: Given) -> Input:
    return Input(
        name=input_name(declared, part),
        id=input_id(declared, part),
        label="",
        type="hidden",
        values=(_echo(given, part),),
    )


def _hidden_parts(declared: Field, country: Country | None, given: Given, *, asked_back: bool) -> tuple[Input, ...]:
    """What goes along unseen: whose key the region is, and which odd pair of region and postal code is confirmed."""
    texts: dict[str, str] = {}
    region = _echo(given, "country_area")
    if country and country.regions:
        texts[REGION_OF] = country.code
    elif region and _echo(given, REGION_OF):
        texts[REGION_OF] = _echo(given, REGION_OF)
    if country and country.regions:
        postal = countries.postal_code(country.code, _echo(given, "postal_code"))
        pair = _misplaced(country, {"country_area": region, "postal_code": postal or ""})
        if pair and (asked_back or _echo(given, CONFIRMED) == pair):
            texts[CONFIRMED] = pair
    hidden = Given({part: (text,) for part, text in texts.items()})
    return tuple(_hidden_input(declared, part, hidden) for part in texts)


def _of_country(code: str, given: Given) -> Given:
    """The same, with the region as a key of the country `code`: by its name where it was chosen for another one."""
    chosen_for, key = _echo(given, REGION_OF), _echo(given, "country_area")
    country = countries.country(code) if code else None
    if not (key and country and country.regions and chosen_for in countries.codes() - {code}):
        return given
    named = countries.country(chosen_for).regions.get(key)
    if named is None and key in country.regions:
        return given  # chosen for this country after all, by a browser that fills in forms
    same = next((other for other, name in country.regions.items() if name == named), "")
    return Given({**given.texts, "country_area": (same,) if same else ()}, given.uploads)


def _echo(given: Given, part: str) -> str:
    return typed_text.echo(next(iter(given.texts.get(part, ())), ""))


def _chosen_country(declared: Field, given: Given) -> str:
    code = given.text("country")
    if not code:
        raise Invalid({"country": gettext("Choose a country.")}, "missing")
    if code not in _offered(declared):
        raise Invalid({"country": gettext("Choose a country from the list.")}, "not_offered")
    return code


def _taken(country: Country, part: str, given: Given) -> str:
    """The part as it is held, "" for an optional one that was left empty. Raises Invalid."""
    try:
        text = typed_text.line(given.text(part), LONGEST)
    except typed_text.UnfitText as unfit:
        raise Invalid({part: unfit.reason}, unfit.code) from unfit
    if not text and part in country.required:
        raise Invalid({part: _please(country, part)}, "missing")
    if text and part == "country_area" and country.regions and text not in country.regions:
        raise Invalid({part: gettext("Choose an answer from the list.")}, "not_offered")
    if text and part == "postal_code":
        return _postal_code_input(country, text)
    return text


def _please(country: Country, part: str) -> str:
    if part == "country_area" and country.regions:
        return gettext("Choose one under “%(label)s”.", label=label(country, part))
    return gettext("Fill in “%(label)s”.", label=label(country, part))


def _postal_code_input(country: Country, text: str) -> str:
    reading = countries.postal_code(country.code, text)
    if reading is None:
        sentence = no_postal_code(country, country_names.name(country.code), countries.postal_example(country.code))
        raise Invalid({"postal_code": sentence}, "wrong_form")
    return reading


def _misplaced(country: Country, value: Mapping[str, str]) -> str:
    """Region and postal code that do not seem to fit, "" where they do: a slip, or a place served from next door."""
    region, postal = value.get("country_area", ""), value.get("postal_code", "")
    fits = region not in country.regions or not postal or countries.belongs(country.code, region, postal)
    return "" if fits else f"{region} {postal}"


def _outside(country: Country, region: str) -> str:
    """What is asked about such a pair."""
    example, name = countries.postal_example(country.code, region), country.regions[region]
    if not example:
        return gettext(
            "This code seems to lie outside %(region)s. Correct it, or send it again if it is right.", region=name
        )
    return gettext(
        "This code seems to lie outside %(region)s, where one looks like %(example)s. Correct it, or send it again if "
        "it is right.",
        region=name,
        example=example,
    )
