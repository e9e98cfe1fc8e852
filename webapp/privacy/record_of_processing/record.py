"""The record of processing as data, and as the JSON that versions are kept in."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Controller:
    """Art. 30(1)(a). `officer` is the data protection officer; "none" stands where there is none, with its reason."""

    name: str
    contact: str
    representative: str
    joint_controllers: str
    officer: str
    jurisdiction: str
    storage_location: str
    supervisory_authority: str


@dataclass(frozen=True)
class Data:
    """One category of data (c) and its time limit (f): a declared field, or a table of records.

    `key` is "field:..." or "table:...". `details` are what a table's rows tell; `readers` are those of a field.
    """

    key: str
    label: str
    details: tuple[str, ...]
    sensitivity: str
    source: str
    kept: str
    readers: tuple[str, ...]


@dataclass(frozen=True)
class Transfer:
    """To where outside the Union (e), and what protects the data there."""

    country: str
    safeguard: str


@dataclass(frozen=True)
class Entry:
    """One purpose (b), its basis and what grounds it, and everything that is said of it."""

    key: str
    label: str
    basis: str
    ground: str
    persons: tuple[str, ...]
    data: tuple[Data, ...]
    recipients: tuple[str, ...]
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True)
class Record:
    """Every element of Art. 30(1): the controller (a), the purposes with theirs (b-f), the security measures (g)."""

    controller: Controller
    purposes: tuple[Entry, ...]
    measures: tuple[str, ...]


def document(record: Record) -> dict[str, Any]:
    """For JSON."""
    return asdict(record)


def written(record: Record) -> str:
    """As text, the same for the same record."""
    return json.dumps(document(record), ensure_ascii=False, sort_keys=True)


def read(text: str) -> Record:
    """What `written` wrote."""
    told = json.loads(text)
    return Record(
        controller=Controller(**told["controller"]),
        purposes=tuple(_entry(entry) for entry in told["purposes"]),
        measures=tuple(told["measures"]),
    )


def _entry(told: Mapping[str, Any]) -> Entry:
    return Entry(
        **{name: told[name] for name in ("key", "label", "basis", "ground")},
        persons=tuple(told["persons"]),
        data=tuple(_data(data) for data in told["data"]),
        recipients=tuple(told["recipients"]),
        transfers=tuple(Transfer(**transfer) for transfer in told["transfers"]),
    )


def _data(told: Mapping[str, Any]) -> Data:
    return Data(**{**told, "details": tuple(told["details"]), "readers": tuple(told["readers"])})
