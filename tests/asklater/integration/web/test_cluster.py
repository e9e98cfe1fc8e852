"""A machine that joins others on one database: it has the same secrets, or is told so before it writes anything."""

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from asklater.cli import check_master_keys
from asklater.database.access import current_database
from asklater.jobs.heartbeats import WORKER, Heartbeat
from asklater.settings import ConfigurationError, Settings

OTHER = "another secret, which is as long"


@pytest.fixture
def workshop(fresh_workshop: Flask) -> Flask:
    return fresh_workshop


@pytest.fixture
def joined_by(workshop: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Start on another machine than one whose worker is alive with `secret_key`."""

    def start(secret_key: str, **changes: object) -> None:
        workshop.extensions["asklater.settings"] = replace(settings, **changes)  # type: ignore[arg-type]
        with monkeypatch.context() as there:
            there.setattr(socket, "gethostname", lambda: "first")
            Heartbeat(current_database(), WORKER, secret_key).beat()
        check_master_keys()

    return start


def test_a_demo_with_secrets_of_its_own_does_not_join_another(joined_by: Callable[..., None]) -> None:
    with pytest.raises(ConfigurationError, match=r"first uses this database with another SECRET_KEY.*secrets\.json"):
        joined_by(OTHER)


def test_in_production_it_is_told(joined_by: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """It is how a site goes over to another key, one machine after the other."""
    joined_by(OTHER, mode="production")
    assert "first uses this database with another SECRET_KEY" in capsys.readouterr().err


def test_receipts_on_several_machines_are_told(
    joined_by: Callable[..., None], settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    joined_by(settings.secret_key)
    assert "Set RIGHTS_LEDGER to one file" in capsys.readouterr().err
    joined_by(settings.secret_key, rights_ledger=tmp_path / "rights.jsonl")
    assert capsys.readouterr().err == ""


def test_nothing_is_said_of_this_machine_itself(workshop: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    Heartbeat(current_database(), WORKER, OTHER).beat()
    check_master_keys()
    assert capsys.readouterr().err == ""


def test_a_job_by_command_leaves_what_a_worker_runs_alone(workshop: Flask) -> None:
    jobs = workshop.extensions["asklater.jobs"]
    ran: list[str] = []
    jobs.register("mail", lambda: ran.append("mail"))
    run = workshop.test_cli_runner().invoke
    assert (run(args=["asklater", "job", "mail"]).output, ran) == ("", ["mail"])
    elsewhere = type(jobs._claims)(current_database())
    assert elsewhere.take("mail", None)
    assert "mail runs already" in run(args=["asklater", "job", "mail"]).output
    assert ran == ["mail"]
    assert elsewhere.give_back("mail", None), "it runs once more there"
