"""An address as the lines of an envelope, in the order of its country, every part as it was typed."""

import re
from collections.abc import Mapping

from webapp.profiling.kinds import countries
from webapp.profiling.kinds.countries import Country


def lines(way: Country, value: Mapping[str, str]) -> list[str]:
    """The lines that have something on them, the country's name last. `value` is a value of the kind `address`."""
    written = {
        "N": value.get("name", ""),
        "A": "\n".join(value[part] for part in ("street_address", "street_extra") if part in value),
        "D": value.get("city_area", ""),
        "C": value.get("city", ""),
        "S": way.written_region(value.get("country_area", "")),
        "Z": value.get("postal_code", ""),
    }
    drawn = "\n".join(_line(pattern, written) for pattern in way.format.split("%n"))
    return [*(line for line in drawn.split("\n") if line), countries.name(way.code)]


def _line(pattern: str, written: Mapping[str, str]) -> str:
    """One line of the country's format; "" when none of its parts was given."""
    letters = re.findall("%([A-Z])", pattern)
    if letters and not any(written.get(letter) for letter in letters):
        return ""
    filled = re.sub("%([A-Z])", lambda found: written.get(found.group(1), ""), pattern)
    if all(written.get(letter) for letter in letters):
        return filled.strip()
    return re.sub(r"\s{2,}", " ", filled).strip(" ,-–")  # no comma that waits for a part left empty
