"""Who comes, what they hold then, and what stays as it is."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from asklater import clock
from asklater.accounts.jobs import prune_accounts
from asklater.accounts.tables import Account
from asklater.checks.manifest import UndeclaredError
from asklater.engine import Engine
from asklater.records.answers import Provenance
from asklater.registry import Enrolled
from asklater.settings import ConfigurationError
from asklater.subjects.rights import restrict
from asklater.tables import answer, subject, suggestion
from tests.asklater.integration.imports.conftest import EXPORTS, Run
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import rows

ADA = "ada@moved.example"


def export(folder: Path, *people: dict[str, Any]) -> Path:
    """An export of Auth0's; addresses are proved unless said otherwise."""
    path = folder / "users.ndjson"
    path.write_text("".join(json.dumps({"email_verified": True, **person}) + "\n" for person in people), "utf-8")
    return path


def person(address: str = ADA, **metadata: Any) -> dict[str, Any]:
    return {"user_id": f"auth0|{address}", "email": address, "user_metadata": metadata}


def place_of(engine: Engine, address: str = ADA) -> Enrolled:
    assert engine.registry.enrolment is not None
    found = engine.registry.enrolment.find(address)
    assert found is not None
    return found


def count(engine: Engine) -> int:
    return engine.database.reading().execute(select(func.count()).select_from(subject)).scalar_one()


def test_a_dry_run_writes_nothing_of_anybody(engine: Engine, run: Run, taking: Flask) -> None:
    dry = run("auth0", EXPORTS / "auth0.ndjson").dry()
    assert (dry.new, count(engine), rows(taking, answer), rows(taking, suggestion)) == (2, 0, [], [])


def test_a_dry_run_foretells_what_the_import_does(run: Run) -> None:
    dry = run("auth0", EXPORTS / "auth0.ndjson").dry()
    assert run("auth0", EXPORTS / "auth0.ndjson").apply() == dry


def test_whoever_is_here_keeps_what_they_hold(
    taking: Flask, engine: Engine, run: Run, tmp_path: Path, faults: list[tuple[int, str]]
) -> None:
    number = settle(taking, "ADA@moved.example")
    with engine.database.unit_of_work():
        engine.answers.give(number, "display_name", "Ada L.", Provenance("publish"))
    tally = run("auth0", export(tmp_path, person(display_name="Ada B."))).apply()
    assert (tally.new, tally.known, dict(tally.held)) == (0, 1, {"display_name": 1})
    assert engine.answers.read(number, ["display_name"]) == {"display_name": "Ada L."}
    assert faults == []


def test_what_is_lacking_is_brought_to_whoever_is_here(
    taking: Flask, engine: Engine, run: Run, tmp_path: Path
) -> None:
    number = settle(taking, ADA)
    run("auth0", export(tmp_path, person(display_name="Ada B."))).apply()
    assert engine.answers.read(number, ["display_name"]) == {"display_name": "Ada B."}


def test_an_unproved_address_brings_its_owner_here_suggestions_alone(
    taking: Flask, engine: Engine, run: Run, tmp_path: Path
) -> None:
    """Anybody could have typed it there."""
    number = settle(taking, ADA)
    run("auth0", export(tmp_path, {**person(display_name="Mallory"), "email_verified": False})).apply()
    assert engine.answers.read(number, ["display_name"]) == {}
    assert engine.suggestions.read(number)["display_name"].value == "Mallory"


def test_a_visitors_unproved_account_of_the_address_is_not_taken_for_the_person(
    taking: Flask, engine: Engine, run: Run, tmp_path: Path
) -> None:
    stranger = settle(taking, ADA, proved=False)
    run("auth0", export(tmp_path, person(display_name="Ada B."))).apply()
    assert place_of(engine).subject_id != stranger
    assert engine.answers.read(stranger, ["display_name"]) == {}
    assert count(engine) == 2


def test_a_restricted_person_is_left_alone(
    taking: Flask, engine: Engine, run: Run, tmp_path: Path, faults: list[tuple[int, str]]
) -> None:
    number = settle(taking, ADA)
    with engine.database.unit_of_work():
        restrict(engine, number)
    run("auth0", export(tmp_path, person(display_name="Ada B."))).apply()
    assert engine.answers.read(number, ["display_name"]) == {}
    assert "restricted" in faults[0][1]


def test_two_rows_of_one_address_are_one_person(run: Run, tmp_path: Path, faults: list[tuple[int, str]]) -> None:
    path = export(tmp_path, person(display_name="Ada B."), person("Ada@MOVED.example", display_name="Another"))
    assert run("auth0", path).dry().new == 1
    assert run("auth0", path).apply().new == 1
    assert faults == 2 * [(2, "is the same person as row 1")]


def test_a_later_file_may_prove_an_address(engine: Engine, run: Run, tmp_path: Path) -> None:
    run("auth0", export(tmp_path, {**person(display_name="Ada B."), "email_verified": False})).apply()
    before = place_of(engine)
    run("auth0", export(tmp_path, person(display_name="Ada B."))).apply()
    assert (before.is_proved, place_of(engine)) == (False, Enrolled(before.subject_id, is_proved=True))
    assert engine.answers.read(before.subject_id, ["display_name"]) == {"display_name": "Ada B."}


def test_what_a_kind_refuses_is_told_and_the_rest_is_brought(
    engine: Engine, run: Run, tmp_path: Path, faults: list[tuple[int, str]]
) -> None:
    path = export(tmp_path, person(display_name="A" * 41), person("ben@moved.example", display_name="Ben"))
    tally = run("auth0", path).apply()
    assert (tally.new, dict(tally.refused), dict(tally.answers)) == (2, {"display_name": 1}, {"display_name": 1})
    assert faults[0][0] == 1
    assert faults[0][1].startswith("display_name was left out: ")
    assert engine.answers.read(place_of(engine).subject_id, ["display_name"]) == {}


