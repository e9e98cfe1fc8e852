"""Another system names the application's users by the application's own ids, and visitors by the library's numbers."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_login import current_user

from asklater import Profiling, api
from asklater.api.tokens import SCOPES, make_token
from asklater.records.people import record_arrival
from asklater.subjects.users import UserPeople
from tests.asklater.contracts.adopted import MANIFEST, Member, adopter, with_members
from tests.conftest import running
from tests.support.records import statements

SOMETHING = {"action": {"name": "send_letter"}, "resource": {"type": "letter", "id": "1"}}


@pytest.fixture
def profiling(tmp_path: Path, database_url: str) -> Iterator[Profiling]:
    app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url, ASKLATER_PUBLIC_URL="https://letters.example")
    made = Profiling(app, manifest=MANIFEST, user=lambda: current_user, load_user=Member, features=[api])
    with_members(app)
    for _app in running(app):
        yield made


@pytest.fixture
def service(profiling: Profiling) -> FlaskClient:
    """Another system, with a token of every scope."""
    with profiling.transaction():
        _id, token = make_token(profiling.engine.database, "Warehouse", list(SCOPES), 90)
    client = profiling.engine.app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def number_of(profiling: Profiling, user: str) -> int:
    people = profiling.engine.people
    assert isinstance(people, UserPeople)
    with profiling.transaction():
        return people.users.record(user)


def evaluated(service: FlaskClient, kind: str, name: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = service.post(
        "/access/v1/evaluation", json={"subject": {"type": kind, "id": name}, **SOMETHING}
    ).get_json()
    return document


def test_a_user_is_named_by_the_applications_id_in_every_route(profiling: Profiling, service: FlaskClient) -> None:
    number = number_of(profiling, "ada")
    assert service.get("/subjects/ada/actions/send_letter").get_json()["decision"] is False
    given = service.post("/subjects/ada/actions/send_letter/answers", json={"answers": {"display_name": "Ada"}})
    assert given.get_json()["decision"] is True
    assert profiling.profile("ada").get("display_name") == "Ada"
    changed = service.patch("/subjects/ada/profile", json={"display_name": "Ada L."})
    assert changed.get_json() == {"changed": ["display_name"], "subject": "ada"}
    assert service.get("/subjects/ada/profile").status_code == 200
    assert service.get(f"/subjects/{number}/profile").status_code == 404


@pytest.mark.parametrize("name", ["nobody", "1", "%00", "%ED%A0%80", "a" * 3000])
def test_a_name_that_is_nobodys_is_told(profiling: Profiling, service: FlaskClient, name: str) -> None:
    number_of(profiling, "ada")
    assert service.get(f"/subjects/{name}/profile").status_code == 404


def test_an_id_that_is_another_subjects_number_names_the_user(profiling: Profiling, service: FlaskClient) -> None:
    first = number_of(profiling, "ada")
    number_of(profiling, str(first))
    with profiling.transaction():
        profiling.profile("ada").set("display_name", "Ada")
    assert service.get(f"/subjects/{first}/actions/send_letter").get_json()["decision"] is False
    assert evaluated(service, "user", str(first))["decision"] is False
    assert evaluated(service, "subject", str(first))["decision"] is True


def test_decisions_by_authzen_and_their_searches_go_by_both(profiling: Profiling, service: FlaskClient) -> None:
    number = number_of(profiling, "ada")
    with profiling.transaction():
        visitor = record_arrival(profiling.engine.database)
        profiling.profile("ada").set("display_name", "Ada")
    assert evaluated(service, "user", "ada")["decision"] is True
    assert evaluated(service, "subject", str(visitor))["decision"] is False
    for kind, name in (("user", "ada"), ("subject", str(number))):
        found = service.post("/access/v1/search/subject", json={"subject": {"type": kind}, **SOMETHING}).get_json()
        assert found["results"] == [{"type": kind, "id": name}]


def test_a_search_names_nobody_who_may_not(profiling: Profiling, service: FlaskClient) -> None:
    asked = {"subject": {"type": "user"}, **SOMETHING}
    for user in ("ada", "bo", "cy"):
        number_of(profiling, user)
    with profiling.transaction():
        profiling.profile("ada").set("display_name", "Ada")
    service.post("/access/v1/search/subject", json=asked)  # which notes that the token was used
    with statements(profiling.engine.app) as ran:
        found = service.post("/access/v1/search/subject", json=asked).get_json()
    assert found["results"] == [{"type": "user", "id": "ada"}]
    assert sum("SELECT asklater_user.user_id" in statement for statement in ran) == 1


def test_what_the_application_holds_itself_counts(profiling: Profiling, service: FlaskClient) -> None:
    profiling.source("display_name", lambda member: member.id if member.id == "bo" else None)
    for user in ("ada", "bo"):
        number_of(profiling, user)
    decided = {
        user: service.get(f"/subjects/{user}/actions/send_letter").get_json()["decision"] for user in ("ada", "bo")
    }
    assert decided == {"ada": False, "bo": True}
    assert evaluated(service, "user", "bo")["decision"] is True
    found = service.post("/access/v1/search/subject", json={"subject": {"type": "user"}, **SOMETHING}).get_json()
    assert found["results"] == [{"type": "user", "id": "bo"}]


def test_the_description_says_so(service: FlaskClient) -> None:
    described = service.get("/openapi.json").get_json()["paths"]["/subjects/{subject}/profile"]["get"]
    assert described["parameters"][0]["description"] == "The application's own id of a user"
