"""Each system's export brings the same people: Ada, whose address is proved where the system says so, Ben, and neither
Cleo, whose account is closed there, nor Dan, who has no address."""

import gzip
from pathlib import Path

import pytest

from asklater.engine import Engine
from asklater.records.answers import Held
from tests.asklater.integration.imports.conftest import EXPORTS, Run

SYSTEMS = {
    "auth0": ("auth0.ndjson", "auth0.csv"),
    "okta": ("okta.json",),
    "keycloak": ("keycloak.json",),
    "fusionauth": ("fusionauth.json",),
    "authentik": ("authentik.yaml",),
    "clerk": ("clerk.json", "clerk.csv"),
    "stytch": ("stytch.json", "stytch.csv"),
    "frontegg": ("frontegg.json",),
    "entra": ("entra.json",),
    "csv": ("people.csv",),
}
WITHOUT_PROOFS = {"okta", "authentik", "entra"}
WITHOUT_ATTRIBUTES = {"clerk.csv"}
FILES = [(system, name) for system, names in SYSTEMS.items() for name in names]
each_file = pytest.mark.parametrize(("system", "name"), FILES, ids=[name for _system, name in FILES])


def held(engine: Engine, address: str) -> dict[str, Held]:
    """What whoever has the address holds, by field."""
    found = engine.registry.enrolment.find(address) if engine.registry.enrolment else None
    assert found is not None, address
    return {it.field: it for it in engine.answers.held(found.subject_id)}


@pytest.mark.thorough
@each_file
def test_an_export_brings_its_people(
    engine: Engine, run: Run, faults: list[tuple[int, str]], system: str, name: str
) -> None:
    tally = run(system, EXPORTS / name).apply()
    assert (tally.new, tally.known) == (2, 0)
    assert [reason for _row, reason in faults] == ["its email address is none"]
    enrolment = engine.registry.enrolment
    assert enrolment is not None
    assert enrolment.find("cleo@moved.example") is None
    ada, ben = enrolment.find("ada@moved.example"), enrolment.find("ben@moved.example")
    assert ada is not None
    assert ben is not None
    assert (ada.is_proved, ben.is_proved) == (system not in WITHOUT_PROOFS, False)
    if name in WITHOUT_ATTRIBUTES:
        return
    if ada.is_proved:
        assert engine.answers.read(ada.subject_id, ["display_name"]) == {"display_name": "Ada B."}
        assert {it.source for it in held(engine, "ada@moved.example").values()} == {"import"}
    suggested = engine.suggestions.read(ben.subject_id)
    assert (suggested["display_name"].origin, suggested["display_name"].source) == ("your former account", "import")
    assert "display_name" not in held(engine, "ben@moved.example")


@pytest.mark.thorough
@each_file
def test_the_rest_is_brought_no_more_by_a_second_run(engine: Engine, run: Run, system: str, name: str) -> None:
    first = run(system, EXPORTS / name).apply()
    again = run(system, EXPORTS / name)
    assert again.apply() == first
    assert again.resumed_at == first.rows


def test_a_gzipped_export_is_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "users.gz"
    path.write_bytes(gzip.compress((EXPORTS / "auth0.ndjson").read_bytes()))
    assert run("auth0", path).dry().new == 2


@pytest.mark.parametrize("name", ["auth0.ndjson", "keycloak.json", "fusionauth.json", "clerk.csv", "authentik.yaml"])
def test_secrets_are_told_and_not_read(run: Run, name: str) -> None:
    tally = run(name.partition(".")[0], EXPORTS / name).dry()
    assert not {key for key in tally.unmapped if "password" in key or "salt" in key or "secret" in key}
    assert tally.with_secrets == (name in {"auth0.ndjson", "fusionauth.json", "clerk.csv", "keycloak.json"})