def test_what_guards_an_account_is_only_suggested(engine: Engine, run: Run, tmp_path: Path) -> None:
    run("auth0", export(tmp_path, person(phone="+4915155512345"))).apply()
    number = place_of(engine).subject_id
    assert engine.answers.read(number, ["phone"]) == {}
    assert engine.suggestions.read(number)["phone"].value == "+4915155512345"


def test_what_no_action_needs_stays_away_unless_it_is_kept(engine: Engine, run: Run, tmp_path: Path) -> None:
    path = export(tmp_path, person(nickname="Countess", shoe_size=39))
    tally = run("auth0", path).apply()
    number = place_of(engine).subject_id
    assert (dict(tally.unneeded), dict(tally.unmapped)) == ({"nickname": 1}, {"shoe_size": 1})
    assert engine.answers.read(number, ["nickname"]) == {}
    run("auth0", path, keep=("nickname",)).apply()
    assert engine.answers.read(number, ["nickname"]) == {"nickname": "Countess"}


def test_attributes_of_other_names_are_mapped(engine: Engine, run: Run, tmp_path: Path) -> None:
    path = export(
        tmp_path,
        {**person(home={"town": "Berlin", "way": "Weg 1", "zip": "10115", "land": "DE"}), "name": "Ada Byron"},
    )
    parts = {"town": "city", "way": "street_address", "zip": "postal_code", "land": "country"}
    named = {f"home.{theirs}": f"address.{ours}" for theirs, ours in parts.items()} | {"name": "display_name"}
    run("auth0", path, named={**named, "given_name": "address.name"}).dry()
    run("auth0", path, named=named | {"user_name": "address.name"}).apply()
    assert engine.answers.read(place_of(engine).subject_id, ["display_name"]) == {"display_name": "Ada Byron"}


def test_a_mapping_to_no_field_or_one_that_no_import_fills_is_told(run: Run) -> None:
    with pytest.raises(UndeclaredError, match="did you mean 'display_name'"):
        run("auth0", EXPORTS / "auth0.ndjson", named={"name": "displayname"})
    with pytest.raises(ConfigurationError, match="verified_email: an import brings nothing to it"):
        run("auth0", EXPORTS / "auth0.ndjson", named={"name": "verified_email"})


# Who comes back


def test_whoever_proves_the_address_gets_what_was_suggested_to_it(
    taking: Flask, engine: Engine, run: Run, tmp_path: Path
) -> None:
    """Of an address that was not proved there, as of Okta's."""
    run("auth0", export(tmp_path, {**person(display_name="Ada B."), "email_verified": False})).apply()
    number = settle(taking, ADA, proved=False)
    with engine.database.unit_of_work():
        proof = {"address": ADA, "proved_at": "2026-01-01T00:00:00+00:00"}
        engine.save(number, "verified_email", proof, Provenance("export"), prompted=False)
    assert engine.suggestions.read(number)["display_name"].value == "Ada B."
    assert count(engine) == 1


def test_a_confirmed_suggestion_is_an_answer_with_the_source_import(
    taking: Flask, engine: Engine, run: Run, tmp_path: Path
) -> None:
    run("auth0", export(tmp_path, {**person(display_name="Ada B."), "email_verified": False})).apply()
    browser = browser_of(taking, place_of(engine).subject_id)
    page = browser.post("/letters").text
    while "display_name" not in page:
        page = browser.answer(
            {
                "answer.address.country": "DE",
                "answer.address.name": "Ada",
                "answer.address.street_address": "Weg 1",
                "answer.address.city": "Berlin",
                "answer.address.postal_code": "10115",
            }
        ).text
    assert 'value="Ada B."' in page
    assert "This is what your former account says." in page
    browser.answer({"answer.display_name": "Ada B."})
    found = {it.field: it.source for it in engine.answers.held(place_of(engine).subject_id)}
    assert found["display_name"] == "import"


def test_an_unproved_one_waits_for_as_long_as_its_suggestions(
    taking: Flask, engine: Engine, run: Run, tmp_path: Path
) -> None:
    run("auth0", export(tmp_path, {**person(), "email_verified": False})).apply()
    began = clock.now()
    for days, left in ((29, 1), (31, 0)):
        with clock.at(began + timedelta(days=days)), engine.database.unit_of_work():
            prune_accounts(engine)
        assert count(engine) == left


def test_another_address_is_not_what_the_import_brought(
    taking: Flask, engine: Engine, run: Run, tmp_path: Path
) -> None:
    run("auth0", export(tmp_path, person())).apply()
    number = place_of(engine).subject_id
    with engine.database.unit_of_work():
        engine.remove(number, "verified_email")
    account = engine.database.session().get(Account, number)
    assert account is not None
    assert (account.verified_at, account.imported_at) == (None, None)


def test_the_notice_says_that_data_may_come_from_an_earlier_system(taking: Flask, workshop: Flask) -> None:
    told = "From the system in which we kept accounts before this one"
    assert told in Browser(taking).get("/privacy").text
    assert told not in Browser(workshop).get("/privacy").text


def test_their_account_tells_what_came_and_from_where(taking: Flask, engine: Engine, run: Run, tmp_path: Path) -> None:
    run("auth0", export(tmp_path, person(display_name="Ada B."))).apply()
    page: Browser = browser_of(taking, place_of(engine).subject_id)
    told = page.get("/account").text
    assert "Ada B." in told
    assert "an import" in told
    assert "Verified in another system" in told
    assert "The account was taken over from an earlier system" in page.get("/account/activity").text
