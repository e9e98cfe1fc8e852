"""The record of processing as a table: one line for each category of data of each purpose."""

import csv
from collections.abc import Iterator
from io import StringIO

from webapp.privacy.record_of_processing.record import Data, Entry, Record
from webapp.spreadsheets import inert

OF_CONTROLLER = (
    *("name", "contact", "representative", "joint_controllers", "officer"),
    *("jurisdiction", "storage_location", "supervisory_authority"),
)
COLUMNS = (
    *("purpose", "basis", "ground", "persons"),
    *("data", "key", "details", "sensitivity", "source", "time_limit", "readers"),
    *("recipients", "transfers", "measures"),
    *(f"controller_{name}" for name in OF_CONTROLLER),
)
NOTHING = Data("", "", (), "", "", "", ())


def as_csv(record: Record) -> str:
    """A header and the lines, safe to open in a spreadsheet. Each line is whole by itself."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in record.purposes:
        writer.writerows([inert(cell) for cell in line] for line in _lines(entry, record))
    return text.getvalue()


def _lines(entry: Entry, record: Record) -> Iterator[list[str]]:
    transfers = "; ".join(f"{transfer.country}: {transfer.safeguard}" for transfer in entry.transfers)
    controller = [getattr(record.controller, name) for name in OF_CONTROLLER]
    for data in entry.data or (NOTHING,):
        yield [
            *(entry.label, entry.basis, entry.ground, "; ".join(entry.persons)),
            *(data.label, data.key, "; ".join(data.details), data.sensitivity, data.source, data.kept),
            *("; ".join(data.readers), "; ".join(entry.recipients), transfers, " ".join(record.measures)),
            *controller,
        ]
