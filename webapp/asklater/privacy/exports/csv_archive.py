"""An export as tables: a zip archive with a CSV file for every section, streamed."""

import json
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO, RawIOBase, TextIOWrapper
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from asklater.privacy.exports.orders import Export, ExportPart, by_section
from asklater.privacy.exports.redactions import REDACTED_KEY
from asklater.privacy.exports.sections import ABOUT, HELD, NOT_HELD
from asklater.privacy.exports.serialisation import UNOPENED_KEY, is_picture
from asklater.web.csv_files import CsvTable

FIELD_COLUMNS = (
    "field",
    "label",
    "value",
    "purpose",
    "basis",
    "recipients",
    "transfers",
    "readers",
    "retention",
    "source",
    "action",
    "asked_by",
    "notice_version",
    "terms_version",
    "given_at",
    "used_at",
    "expires_at",
    UNOPENED_KEY,
    REDACTED_KEY,
)
NOT_HELD_COLUMNS = ("field", "label", "reason", "asked_by")
SECTION_COLUMNS = (
    "table",
    "label",
    "count",
    "purpose",
    "basis",
    "recipients",
    "transfers",
    "source",
    "retention",
    "outlives_erasure",
)
OWN_COLUMNS = {HELD: FIELD_COLUMNS, NOT_HELD: NOT_HELD_COLUMNS}


class StreamBuffer(RawIOBase):
    """A buffer that cannot seek, so that the archive writes no header that it would have to correct later."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = BytesIO()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        return self._waiting.write(content)

    def drain(self) -> bytes:
        """Returns what was written since the last time."""
        taken = self._waiting.getvalue()
        self._waiting = BytesIO()
        return taken


def write_csv_archive(found: Export, parts: Iterable[ExportPart]) -> Iterator[bytes]:
    """Yields the archive of the export `found`, piece by piece."""
    buffer, heads = StreamBuffer(), []
    moment = (found.ready_at or found.ordered_at).timetuple()[:6]
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for first, following in by_section(parts):
            file = ZipInfo(f"{first.section}.csv", moment)
            if first.section == ABOUT:
                _write(archive, file, ("what", "says"), (first.head or {}).items())
                continue
            columns = OWN_COLUMNS.get(first.section) or _columns(first)
            heads += [first.head] if first.head else []
            pictures: dict[str, str] = {}
            yield from _table(archive, file, columns, following, pictures, buffer)
            for name, content in pictures.items():
                archive.writestr(ZipInfo(name, moment), b64decode(content))
            yield buffer.drain()
        rows = [_cells(SECTION_COLUMNS, _flat(head)) for head in heads]
        _write(archive, ZipInfo("sections.csv", moment), SECTION_COLUMNS, rows)
    yield buffer.drain()


def _columns(first: ExportPart) -> tuple[str, ...]:
    """Returns the columns of the table; where rows go by their field, also those of the field's purpose."""
    columns = tuple((first.head or {}).get("columns", ()))
    of_field = ("purpose", "basis", "recipients") if first.rows and "of_field" in first.rows[0] else ()
    return (*columns, *of_field, UNOPENED_KEY, REDACTED_KEY)


def _table(
    archive: ZipFile,
    file: ZipInfo,
    columns: tuple[str, ...],
    parts: Iterable[ExportPart],
    pictures: dict[str, str],
    buffer: StreamBuffer,
) -> Iterator[bytes]:
    """Yields one CSV, a piece a part; adds the pictures of its cells to `pictures`, by the names of their files."""
    with archive.open(file, "w") as raw, TextIOWrapper(raw, "utf-8", newline="") as text:
        table = CsvTable(text, columns)
        for part in parts:
            for row in part.rows:
                flat = _with_columns(row)
                for name, value in flat.items():
                    if is_picture(value):
                        flat[name] = f"pictures/{file.filename[:-4]}-{row.get('field', name)}.webp"
                        pictures[flat[name]] = value["base64"]
                table.add([_cells(columns, flat)])
            text.flush()
            yield buffer.drain()


def _write(archive: ZipFile, file: ZipInfo, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with archive.open(file, "w") as raw, TextIOWrapper(raw, "utf-8", newline="") as text:
        CsvTable(text, columns).add([_cell(value) for value in row] for row in rows)


def _with_columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a row's cells, with those of what is declared of its field."""
    if "declared" in row:
        return _flat(row)
    return {**_flat(row["of_field"]), **row} if "of_field" in row else dict(row)


def _flat(about: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what is declared, its purpose spread over columns: label, basis, recipients and transfers."""
    purpose, kept, retention = (about.get(name) for name in ("purpose", "outlives_erasure", "retention"))
    return {
        **about,
        **{name: (purpose or {}).get(name) for name in ("basis", "recipients", "transfers")},
        "purpose": (purpose or {}).get("label"),
        "outlives_erasure": kept and kept["retention"],
        "retention": retention["words"] if isinstance(retention, Mapping) else retention,
    }


def _cells(columns: Iterable[str], row: Mapping[str, Any]) -> list[object]:
    return [_cell(row.get(name)) for name in columns]


def _cell(value: object) -> object:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            items = (_cell(_item(item)) for item in value)
            return "; ".join("" if item is None else str(item) for item in items)
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return value


def _item(item: object) -> object:
    """Returns an item of a list: by its label where it has one, otherwise with all that it says."""
    if not isinstance(item, dict):
        return item
    return item["label"] if "label" in item else ", ".join(f"{name}: {value}" for name, value in item.items())
