"""The commands, as a person types them: what is wrong is said in sentences, with an exit status."""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from secrets import token_hex

import pytest
from sqlalchemy import inspect

from asklater.database.access import Database
from halftone import cli, create_app
from halftone.cli import main
from halftone.schema import upgrade
from halftone.settings import ROOT
from tests.support.applications import in_tests
from tests.support.next_versions import newest_revision

GOOD = ROOT / "webapp" / "halftone" / "manifest.toml"
UNRELEASED = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
    "CREATE TABLE subject (id INTEGER PRIMARY KEY, created_at BIGINT NOT NULL)",
    "INSERT INTO alembic_version VALUES ('0022')",
    "INSERT INTO subject VALUES (1, 0)",
)
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def _closed(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[None]:
    """What the commands open, which a process of theirs would close by its end, is closed by the test's."""
    with ExitStack() as stack:
        monkeypatch.setattr(cli, "create_app", lambda settings: stack.enter_context(in_tests(create_app(settings))))
        yield


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    database_url: str,
    _closed: None,
) -> Run:
    """`run("asklater", "manifest", "check", MANIFEST=...)` gives the exit status and everything that was printed."""

    def typed(*words: str, **variables: str) -> tuple[int, str]:
        for name in ("MODE", "SECRET_KEY", "MASTER_KEY", "SMTP_URL", "PORT", "HOST"):
            monkeypatch.delenv(name, raising=False)
        given = {"INSTANCE": str(tmp_path), "DATABASE_URL": database_url, "MANIFEST": str(GOOD), **variables}
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["halftone", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        said = capsys.readouterr()
        return int(code or 0), said.out + said.err

    return typed


def test_a_good_manifest(run: Run) -> None:
    assert run("asklater", "manifest", "check") == (0, f"{GOOD.name}: no findings\n")


def test_a_manifest_with_findings_names_them_all(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    text = GOOD.read_text("utf-8").replace('kind = "email"', 'kind = "e_mail"').replace("P36M", "P36Q")
    bad.write_text(text, "utf-8")
    code, said = run("asklater", "manifest", "check", MANIFEST=str(bad))
    assert code == 1
    assert "fields.email.retention" in said
    assert "Traceback" not in said


def test_a_manifest_that_is_not_there(run: Run, tmp_path: Path) -> None:
    code, said = run("asklater", "manifest", "check", MANIFEST=str(tmp_path / "none.toml"))
    assert code == 1
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "words",
    [
        ("asklater", "manifest", "check"),
        ("asklater", "database", "upgrade"),
        ("serve",),
        ("asklater", "job", "deliver_mail"),
    ],
)
def test_settings_that_are_not_complete(run: Run, words: tuple[str, ...]) -> None:
    code, said = run(*words, MODE="production", PORT="65535")
    assert code == 1
    assert "MASTER_KEY" in said
    assert "Traceback" not in said


def test_a_database_that_does_not_answer(run: Run, tmp_path: Path) -> None:
    code, said = run("asklater", "database", "upgrade", DATABASE_URL=f"postgresql:///none?host={tmp_path}")
    assert code == 1
    assert "does not answer" in said
    assert "Traceback" not in said


@pytest.mark.thorough
def test_the_schema_is_brought_up_to_date_again_and_again(run: Run, tmp_path: Path) -> None:
    for _ in range(2):
        fresh = f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
        assert run("asklater", "database", "upgrade", DATABASE_URL=fresh) == (0, "The database is up to date.\n")


@pytest.mark.thorough
@pytest.mark.enable_socket
@pytest.mark.parametrize("words", [("serve", "--no-migrate"), ("web", "--no-migrate"), ("work", "--no-migrate")])
def test_a_schema_that_does_not_fit_is_left_as_it_is(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    file = tmp_path / "other.sqlite3"
    database = Database(f"sqlite:///{file}")
    try:
        code, said = run(*words, DATABASE_URL=database.url, PORT="65535")
        assert code == 1
        assert said == (
            f"The database is older than this version (revision none, and {newest_revision()} is needed): "
            "bring it up to date by `flask asklater database upgrade`.\n"
        )
        assert inspect(database.engine).get_table_names() == []
        upgrade(database)
        with database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE halftone_alembic_version SET version_num = '0099'")
        newer = (
            "The database was made by a newer version (revision 0099). Install that version, or restore a backup.\n"
        )
        for more in (words, words[:1]):
            assert run(*more, DATABASE_URL=database.url, PORT="65535") == (1, newer)
    finally:
        database.close()


@pytest.mark.parametrize(
    "words",
    [("asklater", "database", "upgrade"), ("serve",), ("asklater", "work"), ("asklater", "job", "deliver_mail")],
)
def test_a_database_from_before_the_first_release_is_left_alone(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    file = tmp_path / "instance" / "asklater.sqlite3"
    database = Database(f"sqlite:///{file}")
    with database.engine.begin() as connection:
        for statement in UNRELEASED:
            connection.exec_driver_sql(statement)
    database.close()
    before = file.read_bytes()
    code, said = run(*words, DATABASE_URL=f"sqlite:///{file}", PORT="0")
    assert code == 1
    assert said == (
        f"sqlite:///{file} is from before the first release and cannot be upgraded: "
        f"move the folder {file.parent} away, or set INSTANCE or DATABASE_URL to a new place.\n"
    )
    assert file.read_bytes() == before


@pytest.mark.thorough
def test_another_applications_history_is_no_reason_to_stop(run: Run, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'shared.sqlite3'}")
    with database.engine.begin() as connection:
        connection.exec_driver_sql(UNRELEASED[0])
    database.close()
    assert run("asklater", "database", "upgrade", DATABASE_URL=database.url) == (0, "The database is up to date.\n")


@pytest.mark.thorough
def test_a_job_is_run_by_its_name(run: Run) -> None:
    assert run("asklater", "job", "deliver_mail") == (0, "")
    code, said = run("asklater", "job", "nonsense")
    assert code == 2
    assert "deliver_mail" in said


def test_a_port_that_is_no_number(run: Run) -> None:
    code, said = run("serve", PORT="eighty")
    assert code == 2
    assert "--port" in said


def test_the_list_of_commands_is_shown_even_when_nothing_else_works(run: Run) -> None:
    code, said = run("--help", MODE="production")
    assert code == 0
    assert "MASTER_KEY" in said
    assert "serve" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("words", [("serve",), ("asklater", "database", "upgrade"), ("asklater", "work")])
@pytest.mark.parametrize("name", ["asklater.sqlite3", "queue.sqlite3"])
def test_a_database_that_is_none_is_named(run: Run, tmp_path: Path, words: tuple[str, ...], name: str) -> None:
    file = tmp_path / name
    file.write_bytes(b"no database at all" * 200)
    code, said = run(*words, DATABASE_URL=f"sqlite:///{tmp_path / 'asklater.sqlite3'}", PORT="65535")
    assert code == 1
    assert said.endswith(f"{file} is no database: name another file, or move this one away.\n")
    assert "Traceback" not in said


def _folder(path: Path) -> None:
    path.mkdir()


def _no_json(path: Path) -> None:
    path.write_text('{"SECRET_KEY": ')


def _other_json(path: Path) -> None:
    path.write_text('["secrets"]')


@pytest.mark.parametrize("spoil", [_folder, _no_json, _other_json])
@pytest.mark.parametrize("words", [("serve",), ("asklater", "database", "upgrade"), ("asklater", "work"), ("--help",)])
def test_secrets_that_cannot_be_read(
    run: Run, tmp_path: Path, words: tuple[str, ...], spoil: Callable[[Path], None]
) -> None:
    secrets = tmp_path / "secrets.json"
    spoil(secrets)
    code, said = run(*words, PORT="65535")
    assert code == (0 if words == ("--help",) else 1)
    assert str(secrets) in said
    assert "Traceback" not in said


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("words", [("serve",), ("asklater", "database", "upgrade"), ("asklater", "work")])
def test_a_disk_that_takes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], number: int
) -> None:
    def refuse(path: str, *_more: object) -> int:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr("asklater.private_files.os.open", refuse)
    code, said = run(*words, DATABASE_URL=f"sqlite:///{tmp_path / 'asklater.sqlite3'}", PORT="65535")
    assert code == 1
    assert "disk is full" in said or str(tmp_path) in said
    assert said.count("\n") == 1


def test_a_console_is_not_opened_in_production(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "claim", lambda _address: None)
    production = {
        "MODE": "production",
        "SECRET_KEY": token_hex(32),
        "MASTER_KEY": token_hex(32),
        "SMTP_URL": "smtp://localhost",
        "PUBLIC_URL": "https://shop.example",
    }
    code, said = run("serve", "--dev", PORT="65535", **production)
    assert code == 1
    assert "serve --dev opens a console" in said
