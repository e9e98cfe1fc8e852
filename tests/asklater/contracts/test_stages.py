"""While a requirement comes by stages, everything that decides about an action decides alike: the gate for pages and
for JSON, the verb's own check, `missing`, the API and AuthZEN; and whoever is not reached is asked nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import request
from sqlalchemy import func, select

from asklater import ManifestError, Profiling, Unmet, api, clock, current_engine, gate
from asklater.api.tokens import make_token
from asklater.policy.stages import place_of
from asklater.subjects.users import UserPeople
from asklater.tables import prompt_field, subject
from tests.asklater.contracts.adopted import MANIFEST, adopter
from tests.conftest import running
from tests.support.records import statements

BEGAN = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEW_STAGE = '{ from = 2026-12-01, to = "new" }'
SHARES = "{ from = 2027-01-01, share = 0.5 }, { from = 2027-02-01 }"


@contextmanager
def letters(folder: Path, database_url: str, stages: str) -> Iterator[Profiling]:
    """The letter office, which comes to ask for a name by these stages. A header says whose request it is."""
    file = folder / "manifest.toml"
    needs = f'requires = [{{ field = "display_name", applies = [{stages}] }}]'
    file.write_text(MANIFEST.read_text("utf-8").replace('requires = ["display_name"]', needs), "utf-8")
    app = adopter(folder, ASKLATER_DATABASE_URL=database_url, ASKLATER_PUBLIC_URL="https://letters.example")
    made = Profiling(app, manifest=file, user=lambda: request.headers.get("X-User"), features=[api])

    @app.post("/letters")
    @gate("send_letter")
    def send_letter() -> str:
        current_engine().require("send_letter")
        return "sent"

    with clock.at(BEGAN):
        for _app in running(app):
            yield made


@pytest.fixture
def profiling(tmp_path: Path, database_url: str) -> Iterator[Profiling]:
    with letters(tmp_path, database_url, f"{NEW_STAGE}, {SHARES}") as made:
        yield made


@pytest.fixture
def token(profiling: Profiling) -> str:
    with profiling.transaction():
        return make_token(profiling.engine.database, "Warehouse", ["decide"], 365)[1]


def of_user(profiling: Profiling, name: str) -> int:
    """The subject of a user, who is recorded where they are not yet."""
    people = profiling.engine.people
    assert isinstance(people, UserPeople)
    with profiling.transaction():
        return people.users.record(name)


def decisions(profiling: Profiling, token: str, name: str) -> set[bool]:
    """What each of those who decide says of a user: one answer, where they agree."""
    of_user(profiling, name)
    client = profiling.engine.app.test_client()
    own, others = {"X-User": name}, {"Authorization": f"Bearer {token}"}
    asked = {
        "subject": {"type": "user", "id": name},
        "action": {"name": "send_letter"},
        "resource": {"type": "letter", "id": "1"},
    }
    return {
        client.post("/letters", headers=own).text == "sent",
        client.post("/letters", headers={**own, "Accept": "application/json"}).status_code == 200,
        profiling.profile(name).missing("send_letter") == (),
        client.get(f"/subjects/{name}/actions/send_letter", headers=others).get_json()["decision"],
        client.post("/access/v1/evaluation", json=asked, headers=others).get_json()["decision"],
    }


def asks(profiling: Profiling) -> int:
    count = select(func.count()).select_from(prompt_field)
    found: int = profiling.engine.database.reading().execute(count).scalar_one()
    return found


def test_before_the_first_stage_nobody_is_asked(profiling: Profiling, token: str) -> None:
    assert decisions(profiling, token, "ada") == {True}
    assert profiling.engine.app.test_client().post("/letters").text == "sent"
    assert asks(profiling) == 0


def test_then_the_new_alone(profiling: Profiling, token: str) -> None:
    of_user(profiling, "ada")
    with clock.at(datetime(2026, 12, 3, 12, tzinfo=UTC)):
        assert decisions(profiling, token, "ada") == {True}
        assert asks(profiling) == 0
        assert decisions(profiling, token, "bo") == {False}
        assert asks(profiling) == 1
        assert "So that people see who wrote." in profiling.engine.app.test_client().post("/letters").text


@pytest.mark.thorough
def test_then_a_share_of_all_and_in_the_end_everybody(profiling: Profiling, token: str) -> None:
    numbers = {name: of_user(profiling, name) for name in ("ada", "bo", "cy", "di", "ed", "fi")}
    reached = {name for name, number in numbers.items() if place_of("display_name", number) < 0.5}
    assert 0 < len(reached) < len(numbers)
    with clock.at(datetime(2027, 1, 2, 12, tzinfo=UTC)):
        for name in numbers:
            assert decisions(profiling, token, name) == {name not in reached}
    assert asks(profiling) == len(reached)
    with clock.at(datetime(2027, 2, 1, tzinfo=UTC)):
        for name in numbers:
            assert decisions(profiling, token, name) == {False}


def test_a_visitor_is_recorded_at_the_gate_so_that_their_share_is_settled(tmp_path: Path, database_url: str) -> None:
    with letters(tmp_path, database_url, SHARES) as profiling, clock.at(datetime(2027, 1, 2, tzinfo=UTC)):
        tries = []
        for _visitor in range(6):
            client = profiling.engine.app.test_client()
            tries.append({client.post("/letters").text == "sent" for _try in range(2)})
        recorded = profiling.engine.database.reading().execute(select(subject.c.id).order_by(subject.c.id)).scalars()
        assert tries == [{place_of("display_name", number) >= 0.5} for number in recorded]
        assert {True} in tries
        assert {False} in tries


def test_an_answer_to_what_does_not_reach_somebody_is_not_taken(profiling: Profiling) -> None:
    client = profiling.engine.app.test_client()
    sent = client.post("/letters", data={"answer.display_name": "Canary"}, headers={"X-User": "ada"})
    assert sent.text == "sent"
    assert not profiling.profile("ada").holds("display_name")


def test_the_verb_itself_asserts_it(profiling: Profiling) -> None:
    app = profiling.engine.app
    with clock.at(datetime(2027, 2, 2, tzinfo=UTC)), app.test_request_context(), pytest.raises(Unmet):
        profiling.engine.require("send_letter")


def test_whoever_holds_it_costs_no_statement_more(profiling: Profiling) -> None:
    own, client = {"X-User": "ada"}, profiling.engine.app.test_client()
    with clock.at(datetime(2026, 12, 20, tzinfo=UTC)):
        with profiling.transaction():
            profiling.profile("ada").set("display_name", "Ada")
        client.post("/letters", headers=own)
        with statements(profiling.engine.app) as made:
            assert client.post("/letters", headers=own).text == "sent"
    assert not [statement for statement in made if "created_at" in statement]


def test_stages_in_another_order_stop_the_start_and_the_line_is_told(tmp_path: Path, database_url: str) -> None:
    behind = letters(tmp_path, database_url, f"{SHARES}, {NEW_STAGE}")
    told = pytest.raises(ManifestError, match=r"line \d+: actions\.send_letter\.requires\.0\.applies: the stage")
    with told, behind:
        pass
