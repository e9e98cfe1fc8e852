"""What the application holds of its users itself is read where it is, asked of nobody, and told to its person."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import request
from flask_login import current_user
from sqlalchemy import select

from asklater import ConfigurationError, Profiling, UndeclaredError, current_engine, messages, privacy
from asklater.privacy.exports.sections import fields_not_held, live_records, sections
from asklater.privacy.personal_data import data_page
from asklater.tables import answer
from tests.asklater.contracts.adopted import MANIFEST, Cards, adopter, larger_manifest, served, with_members
from tests.asklater.contracts.test_application_users import send, sign_in
from tests.conftest import running
from tests.support.letter_office import office_manifest

Members = dict[str, dict[str, object]]


@pytest.fixture
def members() -> Members:
    """The application's own table of users, by id."""
    return {"ada": {"name": "Ada L.", "born": date(1815, 12, 10)}, "bo": {}}


@pytest.fixture
def profiling(tmp_path: Path, database_url: str, members: Members) -> Iterator[Profiling]:
    app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
    options = {"manifest": larger_manifest(tmp_path), "features": [Cards()]}
    made = Profiling(app, user=lambda: current_user, load_user=members.get, **options)
    with_members(app)
    for _app in running(app):
        yield made


def stored() -> list[str]:
    return list(current_engine().database.reading().execute(select(answer.c.field)).scalars())


def test_what_the_application_holds_is_asked_of_nobody_and_copied_nowhere(profiling: Profiling) -> None:
    profiling.source("display_name", lambda member: member.get("name"))
    app = current_engine().app
    assert send(sign_in(app.test_client(), "ada")) == "by Ada L."
    assert "So that people see who wrote." in send(sign_in(app.test_client(), "bo"))
    assert stored() == []


def test_it_is_read_live(profiling: Profiling, members: Members) -> None:
    profiling.source("display_name", lambda member: member.get("name"))
    client = sign_in(current_engine().app.test_client(), "ada")
    send(client)
    members["ada"]["name"] = "Ada Lovelace"
    assert send(client) == "by Ada Lovelace"
    del members["ada"]["name"]
    assert "So that people see who wrote." in send(client)


def test_a_day_may_be_a_date_and_what_its_kind_refuses_counts_as_none(profiling: Profiling, members: Members) -> None:
    profiling.source("birthday", lambda member: member.get("born"))
    assert profiling.profile("ada").get("birthday") == "1815-12-10"
    for wrong in ("soon", 7, "", date(2999, 1, 1).isoformat() + "x"):
        members["ada"]["born"] = wrong
        assert not profiling.profile("ada").holds("birthday")


def test_a_profile_has_it_for_users_of_whom_nothing_is_recorded_too(profiling: Profiling) -> None:
    profiling.source("display_name", lambda member: member.get("name"))
    ada = profiling.profile("ada")
    assert (ada.get("display_name"), ada.holds("display_name"), ada.missing("send_letter")) == ("Ada L.", True, ())
    assert profiling.profile("bo").missing("send_letter") == ("display_name",)
    assert profiling.profile("nobody").get("display_name") is None


def test_what_is_given_goes_to_where_the_application_holds_it(profiling: Profiling, members: Members) -> None:
    written: list[object] = []

    def write(member: dict[str, object], value: object) -> None:
        assert not current_engine().database.is_in_transaction  # it may write into the same file
        written.append(value)
        member["name"] = value

    profiling.source("display_name", lambda member: member.get("name"), write)
    assert send(sign_in(current_engine().app.test_client(), "bo"), "Bo") == "by Bo"
    with profiling.transaction():
        profiling.profile("bo").set("display_name", "Bodil")
        assert profiling.profile("bo").get("display_name") == "Bodil"
        profiling.profile("bo").remove("display_name")
    assert written == ["Bo", "Bodil", None]
    assert (members["bo"]["name"], stored()) == (None, [])


def test_without_a_way_to_write_what_it_lacks_is_held_here(profiling: Profiling, members: Members) -> None:
    profiling.source("display_name", lambda member: member.get("name"))
    client = sign_in(current_engine().app.test_client(), "bo")
    assert send(client, "Bo") == "by Bo"
    assert stored() == ["display_name"]
    members["bo"]["name"] = "Bodil"
    assert send(client) == "by Bodil"
    for change in (lambda it: it.set("display_name", "B."), lambda it: it.remove("display_name")):
        with pytest.raises(ConfigurationError, match="is held by the application itself"), profiling.transaction():
            change(profiling.profile("bo"))


def test_what_a_visitor_gave_is_no_copy_of_it(profiling: Profiling) -> None:
    profiling.source("display_name", lambda member: member.get("name"))
    client = current_engine().app.test_client()
    send(client, "A guest")
    assert stored() == ["display_name"]
    assert send(sign_in(client, "ada")) == "by Ada L."
    assert stored() == []


@pytest.mark.parametrize(
    ("field", "error", "sentence"),
    [
        ("displayname", UndeclaredError, "did you mean 'display_name'?"),
        ("news", ConfigurationError, "news can have no source: a consent is given by its person"),
    ],
)
def test_a_source_of_a_field_that_can_have_none_is_told(
    profiling: Profiling, field: str, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error) as told:
        profiling.source(field, lambda member: member)
    assert sentence in str(told.value)


def test_a_source_needs_to_know_how_users_are_loaded(tmp_path: Path, database_url: str) -> None:
    app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
    profiling = Profiling(app, manifest=MANIFEST, user=lambda: None)
    with served(app), pytest.raises(ConfigurationError, match="load_user="):
        profiling.source("display_name", lambda member: member)


def test_its_person_is_told_on_the_page_and_in_the_export(tmp_path: Path, database_url: str, members: Members) -> None:
    manifest = office_manifest(tmp_path)
    app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
    profiling = Profiling(
        app,
        manifest=manifest,
        features=[messages, privacy],
        user=lambda: request.headers.get("X-User"),
        load_user=members.get,
    )
    profiling.source("display_name", lambda member: member.get("name"))
    with served(app), app.test_request_context(headers={"X-User": "ada"}):
        engine = current_engine()
        page = data_page(engine, engine.people.subject())
        assert [(it.label, it.value, it.readers) for it in page.live] == [("Display name", "Ada L.", "everyone")]
        assert (page.fields, page.not_held) == ((), ())
        assert "application" in sections(engine)
        subject = engine.people.ensure_subject()
        head, rows = live_records(engine, subject.id)
        assert (head["count"], rows[0]["value"], rows[0]["of_field"]["label"]) == (1, "Ada L.", "Display name")
        assert fields_not_held(engine, {row["field"] for row in rows}) == []
        engine.database.release()
    with served(app):
        shown = app.test_client().get("/account/data", headers={"X-User": "ada"}).text
        assert "From your account in this application" in shown
        assert "Ada L." in shown
        assert "Who you are in this application" in shown
        assert "From your account in this application" not in app.test_client().get("/account/data").text
