"""After a restored backup the erased are erased again, and nobody else is."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert

from asklater import clock
from asklater.accounts.sealed_addresses import set_address
from asklater.accounts.tables import Account
from asklater.database.access import Database
from asklater.privacy.ledger.file import ledger_file
from asklater.privacy.tables import Erasure
from asklater.settings import Settings
from asklater.tables import subject
from tests.asklater.integration.privacy.erasure.conftest import Erase, work
from tests.support.people import settle
from tests.support.records import rows
from tests.support.snapshots import put_back, snapshot


@pytest.fixture
def replay(whole_app: Flask) -> Callable[..., tuple[int, str]]:
    """The command: its exit status, and what it said."""

    def run(*arguments: str) -> tuple[int, str]:
        outcome = whole_app.test_cli_runner().invoke(args=["asklater", "privacy", "replay", *arguments])
        return outcome.exit_code, outcome.output

    return run


def emails(app: Flask) -> set[str]:
    return {row.email for row in rows(app, Account.__table__)}


@pytest.mark.thorough
def test_the_erased_are_erased_again_and_nobody_else(
    whole_app: Flask, erased: Erase, replay: Callable[..., tuple[int, str]]
) -> None:
    ada, bo, _cy = (settle(whole_app, f"{name}@x.example") for name in ("ada", "bo", "cy"))
    erased(bo)
    kept = snapshot(whole_app)
    receipt = erased(ada)
    assert emails(whole_app) == {"cy@x.example"}
    put_back(whole_app, kept)
    assert emails(whole_app) == {"ada@x.example", "cy@x.example"}
    assert replay()[1].startswith(
        "Erased again: 1. Gone already: 1. Other rights in force again: 0. Receipts and keys"
    )
    assert emails(whole_app) == {"cy@x.example"}
    assert {row.public_id for row in rows(whole_app, Erasure.__table__)} > {receipt.id}
    said = "Erased again: 0. Gone already: 2. Other rights in force again: 0. Receipts and keys put back: 0.\n"
    assert replay() == (0, said)
    assert emails(whole_app) == {"cy@x.example"}


def test_a_later_person_with_the_same_number_is_left_alone(
    whole_app: Flask, erased: Erase, replay: Callable[..., tuple[int, str]]
) -> None:
    ada = settle(whole_app)
    erased(ada)
    database: Database = whole_app.extensions["asklater.database"]
    with whole_app.app_context(), database.unit_of_work():
        row = {"id": ada, "created_at": clock.now() + timedelta(seconds=1)}
        database.writing().execute(insert(subject).values(row))
        account = Account(subject_id=ada, verified_at=clock.now())
        set_address(account, "later@x.example")
        database.session().add(account)
    assert replay()[0] == 0
    assert emails(whole_app) == {"later@x.example"}


@pytest.mark.thorough
def test_a_forged_line_is_refused_and_named_and_the_others_count(
    whole_app: Flask, erased: Erase, replay: Callable[..., tuple[int, str]], instance: Path, tmp_path: Path
) -> None:
    ada, bo = settle(whole_app), settle(whole_app, "bo@x.example")
    kept = snapshot(whole_app)
    erased(ada)
    other = erased(bo)
    put_back(whole_app, kept)
    _key, good, forged = (instance / "rights.jsonl").read_text().splitlines()
    altered = json.dumps({**json.loads(forged), "mark": "0" * 64})
    file = tmp_path / "mine.jsonl"
    file.write_text(
        "\n".join(["no json", good, altered, '{"kind": "erasure receipt"}', "[]", "", '{"a": ', "x" * 200_000])
    )
    code, said = replay(str(file))
    assert code == 1
    assert "Erased again: 1." in said
    for line in (1, 3, 4, 5, 7, 8):
        assert f"Line {line} of {file} is refused" in said
    assert other.id not in {row.public_id for row in rows(whole_app, Erasure.__table__)}
    assert len(emails(whole_app)) == 1


@pytest.mark.thorough
def test_files_of_several_machines_are_taken_together(
    whole_app: Flask, erased: Erase, replay: Callable[..., tuple[int, str]], instance: Path, tmp_path: Path
) -> None:
    """Each filed what it erased; the backup is older than both."""
    ada, bo = settle(whole_app), settle(whole_app, "bo@x.example")
    kept = snapshot(whole_app)
    erased(ada)
    (instance / "rights.jsonl").rename(tmp_path / "one.jsonl")
    erased(bo)
    (instance / "rights.jsonl").rename(tmp_path / "two.jsonl")
    put_back(whole_app, kept)
    files = [str(tmp_path / name) for name in ("one.jsonl", "two.jsonl")]
    code, said = replay(*files)
    assert code == 0
    assert said.count("Erased again: 2.") == 1
    assert emails(whole_app) == set()


def test_one_file_for_all_machines(settings: Settings, tmp_path: Path) -> None:
    shared = tmp_path / "shared" / "rights.jsonl"
    assert ledger_file(settings) == settings.instance / "rights.jsonl"
    assert ledger_file(replace(settings, rights_ledger=shared)) == shared
    settings.instance.mkdir(exist_ok=True)
    (settings.instance / "erasures.jsonl").touch()
    assert ledger_file(settings) == settings.instance / "erasures.jsonl", "what an earlier version began is carried on"


def test_a_file_that_is_not_there_is_named(replay: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    code, said = replay(str(tmp_path / "none.jsonl"))
    assert code == 1
    assert "none.jsonl: No such file" in said


def test_the_file_is_made_good_by_the_worker(
    whole_app: Flask, erased: Erase, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, file = settle(whole_app), instance / "rights.jsonl"
    monkeypatch.setattr("asklater.privacy.ledger.recording.append_lines", _full)
    receipt = erased(number)
    assert not file.exists()
    monkeypatch.undo()
    file.write_text('{"half a li')
    work(whole_app, "file_rights")
    work(whole_app, "file_rights")
    half, key, whole = file.read_text().splitlines()
    assert half == '{"half a li'
    assert json.loads(key)["act"] == "signing_key"
    assert json.loads(whole)["document"]["id"] == receipt.id


def _full(_path: Path, _documents: list[str]) -> None:
    raise OSError(28, "No space left on device")
