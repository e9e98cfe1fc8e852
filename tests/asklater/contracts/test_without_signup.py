"""An application that signs people up by itself, or not at all: its manifest has no `[signup]`; accounts make do."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask_login import current_user

from asklater import ConfigurationError, ManifestError, Profiling, accounts, gate, messages
from asklater.checks.manifest import parse
from asklater.cli import main
from asklater.insights import Dashboard
from asklater.manifest.diff import compare
from asklater.testing import ProfilingClient
from tests.asklater.contracts.adopted import MANIFEST, adopter, served, with_members

WITH_SIGNUP = MANIFEST.read_text("utf-8")
TEXT, _, _ = WITH_SIGNUP.partition("[signup]")

DECLARED = TEXT[TEXT.index("[fields") : TEXT.index("[actions")]
PROOF = DECLARED.replace("display_name", "proof").replace('"text"', '"verified_email"')
PROVE = """after = ["email"]
settings = { proves = "email" }

[actions.prove]
label = "Prove the address"
reason = "A code shows that it is yours."
requires = ["email", "proof"]
"""
ADDRESSES = (TEXT + PROOF.rstrip() + "\n" + PROVE).replace("display_name", "email").replace('"text"', '"email"')


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    file = tmp_path / "letters.toml"
    file.write_text(TEXT, "utf-8")
    return file


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[Flask]:
    with ExitStack() as stack:
        made = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url, ASKLATER_PUBLIC_URL="https://letters.example")
        made.test_client_class = ProfilingClient
        yield made
        stack.enter_context(served(made))


def test_one_field_of_one_kind_starts_and_gates(app: Flask, manifest: Path) -> None:
    Profiling(app, manifest=manifest).create_tables()

    @app.post("/letters")
    @gate("send_letter")
    def send_letter() -> str:
        return "sent"

    client = app.test_client()
    assert isinstance(client, ProfilingClient)
    prompt = client.post("/letters")
    assert "Display name" in prompt.text
    assert client.answer(prompt, display_name="Ada").text == "sent"
    assert client.get("/ask/sign_up").status_code == 404


def test_the_check_is_content(app: Flask, manifest: Path) -> None:
    Profiling(app, manifest=manifest)
    here = app.test_cli_runner().invoke(args=["asklater", "manifest", "check"])
    alone = CliRunner().invoke(main, ["manifest", "check", str(manifest)])
    assert here.output == alone.output == "letters.toml: no findings\n"
    assert (here.exit_code, alone.exit_code) == (0, 0)


def test_a_form_without_a_field_is_none(manifest: Path) -> None:
    manifest.write_text(f"{TEXT}[signup]\nfields = []\n", "utf-8")
    assert "signup.fields" in CliRunner().invoke(main, ["manifest", "check", str(manifest)]).output


def test_a_kind_that_is_missing_stops_the_start(app: Flask, manifest: Path) -> None:
    manifest.write_text(TEXT.replace('kind = "text"', 'kind = "email"'), "utf-8")
    with pytest.raises(ManifestError, match=r"line 10: fields.display_name.kind: no kind is called 'email'"):
        Profiling(app, manifest=manifest)


@pytest.mark.thorough
def test_the_dashboard_draws_every_page(app: Flask, manifest: Path) -> None:
    dashboard = Dashboard(allowed=lambda: current_user.get_id() == "pam")
    profiling = Profiling(app, manifest=manifest, user=lambda: current_user, features=[messages, dashboard])
    profiling.create_tables()
    with_members(app)
    pam = app.test_client()
    pam.post("/sign-in/pam")
    assert app.test_cli_runner().invoke(args=["asklater", "job", "note_signup_form"]).exit_code == 0
    rules = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    drawn = {path: pam.get(path).status_code for path in rules if path.startswith("/insights")}
    assert len(drawn) > 15
    assert {path: status for path, status in drawn.items() if status not in {200, 303, 400}} == {}
    assert "the application signs people up by itself" in pam.get("/insights/sign-up").text
    assert "Review the sign-up form" not in pam.get("/insights").text


@pytest.mark.thorough
def test_with_accounts_people_sign_in_by_what_they_hold(app: Flask, manifest: Path) -> None:
    Profiling(app, manifest=manifest, features=[messages, accounts]).create_tables()

    @app.post("/letters")
    @gate("send_letter")
    def send_letter() -> str:
        return "sent"

    client = app.test_client()
    assert isinstance(client, ProfilingClient)
    assert client.answer(client.post("/letters"), display_name="Ada").text == "sent"
    assert client.get("/sign-in?next=/letters").location == "/sign-in/passkey?next=/letters"
    for path in ("/sign-in/passkey", "/account", "/account/security", "/recover"):
        assert client.get(path, follow_redirects=True).status_code in {200, 403}


def test_accounts_want_to_know_where_people_find_the_site(tmp_path: Path, manifest: Path) -> None:
    with pytest.raises(ConfigurationError, match="set ASKLATER_PUBLIC_URL, such as https"):
        Profiling(adopter(tmp_path), manifest=manifest, features=[messages, accounts])


@pytest.mark.thorough
def test_a_demo_that_goes_by_a_name_nobody_told_says_that_it_has_no_passkeys(tmp_path: Path, manifest: Path) -> None:
    app = adopter(tmp_path, ASKLATER_MODE="demo")
    Profiling(app, manifest=manifest, features=[messages, accounts]).create_tables()
    with served(app):
        page = app.test_client().get("/sign-in/passkey", base_url="http://letters.example/")
    assert page.status_code == 200
    assert "here this one goes by no name" in page.text


@pytest.mark.thorough
def test_with_accounts_no_action_is_forced_on_the_manifest(app: Flask, manifest: Path) -> None:
    manifest.write_text(ADDRESSES, "utf-8")
    Profiling(app, manifest=manifest, features=[messages, accounts]).create_tables()

    @app.post("/letters")
    @gate("send_letter")
    def send_letter() -> str:
        return "sent"

    client = app.test_client()
    assert isinstance(client, ProfilingClient)
    assert client.answer(client.post("/letters"), email="ada@letters.example").text == "sent"
    for path in ("/account", "/account/security", "/account/activity"):
        page = client.get(path)
        assert page.status_code == 200
        for there_is_none in ("passkeys/new", "account/authenticator", "bring-back", "phone/add", "recovery-address"):
            assert there_is_none not in page.text
    for path in ("passkeys/new", "authenticator", "bring-back", "phone/add"):
        assert client.get(f"/account/{path}").status_code == 404


def test_a_form_that_comes_or_goes_stops_nobody() -> None:
    old, new = parse(TEXT, "old"), parse(WITH_SIGNUP, "new")
    assert compare(old, new).at_signup == compare(new, old).at_signup == ()
    assert compare(old, new).new_actions == compare(new, old).gone_actions == ("sign_up",)


def test_an_address_without_its_proof_stops_the_start_of_accounts(app: Flask, manifest: Path) -> None:
    manifest.write_text(TEXT.replace('"text"', '"email"'), "utf-8")
    said = "fields.display_name.kind: with accounts, a field of the kind 'verified_email' proves it"
    with pytest.raises(ManifestError, match=said):
        Profiling(app, manifest=manifest, features=[messages, accounts])
