"""Exports of the tests: ordered, built by the worker's job, and read, without a browser."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from flask import Flask

from webapp.db import Database
from webapp.privacy.exporting.as_csv import as_csv
from webapp.privacy.exporting.as_json import as_json
from webapp.privacy.exporting.ordering import BUILD, Export, latest_export, order_export
from webapp.privacy.exporting.reading import Part, parts


def ordered(app: Flask, subject_id: int) -> int:
    """The number of an export that waits for the worker."""
    database: Database = app.extensions["database"]
    with app.app_context(), database.unit_of_work():
        return order_export(subject_id)


def build(app: Flask) -> None:
    """What the worker does with all that waits."""
    app.extensions["jobs"].runs[BUILD]()


def document(app: Flask, subject_id: int) -> dict[str, Any]:
    """The person's newest export, as the JSON document that they would fetch."""
    with app.app_context():
        content: dict[str, Any] = json.loads("".join(as_json(*_read(app, subject_id))))
        return content


def tables(app: Flask, subject_id: int) -> dict[str, bytes]:
    """The same as tables: the files of the archive, by name."""
    with app.app_context():
        archive = ZipFile(BytesIO(b"".join(as_csv(*_read(app, subject_id)))))
        return {name: archive.read(name) for name in archive.namelist()}


def exported(app: Flask, subject_id: int) -> dict[str, Any]:
    """Everything that is held of the person now."""
    ordered(app, subject_id)
    build(app)
    return document(app, subject_id)


def _read(app: Flask, subject_id: int) -> tuple[Export, Iterator[Part]]:
    found = latest_export(subject_id)
    assert found is not None
    assert found.is_ready
    return found, parts(app.extensions["profiling"], found)
