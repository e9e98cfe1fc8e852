"""The record of processing as data, as the JSON that versions are kept in, and as a CSV table."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from asklater.web.csv_files import csv_text

CONTROLLER_COLUMNS = (
    *("name", "contact", "representative", "joint_controllers", "officer"),
    *("jurisdiction", "storage_location", "supervisory_authority", "address"),
)
COLUMNS = (
    *("purpose", "basis", "ground", "persons"),
    *("data", "key", "details", "sensitivity", "source", "time_limit", "readers"),
    *("recipients", "transfers", "measures"),
    *(f"controller_{name}" for name in CONTROLLER_COLUMNS),
)


@dataclass(frozen=True)
class Controller:
    """Art. 30(1)(a). `officer` is the data protection officer; "none" stands where there is none, with its reason.
    `address` is the postal one; records of before it was told have none.
    """

    name: str
    contact: str
    representative: str
    joint_controllers: str
    officer: str
    jurisdiction: str
    storage_location: str
    supervisory_authority: str
    address: str = ""


@dataclass(frozen=True)
class DataCategory:
    """One category of data (c) and its time limit (f): a declared field, or a table of records.

    `key` is "field:..." or "table:...". `details` are what a table's rows tell; `readers` are those of a field, and
    `recipients` who receives that very field (d). Records of before fields said so have none.
    """

    key: str
    label: str
    details: tuple[str, ...]
    sensitivity: str
    source: str
    kept: str
    readers: tuple[str, ...]
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Transfer:
    """To where outside the Union (e), and what protects the data there."""

    country: str
    safeguard: str


@dataclass(frozen=True)
class Activity:
    """One purpose (b), its basis and what grounds it, and everything that is said of it."""

    key: str
    label: str
    basis: str
    ground: str
    persons: tuple[str, ...]
    data: tuple[DataCategory, ...]
    recipients: tuple[str, ...]
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True)
class ProcessingRecord:
    """Every element of Art. 30(1): the controller (a), the purposes with theirs (b-f), the security measures (g)."""

    controller: Controller
    purposes: tuple[Activity, ...]
    measures: tuple[str, ...]


def record_document(record: ProcessingRecord) -> dict[str, Any]:
    """Returns the record for JSON."""
    return asdict(record)


def record_json(record: ProcessingRecord) -> str:
    """Returns the record as JSON text, the same for the same record."""
    return json.dumps(record_document(record), ensure_ascii=False, sort_keys=True)


def read_record(text: str) -> ProcessingRecord:
    """Reads what `record_json` wrote."""
    document = json.loads(text)
    return ProcessingRecord(
        controller=Controller(**document["controller"]),
        purposes=tuple(_entry(entry) for entry in document["purposes"]),
        measures=tuple(document["measures"]),
    )


def _entry(document: Mapping[str, Any]) -> Activity:
    return Activity(
        **{name: document[name] for name in ("key", "label", "basis", "ground")},
        persons=tuple(document["persons"]),
        data=tuple(_data(data) for data in document["data"]),
        recipients=tuple(document["recipients"]),
        transfers=tuple(Transfer(**transfer) for transfer in document["transfers"]),
    )


def _data(document: Mapping[str, Any]) -> DataCategory:
    lists = {name: tuple(document.get(name, ())) for name in ("details", "readers", "recipients")}
    return DataCategory(**{**document, **lists})


NOTHING = DataCategory("", "", (), "", "", "", ())


def record_csv(record: ProcessingRecord) -> str:
    """Returns a header and the lines, safe to open in a spreadsheet. Each line is whole by itself."""
    return csv_text(COLUMNS, record_cells(record))


def record_cells(record: ProcessingRecord) -> Iterator[list[str]]:
    """Yields the cells of each line, in the order of COLUMNS."""
    for entry in record.purposes:
        yield from _csv_lines(entry, record)


def _csv_lines(entry: Activity, record: ProcessingRecord) -> Iterator[list[str]]:
    transfers = "; ".join(f"{transfer.country}: {transfer.safeguard}" for transfer in entry.transfers)
    controller = [getattr(record.controller, name) for name in CONTROLLER_COLUMNS]
    for data in entry.data or (NOTHING,):
        yield [
            *(entry.label, entry.basis, entry.ground, "; ".join(entry.persons)),
            *(data.label, data.key, "; ".join(data.details), data.sensitivity, data.source, data.kept),
            *(
                "; ".join(data.readers),
                "; ".join(data.recipients or entry.recipients),
                transfers,
                " ".join(record.measures),
            ),
            *controller,
        ]
