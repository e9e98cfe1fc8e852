"""Addresses as officers see them outside a request: enough to tell people apart, too little to write to them."""

from collections.abc import Collection
from dataclasses import dataclass

from asklater.engine import Engine
from asklater.identity import current_identity
from asklater.privacy.officer import OFFICER_ROLE, pseudonym_of

ADDRESS_KIND = "email"


def masked(address: str) -> str:
    """Returns the address with the first character of its local part alone, such as m…@x.example; "" for none."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else ""


def masked_addresses(engine: Engine, numbers: Collection[int]) -> dict[int, str]:
    """Returns the masked address that each of these subjects gave for their account, proved or not; those who gave
    none are left out. One statement."""
    keys = [key for key, declared in engine.manifest.fields.items() if declared.kind == ADDRESS_KIND]
    if not keys or not numbers:
        return {}
    given = engine.answers.read_many(numbers, keys)
    found = {number: next((str(held[key]) for key in keys if key in held), "") for number, held in given.items()}
    return {number: masked(address) for number, address in found.items() if address}


@dataclass(frozen=True)
class Officer:
    """A privacy officer as colleagues know them: by a masked address, or the pseudonym where there is none."""

    subject_id: int
    pseudonym: str
    label: str


def officers(engine: Engine) -> dict[str, Officer]:
    """Returns the privacy officers by their pseudonyms."""
    numbers = current_identity().role_holders(OFFICER_ROLE)
    addresses = masked_addresses(engine, numbers)
    found = [(number, pseudonym_of(number)) for number in numbers]
    return {name: Officer(number, name, addresses.get(number, name)) for number, name in found}
