"""The register of processors (Art. 28 GDPR): who they are, from the manifest, and the contract with each, as officers
note it.

Who receives data, where and under which safeguard is part of what people are told, so it is declared, and versioned
with the notice that an answer was given under. The paperwork tells people nothing and changes without a release.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from asklater import clock
from asklater.database.access import current_database
from asklater.i18n import gettext
from asklater.manifest.declarations import Manifest, Purpose, Recipient
from asklater.privacy.register_tables import processor_contract

PROCESSOR = "processor"


@dataclass(frozen=True)
class Contract:
    """What officers noted of the contract with a processor."""

    signed_on: date | None = None
    reference: str = ""
    sub_processors: str = ""
    review_on: date | None = None


NO_CONTRACT = Contract()


@dataclass(frozen=True)
class RegisteredRecipient:
    """A declared recipient, the labels of the purposes that it serves, and its contract."""

    declared: Recipient
    purposes: tuple[str, ...]
    contract: Contract

    @property
    def lacks_contract(self) -> bool:
        return self.declared.role == PROCESSOR and self.contract.signed_on is None


def registered_recipients(manifest: Manifest) -> list[RegisteredRecipient]:
    """Returns every declared recipient, processors first."""
    contracts = _contracts()
    found = [
        RegisteredRecipient(one, _purposes(manifest, key), contracts.get(key, NO_CONTRACT))
        for key, one in manifest.recipients.items()
    ]
    return sorted(found, key=lambda one: one.declared.role != PROCESSOR)


def unknown_recipients(manifest: Manifest) -> dict[str, tuple[str, ...]]:
    """Returns the recipients that purposes describe and nobody declared, each with the labels of these purposes."""
    described = [name for one in _receiving(manifest) for name in one.recipients]
    return {name: _purposes(manifest, name) for name in described if name not in manifest.recipients}


def contract_with(recipient: str) -> Contract:
    """Returns what is noted of the contract with a recipient."""
    return _contracts().get(recipient, NO_CONTRACT)


def save_contract(recipient: str, contract: Contract, by: str) -> None:
    """Note the contract with a processor, in the place of what was noted before."""
    database = current_database()
    values = {name: getattr(contract, name) for name in Contract.__dataclass_fields__}
    values |= {"changed_at": clock.now(), "changed_by": by}
    adding = database.insert(processor_contract).values(recipient=recipient, **values)
    database.writing().execute(adding.on_conflict_do_update(index_elements=["recipient"], set_=values))


def _contracts() -> Mapping[str, Contract]:
    rows = current_database().reading().execute(select(processor_contract))
    return {row.recipient: Contract(row.signed_on, row.reference, row.sub_processors, row.review_on) for row in rows}


def _purposes(manifest: Manifest, recipient: str) -> tuple[str, ...]:
    """Returns the labels of the purposes for which it receives something, be it one field."""
    return tuple(dict.fromkeys(gettext(one.label) for one in _receiving(manifest) if recipient in one.recipients))


def _receiving(manifest: Manifest) -> Iterator[Purpose]:
    """Yields each purpose, and again with the recipients of each of its fields."""
    yield from manifest.purposes.values()
    yield from (manifest.purpose_of(key) for key in manifest.fields)
