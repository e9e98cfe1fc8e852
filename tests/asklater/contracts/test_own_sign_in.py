"""The dashboard and the privacy pages in somebody else's application, without accounts of the library: its own sign-in
says who may open them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import current_user, logout_user

from asklater import ConfigurationError, ManifestError, Profiling, accounts, current_engine, messages
from asklater.insights import Dashboard
from asklater.privacy import Privacy, SignIn
from asklater.records.sources import Sources
from asklater.subjects.users import UserPeople
from tests.asklater.contracts.adopted import MANIFEST, Member, adopter, served, with_members
from tests.support.browsing import forms_of
from tests.support.letter_office import office_manifest
from tests.support.paths import ROOT

Adopt = Callable[..., Flask]
CHAPTER = ROOT / "webapp" / "asklater" / "docs" / "extending.md"
BASE = "<title>{% block title %}{% endblock %}</title>{% block head %}{% endblock %}{% block content %}{% endblock %}"
SIGN_IN = SignIn(
    sign_in=lambda onward: f"/sign-in?next={onward}",
    sign_out=logout_user,
    address=lambda user: f"{user.id}@letters.example",
    find=lambda address: address.partition("@")[0],
)


def documented_layout() -> str:
    """The layout in the chapter that extends an application's own."""
    _before, begins, rest = CHAPTER.read_text("utf-8").partition('{% extends "base.html" %}')
    return begins + rest.partition("```")[0]


def is_one_of(*names: str) -> Callable[[], bool]:
    return lambda: current_user.get_id() in names


@pytest.fixture
def adopt(tmp_path: Path, database_url: str) -> Iterator[Adopt]:
    """Makes the application: the dashboard is for Pam and the boss, the privacy pages for Olga and the boss, keys for
    Ed."""
    with ExitStack() as stack:

        def made(*, late: bool = True, sign_in: SignIn = SIGN_IN) -> Flask:
            app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
            allowed, officer, admin = is_one_of("pam", "boss"), is_one_of("olga", "boss"), is_one_of("ed")
            features = (
                () if late else (Privacy(officer=officer, admin=admin, sign_in=sign_in), Dashboard(allowed=allowed))
            )
            profiling = Profiling(
                app,
                manifest=office_manifest(tmp_path),
                user=lambda: current_user,
                load_user=Member,
                features=[messages, *features],
            )
            if late:
                Dashboard(app, profiling, allowed=allowed)
                Privacy(app, profiling, officer=officer, admin=admin, sign_in=sign_in)
            profiling.create_tables()
            with_members(app)
            return stack.enter_context(served(app))

        yield made


