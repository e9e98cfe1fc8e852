"""What the parts of an address are called: a ZIP code here, a PIN there, and everywhere in the reader's language."""

from webapp.profiling.kinds.countries import Country
from webapp.profiling.words import gettext

_POSTCODE = frozenset({"AU", "GB", "GG", "IM", "JE", "NZ"})
"""English-speaking countries whose own word is postcode."""


def label(way: Country, part: str) -> str:
    """The label of one part in this country's form."""
    match part:
        case "postal_code":
            return _postal(way)
        case "country_area":
            return _region(way.region_type)
        case "city":
            return _city(way.city_type)
        case "city_area":
            return _city_area(way.city_area_type)
        case "street_address":
            return gettext("Street and number")
        case "street_extra":
            return gettext("Apartment, floor or building")
        case _:
            return gettext("Full name")


def no_postal_code(way: Country, country: str, example: str) -> str:
    """The sentence for what is no postal code of the country, with one that is where there is one ("" if not)."""
    if not example:
        return gettext("Check “%(label)s”. It does not fit %(country)s.", label=_postal(way), country=country)
    return gettext(
        "Check “%(label)s”. Example for %(country)s: %(example)s.",
        label=_postal(way),
        country=country,
        example=example,
    )


def _postal(way: Country) -> str:
    if way.code in _POSTCODE:
        return gettext("Postcode")
    labels = {"zip": gettext("ZIP code"), "pin": gettext("PIN code"), "eircode": gettext("Eircode")}
    return labels.get(way.postal_type, gettext("Postal code"))


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
