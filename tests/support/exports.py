"""Exports of the tests: ordered, built by the worker's job, and read, without a browser."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from flask import Flask

from asklater.database.access import Database
from asklater.privacy.exports.csv_archive import write_csv_archive
from asklater.privacy.exports.json_document import write_json
from asklater.privacy.exports.orders import BUILD_JOB, Export, ExportPart, latest_export, open_parts, order_export


def ordered(app: Flask, subject_id: int) -> int:
    """The number of an export that waits for the worker."""
    database: Database = app.extensions["asklater.database"]
    with app.app_context(), database.unit_of_work():
        return order_export(subject_id)


def build(app: Flask) -> None:
    """What the worker does with all that waits."""
    app.extensions["asklater.jobs"].runs[BUILD_JOB]()


def document(app: Flask, subject_id: int) -> dict[str, Any]:
    """The person's newest export, as the JSON document that they would fetch."""
    with app.app_context():
        content: dict[str, Any] = json.loads("".join(write_json(*_read(app, subject_id))))
        return content


def tables(app: Flask, subject_id: int) -> dict[str, bytes]:
    """The same as tables: the files of the archive, by name."""
    with app.app_context():
        archive = ZipFile(BytesIO(b"".join(write_csv_archive(*_read(app, subject_id)))))
        return {name: archive.read(name) for name in archive.namelist()}


def exported(app: Flask, subject_id: int) -> dict[str, Any]:
    """Everything that is held of the person now."""
    ordered(app, subject_id)
    build(app)
    return document(app, subject_id)


def _read(app: Flask, subject_id: int) -> tuple[Export, Iterator[ExportPart]]:
    found = latest_export(subject_id)
    assert found is not None
    assert found.is_ready
    return found, open_parts(app.extensions["asklater.engine"], found)
