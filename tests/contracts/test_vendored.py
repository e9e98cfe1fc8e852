"""What is vendored is what it says: declared, licensed and unchanged."""

import base64
import hashlib
import tomllib

import pytest

from asklater.assets import LIBRARY

FOLDER = LIBRARY / "vendor"
DECLARED = tomllib.loads((FOLDER / "VENDORED.toml").read_text(encoding="utf-8"))["vendored"]


def ids(entry: dict[str, str]) -> str:
    return entry["file"]


@pytest.mark.parametrize("entry", DECLARED, ids=ids)
def test_a_vendored_file_has_the_declared_checksums(entry: dict[str, str]) -> None:
    content = (FOLDER / entry["file"]).read_bytes()
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert f"sha384-{digest}" == entry["integrity"]


@pytest.mark.parametrize("entry", DECLARED, ids=ids)
def test_a_vendored_file_keeps_its_licence_beside_it(entry: dict[str, str]) -> None:
    licence = (FOLDER / entry["licence_file"]).read_bytes()
    assert hashlib.sha256(licence).hexdigest() == entry["licence_sha256"]


@pytest.mark.parametrize("entry", DECLARED, ids=ids)
def test_a_vendored_file_names_its_version(entry: dict[str, str]) -> None:
    assert entry["version"] in entry["file"]
    assert entry["version"] in (FOLDER / entry["file"]).read_text(encoding="utf-8")


def test_no_file_is_vendored_without_a_declaration() -> None:
    declared = {"VENDORED.toml"} | {entry[key] for entry in DECLARED for key in ("file", "licence_file")}
    assert {path.name for path in FOLDER.iterdir()} == declared
