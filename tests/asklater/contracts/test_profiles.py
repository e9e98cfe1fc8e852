"""`profiling.profile(user)`: what the application's own code reads, writes and asks of one person."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import request
from flask_login import current_user
from sqlalchemy import select

from asklater import ConfigurationError, Profiling, UndeclaredError, current_engine
from asklater.kinds import Given, Invalid, Unable
from asklater.records import ImportedConsent
from asklater.subjects.rights import restrict
from asklater.tables import answer, answer_event, prompt_field
from tests.asklater.contracts.adopted import MANIFEST, Cards, Member, adopter, larger_manifest, served, with_members
from tests.conftest import running


@pytest.fixture
def profiling(tmp_path: Path, database_url: str) -> Iterator[Profiling]:
    app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
    made = Profiling(app, manifest=larger_manifest(tmp_path), user=lambda: current_user, features=[Cards()])
    with_members(app)

    @app.post("/me")
    def me() -> dict[str, object]:
        profile = made.profile()
        for name, value in request.form.items():
            profile.set(name, value == "yes" if name == "news" else value)
        if "stop" in request.args:
            raise LookupError("the view broke")
        return {"name": profile.get("display_name"), "news": profile.get("news")}

    for _app in running(app):
        yield made


def test_a_value_is_set_read_and_removed_outside_of_a_request(profiling: Profiling) -> None:
    ada = profiling.profile("ada")
    assert (ada.get("display_name"), ada.get("display_name", "?"), ada.holds("display_name")) == (None, "?", False)
    with profiling.transaction():
        ada.set("display_name", "  Ada L. ")
        assert ada.get("display_name") == "Ada L."
    assert ada.holds("display_name")
    with profiling.transaction():
        ada.set("display_name", "Ada Lovelace")
    assert profiling.profile(Member("ada")).get("display_name") == "Ada Lovelace"
    assert profiling.profile("bo").get("display_name") is None
    with profiling.transaction():
        ada.remove("display_name")
        ada.remove("display_name")
        profiling.profile("nobody").remove("display_name")
    assert not ada.holds("display_name")


def test_a_value_is_given_as_it_is_read_as_a_day_or_as_it_was_typed(profiling: Profiling) -> None:
    ada = profiling.profile("ada")
    with profiling.transaction():
        for given in (date(1985, 12, 10), "1985-12-10", Given({"day": ("10",), "month": ("12",), "year": ("1985",)})):
            ada.set("birthday", given)
            assert ada.get("birthday") == "1985-12-10"
            ada.set("birthday", ada.get("birthday"))
        for boolean in (True, False):
            ada.set("gifts", boolean)
            assert ada.get("gifts") is boolean


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birthday", "soon"),
        ("birthday", 5),
        ("birthday", None),
        ("display_name", ""),
        ("display_name", "x" * 5_000),
        ("gifts", "perhaps"),
        ("news", "perhaps"),
    ],
)
def test_what_is_no_such_value_is_refused_with_the_errors_of_its_kind(
    profiling: Profiling, field: str, value: object
) -> None:
    ada = profiling.profile("ada")
    with pytest.raises(Invalid) as refused, profiling.transaction():
        ada.set(field, value)
    assert all(refused.value.errors.values())
    assert not ada.holds(field)


def test_what_an_action_waits_for_is_told_and_nobody_is_asked(profiling: Profiling) -> None:
    ada = profiling.profile("ada")
    assert ada.missing("send_card") == ("display_name", "gifts")
    current_engine().app.extensions["cards"] = True
    assert ada.missing("send_card") == ("display_name", "birthday", "gifts")
    with profiling.transaction():
        ada.set("display_name", "Ada L.")
    assert ada.missing("send_letter") == ()
    assert current_engine().database.reading().execute(select(prompt_field)).first() is None


def test_names_that_are_not_declared_are_told(profiling: Profiling) -> None:
    ada = profiling.profile("ada")
    for use in (ada.get, ada.holds, ada.missing, ada.remove, lambda name: ada.set(name, "Ada L.")):
        with pytest.raises(UndeclaredError, match="is called 'displayname'"):
            use("displayname")


def test_what_nothing_would_commit_is_refused(profiling: Profiling) -> None:
    ada = profiling.profile("ada")
    for write in (
        lambda: ada.set("display_name", "Ada L."),
        lambda: ada.remove("display_name"),
        ada.erase,
        lambda: ada.rename("lovelace"),
    ):
        with pytest.raises(ConfigurationError, match=r"with profiling.transaction\(\):"):
            write()


def test_an_error_undoes_all_of_a_transaction(profiling: Profiling) -> None:
    ada = profiling.profile("ada")
    with pytest.raises(Invalid), profiling.transaction():  # noqa: PT012
        ada.set("display_name", "Ada L.")
        ada.set("birthday", "soon")
    assert not ada.holds("display_name")


def test_in_a_view_it_is_committed_with_the_answer(profiling: Profiling) -> None:
    client = current_engine().app.test_client()
    client.post("/sign-in/ada")
    with pytest.raises(LookupError):
        client.post("/me?stop=1", data={"display_name": "Broken"})
    assert not profiling.profile("ada").holds("display_name")
    said = client.post("/me", data={"display_name": "Ada L.", "news": "yes"}).json
    assert said == {"name": "Ada L.", "news": {"given": True}}
    assert profiling.profile("ada").get("display_name") == "Ada L."
    sources = select(answer.c.source).distinct()
    assert current_engine().database.reading().execute(sources).scalars().all() == ["settings"]


def test_it_is_the_visitors_where_nobody_is_signed_in(profiling: Profiling) -> None:
    client = current_engine().app.test_client()
    assert client.post("/me", data={"display_name": "A guest"}).json == {"name": "A guest", "news": None}
    client.post("/sign-in/ada")
    assert profiling.profile("ada").get("display_name") == "A guest"


def test_a_yes_to_a_consent_is_said_by_its_person_alone(profiling: Profiling) -> None:
    ada = profiling.profile("ada")
    with pytest.raises(ImportedConsent), profiling.transaction():
        ada.set("news", True)
    with profiling.transaction():
        ada.set("news", False)
    assert ada.get("news") == {"given": False}


def test_nothing_new_is_held_of_whoever_has_restricted_it(profiling: Profiling) -> None:
    ada, engine = profiling.profile("ada"), current_engine()
    with profiling.transaction():
        ada.set("display_name", "Ada L.")
        assert ada.subject is not None
        restrict(engine, ada.subject.id)
    with pytest.raises(Unable, match="restricted"), profiling.transaction():
        ada.set("display_name", "Ada Lovelace")
    assert ada.get("display_name") == "Ada L."


def test_what_the_application_changes_is_no_right_that_its_person_exercised(profiling: Profiling) -> None:
    heard, ada = list[str](), profiling.profile("ada")
    current_engine().registry.register_right_listener(lambda act: heard.append(act.name))
    with profiling.transaction():
        ada.set("display_name", "Ada L.")
        ada.set("display_name", "Ada Lovelace")
    assert heard == []
    assert current_engine().database.reading().execute(select(answer_event.c.action)).scalars().all() == ["import"] * 2


def test_a_user_gets_another_id(profiling: Profiling) -> None:
    with profiling.transaction():
        profiling.profile("ada").set("display_name", "Ada L.")
        profiling.profile("ada").rename("lovelace")
    assert profiling.profile("lovelace").get("display_name") == "Ada L."
    assert not profiling.profile("ada").holds("display_name")
    client = current_engine().app.test_client()
    client.post("/sign-in/lovelace")
    assert client.post("/letters").text == "by Ada L."


def test_an_id_that_is_known_already_is_the_same_person(profiling: Profiling) -> None:
    with profiling.transaction():
        profiling.profile("ada").set("display_name", "Ada L.")
        profiling.profile("ada").set("gifts", True)
        profiling.profile("lovelace").set("display_name", "Lovelace")
        profiling.profile("ada").rename("lovelace")
        profiling.profile("nobody").rename("somebody")
    lovelace = profiling.profile("lovelace")
    assert (lovelace.get("display_name"), lovelace.get("gifts")) == ("Lovelace", True)
    assert profiling.profile("ada").subject is None


def test_a_user_whom_the_application_deletes_is_erased(profiling: Profiling) -> None:
    ada = profiling.profile("ada")
    with profiling.transaction():
        ada.set("display_name", "Ada L.")
    with profiling.transaction():
        assert ada.erase()
        assert ada.erase()
    assert ada.subject is None
    assert current_engine().database.reading().execute(select(answer)).all() == []


def test_without_users_it_is_whoever_makes_the_request(tmp_path: Path, database_url: str) -> None:
    app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
    profiling = Profiling(app, manifest=MANIFEST)

    @app.post("/me")
    def me() -> str:
        profiling.profile().set("display_name", request.form["name"])
        return str(profiling.profile().get("display_name"))

    with served(app), app.app_context():
        assert app.test_client().post("/me", data={"name": "A guest"}).text == "A guest"
        with pytest.raises(ConfigurationError, match=r"Profiling\(app, user=\.\.\.\)"):
            profiling.profile("ada")
