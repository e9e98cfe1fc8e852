"""`asklater manifest draft`: what others declare becomes a manifest that the check accepts, its open points marked."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings, strategies as st

from asklater.checks.manifest import parse
from asklater.cli import main
from asklater.manifest.drafts.draft import OPEN, READERS, draft
from asklater.manifest.drafts.fields import NotReadable

DECLARED = Path(__file__).parent / "declared"
FILES = {"keycloak": "keycloak.json", "kratos": "kratos.json", "auth0-form": "auth0-form.json", "csv": "csv.csv"}
each_system = pytest.mark.parametrize("system", READERS)


def command(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["manifest", *map(str, arguments)])


def fields_of(system: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = tomllib.loads(draft(system, DECLARED / FILES[system]))["fields"]
    return found


def needs_of(system: str) -> dict[str, bool]:
    """The fields of the draft's action, with whether it waits for each."""
    document = tomllib.loads(draft(system, DECLARED / FILES[system]))
    return {need["field"]: not need.get("optional") for need in document["actions"]["complete_profile"]["requires"]}


@each_system
def test_the_check_accepts_a_draft(system: str, tmp_path: Path) -> None:
    drafted = command("draft", system, DECLARED / FILES[system])
    assert drafted.exit_code == 0
    assert OPEN in drafted.output
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(drafted.output, "utf-8")
    checked = command("check", manifest)
    assert checked.exit_code == 0, checked.output
    assert [line for line in checked.output.splitlines() if not line.startswith("warning: ")] == []


def test_keycloaks_user_profile() -> None:
    fields = fields_of("keycloak")
    assert [(key, it["kind"]) for key, it in fields.items()] == [
        ("email", "email"),
        ("first_name", "text"),
        ("company_size", "choice"),
        ("topics", "choices"),
        ("age", "number"),
        ("about", "text"),
        ("website", "url"),
        ("born", "date"),
        ("tax_id", "text"),
    ]
    assert fields["company_size"]["settings"] == {"options": {"s": "1 to 9", "m": "10 to 99", "l": "100 and more"}}
    assert fields["age"]["settings"] == {"least": 18, "most": 120}
    assert fields["about"]["settings"] == {"max_length": 2000, "multiline": True}
    assert [key for key, waits in needs_of("keycloak").items() if waits] == ["first_name", "company_size", "age"]
    text = draft("keycloak", DECLARED / "keycloak.json")
    for told in (
        f"# {OPEN}: the label is ${{firstName}} there",
        f"# {OPEN}: it is required there for the scopes profile alone",
        f"# {OPEN}: settings.pattern = '^[0-9]{{11}}$' takes an example beside it",
        f"# {OPEN}: people may not edit these there: ldapId",
    ):
        assert told in text


def test_a_realm_holds_its_user_profile_as_a_text(tmp_path: Path) -> None:
    profile = (DECLARED / "keycloak.json").read_text("utf-8")
    provider = [{"id": "1", "config": {"kc.user.profile.config": [profile]}}]
    realm = {"realm": "x", "attributes": {}, "components": {"org.keycloak.userprofile.UserProfileProvider": provider}}
    path = tmp_path / "realm.json"
    path.write_text(json.dumps(realm), "utf-8")
    assert draft("keycloak", path) == draft("keycloak", DECLARED / "keycloak.json")


def test_kratos_traits() -> None:
    fields = fields_of("kratos")
    assert {key: it["kind"] for key, it in fields.items()} == {
        "email": "email",
        "name_first": "text",
        "name_last": "text",
        "plan": "choice",
        "seats": "number",
        "terms": "boolean",
        "born": "date",
        "vat": "text",
        "interests": "choices",
    }
    assert [key for key, waits in needs_of("kratos").items() if waits] == ["name_first"]
    text = draft("kratos", DECLARED / "kratos.json")
    assert f"# {OPEN}: a yes to terms or to email is a consent" in text
    assert f"# {OPEN}: these are no fields that a form asks for: tags" in text


def test_the_fields_of_an_auth0_form() -> None:
    fields = fields_of("auth0-form")
    assert list(fields) == ["email", "company_name", "role", "uses", "note"]
    assert fields["company_name"]["settings"] == {"min_length": 2, "max_length": 80}
    assert fields["role"]["settings"] == {"options": {"dev": "Developer", "pm": "Product manager"}}
    assert fields["uses"]["kind"] == "choices"
    text = draft("auth0-form", DECLARED / "auth0-form.json")
    assert f"# {OPEN}: its hint there is: As on your invoices" in text
    assert "without a kind here: pin" in text


def test_the_columns_of_a_table() -> None:
    fields = fields_of("csv")
    assert {key: it["kind"] for key, it in fields.items()} == {
        "email": "email",
        "company_name": "text",
        "seats": "number",
        "newsletter": "boolean",
        "since": "date",
        "plan": "choice",
        "nothing": "text",
    }
    assert needs_of("csv")["company_name"]  # nothing is required there, and an action waits for something
    assert "no fields: password_hash" in draft("csv", DECLARED / "csv.csv")


def test_two_names_of_one_key_and_names_that_are_none_get_keys_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "columns.csv"
    path.write_text(f"email,Company,company,1st,{'x' * 60},{'x' * 61},日本\n", "utf-8")
    found = list(tomllib.loads(draft("csv", path))["fields"])
    assert found == ["email", "company", "company_2", "field_1st", "x" * 40, "x" * 36 + "_2", "field"]


@pytest.mark.parametrize(
    ("system", "text", "words"),
    [
        ("keycloak", "[]", "it is no realm"),
        ("keycloak", '{"realm": "x"}', "it declares no user profile"),
        ("keycloak", '{"attributes": []}', "no field that people are asked for"),
        ("kratos", "{}", "it is no identity schema"),
        ("auth0-form", '{"form": {}}', "it is no form"),
        ("kratos", "{", "it is not JSON"),
        ("csv", "", "it is no table with a header"),
    ],
)
def test_what_declares_nothing_is_told(system: str, text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "declared"
    path.write_text(text, "utf-8")
    said = command("draft", system, path)
    assert said.exit_code == 1
    assert words in said.output


def test_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "declared"
    path.write_bytes("email;größe".encode("latin-1"))
    assert "save it so" in command("draft", "csv", path).output


@each_system
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_declaration_ends_in_words_or_in_a_draft_of_the_right_form(
    system: str, tmp_path: Path, data: st.DataObject
) -> None:
    document = (DECLARED / FILES[system]).read_text("utf-8")
    at = data.draw(st.integers(0, len(document)))
    new = data.draw(st.text(max_size=3) | st.sampled_from(["null", "[]", "{}", '""', "1", "true", "\x7f", "\x00"]))
    path = tmp_path / "declared"
    path.write_text(document[:at] + new + document[at + data.draw(st.integers(0, 3)) :], "utf-8", "replace")
    try:
        drafted = draft(system, path)
    except NotReadable:
        return
    assert parse(drafted, "draft").fields