def as_user(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    assert client.post(f"/sign-in/{name}").text == name
    return client


@pytest.mark.thorough
@pytest.mark.parametrize("late", [True, False])
def test_each_role_opens_its_own_pages_and_no_other(adopt: Adopt, late: bool) -> None:
    app = adopt(late=late)
    pages = ("/insights", "/officer", "/staff/keys")
    opened = {
        name: [as_user(app, name).get(page).status_code for page in pages]
        for name in ("pam", "olga", "ed", "boss", "bo")
    }
    assert opened == {
        "pam": [200, 403, 403],
        "olga": [403, 200, 403],
        "ed": [403, 403, 200],
        "boss": [200, 200, 403],
        "bo": [403, 403, 403],
    }


def test_the_links_are_for_those_who_may_follow_them(adopt: Adopt) -> None:
    app = adopt()
    shown = as_user(app, "boss").get("/account/data").text
    assert 'href="/insights"' in shown
    assert 'href="/officer"' in shown
    assert 'href="/insights"' not in as_user(app, "bo").get("/account/data").text


def test_whoever_is_not_signed_in_is_told_where_to(adopt: Adopt) -> None:
    app = adopt()
    refused = app.test_client().get("/insights?days=7")
    assert refused.status_code == 403
    assert 'href="/sign-in?next=/insights?days=7"' in refused.text
    assert "/sign-in" not in as_user(app, "bo").get("/insights").text


@pytest.mark.thorough
def test_every_page_is_drawn(adopt: Adopt) -> None:
    app = adopt()
    boss, keeper = as_user(app, "boss"), as_user(app, "ed")
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    paths = [rule.rule for rule in rules if rule.rule.startswith(("/insights", "/officer", "/privacy", "/account"))]
    assert len(paths) > 60
    drawn = {path: boss.get(path).status_code for path in paths}
    assert {path: status for path, status in drawn.items() if status not in {200, 303, 400, 404, 410}} == {}
    assert keeper.get("/staff/keys").status_code == 200


def test_pages_keep_their_sheets_in_a_layout_that_puts_them_into_its_head(adopt: Adopt, tmp_path: Path) -> None:
    (tmp_path / "templates" / "asklater").mkdir(parents=True)
    (tmp_path / "templates" / "base.html").write_text(BASE, "utf-8")
    (tmp_path / "templates" / "asklater" / "layout.html").write_text(documented_layout(), "utf-8")
    boss = as_user(adopt(), "boss")
    for page, sheet in (("/insights", "dashboard"), ("/officer", "privacy"), ("/account/data", "privacy")):
        shown = boss.get(page).text
        assert shown.lstrip().startswith("<title>")
        assert [f"css/{name}.css" in shown for name in ("base", "components", sheet)] == [True] * 3, page
        assert 'id="status"' in shown


@pytest.mark.thorough
def test_a_user_takes_their_data_along_and_erases_it(adopt: Adopt) -> None:
    app = adopt()
    bo = as_user(app, "bo")
    action, hidden = forms_of(bo.post("/letters", data={"text": "Dear Ada"}).text)[-1]
    assert bo.post(action, data={**hidden, "answer.display_name": "Bodil Nine"}).text == "by Bodil Nine"
    assert "Bodil Nine" in bo.get("/account/data").text
    assert bo.get("/account/export").status_code == 200
    action, hidden = next(form for form in forms_of(bo.get("/account/erase").text) if "erase" in form[0])
    erased = bo.post(action, data={**hidden, "erase": "yes"})
    assert erased.status_code == 303
    assert "/erased/" in erased.location
    assert "So that people see who wrote." in as_user(app, "bo").post("/letters", data={"text": "Dear Ada"}).text


def test_what_wants_a_fresh_proof_leads_to_it_and_back(adopt: Adopt) -> None:
    stale = SignIn(fresh=lambda: False, prove=lambda onward: f"/again?next={onward}")
    page = as_user(adopt(sign_in=stale), "bo").get("/account/export")
    assert (page.status_code, page.location) == (303, "/again?next=/account/export")


def test_where_a_fresh_proof_cannot_be_given_it_stays_closed(adopt: Adopt) -> None:
    assert as_user(adopt(sign_in=SignIn(fresh=lambda: False)), "bo").get("/account/export").status_code == 403


def test_mistakes_are_told(tmp_path: Path) -> None:
    app, manifest = adopter(tmp_path), office_manifest(tmp_path)
    with pytest.raises(ConfigurationError, match=r"Dashboard\(app, profiling\) takes both"):
        Dashboard(app)
    with pytest.raises(ConfigurationError, match="has joined no application yet"):
        Privacy(app, Profiling())
    profiling = Profiling(app, manifest=manifest, features=[messages])
    with pytest.raises(ConfigurationError, match="is a function, such as"):
        Dashboard(app, profiling, allowed=True)  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="say who they are"):
        Privacy(app, profiling, sign_in=SIGN_IN)


def test_accounts_say_it_themselves(tmp_path: Path) -> None:
    features = [messages, accounts, Dashboard(allowed=lambda: True)]
    app = adopter(tmp_path, ASKLATER_PUBLIC_URL="https://letters.example")
    with pytest.raises(ConfigurationError, match="leave out one of them"):
        Profiling(app, manifest=office_manifest(tmp_path), features=features)


def test_a_manifest_that_lacks_what_privacy_needs_is_told(tmp_path: Path) -> None:
    app = adopter(tmp_path)
    with pytest.raises(ManifestError, match="controller"):
        Privacy(app, Profiling(app, manifest=MANIFEST))


@pytest.mark.parametrize("purpose", ["account", "accountability", "asking", "measurement"])
def test_a_purpose_of_the_librarys_own_records_has_to_be_declared(tmp_path: Path, purpose: str) -> None:
    manifest = office_manifest(tmp_path)
    whole = manifest.read_text("utf-8")
    before, _purpose, rest = whole.partition(f"[purposes.{purpose}]\n")
    manifest.write_text(before + rest.partition("\n\n")[2], "utf-8")
    with pytest.raises(ManifestError, match=rf"purposes\.{purpose}: records are kept for it \(.*\w+.*getting-started"):
        Profiling(adopter(tmp_path), manifest=manifest, user=lambda: None, features=[messages, Privacy()])


def test_coverage_says_that_the_applications_own_records_are_not_counted(adopt: Adopt) -> None:
    app = adopt()
    boss, said = as_user(app, "boss"), "What the application keeps in its own user records is not counted."
    assert said not in boss.get("/insights").text
    with app.app_context():
        answers, people = current_engine().answers, current_engine().people
    assert isinstance(people, UserPeople)
    answers.sources = Sources(Member, people.users.id_of)
    assert said in boss.get("/insights").text
