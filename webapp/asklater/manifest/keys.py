"""How names of other systems are called here: the keys of fields."""

import re
from functools import lru_cache

LONGEST = 40


@lru_cache(4096)
def key_from(name: str) -> str:
    """A name as a key: "companyName" and "Company name" are company_name; "" for one without letters or digits."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")


def key_among(name: str, taken: set[str]) -> str:
    """A key that may stand in a manifest and is not `taken` yet, which it is from now on."""
    key = key_from(name)
    key = (key if key[:1].isalpha() else f"field_{key}").strip("_")[:LONGEST].rstrip("_")
    number, found = 2, key
    while found in taken:
        found, number = f"{key[: LONGEST - 4]}_{number}", number + 1
    taken.add(found)
    return found
