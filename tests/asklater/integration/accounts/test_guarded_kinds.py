"""Guarded kinds: on an old proof nobody gives the account a phone or a second address, whatever route they take, and
whoever proves who they are finds what they did."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.tables import AccountEvent, PhoneCode, PhoneFactor
from asklater.asking.submission import TOKEN
from asklater.engine import Engine
from asklater.kinds.base import ReauthenticationRequired
from asklater.kinds.text import Text
from asklater.messages.tables import OutgoingMail
from asklater.prompt_tokens import PromptToken
from asklater.records.answers import Provenance
from asklater.schema import upgrade
from asklater.settings import Settings
from tests.asklater.integration.accounts.recovery_steps import ADA
from tests.asklater.integration.accounts.test_recovery_lost_factor import prove_mail
from tests.conftest import within
from tests.support.applications import lent, opened
from tests.support.browsing import Browser, went_to
from tests.support.factors import protect
from tests.support.people import browser_of, settle
from tests.support.records import held, rows
from tests.support.workshop import PEOPLED_WORKSHOP

PROMPT, NUMBER, CODE = "/ask/enrol_phone?next=/account/phone/add", "answer.phone", "answer.verified_phone"
PHONE = "+49 1512 3456789"
JSON = {"Accept": "application/json"}
BACKGROUND = """
[prompts.call_me]
label = "May we call you?"
reason = "So that we reach you quickly."
fields = ["phone"]
placement = "desk"
cooldown = "P1D"
impressions = 3
"""
UNPROVED = "urn:asklater:problem:reauthentication-required"


@pytest.fixture
def workshop(settings: Settings) -> Iterator[Flask]:
    with lent(settings, [*PEOPLED_WORKSHOP, "tests.support.factors"]) as app:
        yield from within(app)


@pytest.fixture
def ada(workshop: Flask) -> int:
    """An account with a proved address and a strong factor."""
    return protect(workshop, settle(workshop, ADA))


@pytest.fixture
def stale(workshop: Flask, ada: int) -> Browser:
    """Ada's browser, which she left open: she proved nothing lately."""
    return browser_of(workshop, ada, proved=False)


def token(app: Flask, number: int, action: str, *fields: str) -> str:
    """That of a prompt which was drawn while the proof was fresh."""
    engine: Engine = app.extensions["asklater.engine"]
    return str(engine.tokens.sign(PromptToken(number, action, 0, fields, 1, "/")))


def events(app: Flask) -> list[str]:
    return [row.event for row in rows(app, AccountEvent.__table__)]


@pytest.mark.parametrize("htmx", [False, True])
def test_the_prompt_is_not_even_shown(workshop: Flask, ada: int, htmx: bool) -> None:
    stale = browser_of(workshop, ada, proved=False, htmx=htmx)
    assert went_to(stale.get(PROMPT)) == f"/confirm?next={PROMPT}".replace("?next=/acc", "?next%3D/acc")
    assert rows(workshop, PhoneCode.__table__) == []


def test_a_prompt_that_was_drawn_before_stores_nothing_and_waits(workshop: Flask, ada: int, stale: Browser) -> None:
    data = {NUMBER: PHONE, TOKEN: token(workshop, ada, "enrol_phone", "phone"), "note": "typed before"}
    away = went_to(stale.post("/account/phone/add", data))
    assert away.startswith("/confirm?next=")
    stale.post(PROMPT, data)
    assert (ada, "phone") not in held(workshop)
    assert rows(workshop, PhoneCode.__table__) == []


@pytest.fixture
def caller(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An application that asks for a phone at an action and in the background, as an adopter's might."""
    declared = settings.manifest.read_text("utf-8")
    look = declared.index("[actions.look]")
    needing = declared[look:].replace("requires = []", 'reason = "So that we can call."\nrequires = ["phone"]', 1)
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(declared[:look] + needing + BACKGROUND, "utf-8")
    with opened(replace(settings, manifest=manifest), [*PEOPLED_WORKSHOP, "tests.support.factors"]) as app:
        upgrade(app.extensions["asklater.database"])
        yield app


def test_what_was_typed_at_an_action_is_there_after_the_proof(caller: Flask) -> None:
    number = protect(caller, settle(caller, ADA))
    stale = browser_of(caller, number, proved=False)
    away = went_to(stale.post("/look", {NUMBER: PHONE, TOKEN: token(caller, number, "look", "phone"), "by": "eye"}))
    onward = away.partition("next=")[2]
    assert onward.startswith("/ask/resume/")
    stale.get(f"/stand-in?next={onward}")
    assert 'value="eye"' in stale.get(onward).text
    page = stale.answer({})
    assert f'value="{PHONE}"' in page.text
    assert (number, "phone") not in held(caller)
    assert stale.answer({NUMBER: PHONE}).text == "looked"
    assert (number, "phone") in held(caller)


def test_what_was_typed_for_a_page_is_there_too(workshop: Flask, ada: int, stale: Browser) -> None:
    data = {NUMBER: PHONE, TOKEN: token(workshop, ada, "enrol_phone", "phone")}
    onward = unquote(went_to(stale.post(PROMPT, data))).partition("next=")[2]
    assert onward.startswith("/ask/resume/")
    stale.get(f"/stand-in?next={onward}")
    stale.get(onward)
    assert f'value="{PHONE}"' in stale.answer({}).text
    assert (ada, "phone") not in held(workshop)


@pytest.mark.thorough
def test_what_was_typed_in_the_background_is_there_as_well(caller: Flask) -> None:
    number = protect(caller, settle(caller, ADA))
    stale = browser_of(caller, number, proved=False)
    stale.get("/desk")
    away = went_to(stale.answer({NUMBER: PHONE}))
    onward = away.partition("next=")[2]
    assert onward.startswith("/ask/resume/")
    stale.get(f"/stand-in?next={onward}")
    assert "May we call you?" in stale.get(onward).text
    page = stale.answer({})
    assert f'value="{PHONE}"' in page.text
    assert "no longer valid" not in page.text
    assert went_to(stale.answer({NUMBER: PHONE})) == "/desk"
    assert (number, "phone") in held(caller)
    assert stale.get(onward).status_code == 409


@pytest.fixture
def guarded_name(workshop: Flask, ada: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page that changes a guarded field: an adopter's kind, which the account's own form asks."""
    monkeypatch.setattr(Text, "guarded", True)
    engine: Engine = workshop.extensions["asklater.engine"]
    with workshop.app_context(), engine.database.unit_of_work():
        engine.save(ada, "display_name", "Ada", Provenance("publish"), prompted=False)
    return "/account/fields/display_name"


@pytest.mark.parametrize("htmx", [False, True])
def test_what_was_typed_on_the_page_that_changes_a_field_waits_as_well(
    workshop: Flask, ada: int, guarded_name: str, htmx: bool
) -> None:
    stale = browser_of(workshop, ada, proved=False, htmx=htmx)
    onward = unquote(went_to(stale.post(guarded_name, {"answer.display_name": "Ada L."}))).partition("next=")[2]
    assert onward.startswith("/ask/resume/")
    stale.get(f"/stand-in?next={onward}")
    assert 'value="Ada L."' in stale.get(onward).text
    resumed = stale.forms()[-1][1]
    assert went_to(stale.answer({})) == "/account"
    assert "Ada L." in stale.get("/account").text
    again = stale.post(guarded_name, {**resumed, "csrf_token": stale.csrf_token(), "answer.display_name": "Eve"})
    assert again.status_code == 409
    assert "Eve" not in stale.get("/account").text
    assert stale.get(onward).status_code == 409


def test_json_in_the_background_is_told_as_well(caller: Flask) -> None:
    number = protect(caller, settle(caller, ADA))
    stale = browser_of(caller, number, proved=False)
    data = {NUMBER: PHONE, TOKEN: token(caller, number, "desk", "phone")}
    page = stale.post("/ask/background/call_me", data, headers=JSON)
    assert (page.status_code, page.json["type"]) == (403, UNPROVED)
    assert (number, "phone") not in held(caller)


def test_json_is_told_to_have_somebody_prove_who_they_are(workshop: Flask, ada: int, stale: Browser) -> None:
    data = {NUMBER: PHONE, TOKEN: token(workshop, ada, "enrol_phone", "phone")}
    for page in (
        stale.post(PROMPT, data, headers=JSON),
        stale.post("/account/phone/add", data, headers=JSON),
        stale.get("/account/phone", headers=JSON),
        stale.post("/account/fields/email/remove", headers=JSON),
    ):
        assert page.status_code == 403
        assert page.content_type == "application/problem+json"
        assert page.json["type"] == UNPROVED
        assert page.json["reauthentication_url"].startswith("http://localhost/confirm?next=/")
    assert held(workshop) == {(ada, "email"), (ada, "verified_email")}


def test_a_view_of_the_application_s_own_cannot_save_it_either(workshop: Flask, ada: int, stale: Browser) -> None:
    engine: Engine = workshop.extensions["asklater.engine"]
    name = workshop.config["SESSION_COOKIE_NAME"]
    session = stale.client.get_cookie(name)
    assert session is not None
    with workshop.test_request_context(headers={"Cookie": f"{name}={session.value}"}):
        for save in (
            lambda: engine.save(ada, "phone", "+4915123456789", Provenance("publish"), prompted=True),
            lambda: engine.change(ada, "phone", "+4915123456789"),
        ):
            with engine.database.unit_of_work(), pytest.raises(ReauthenticationRequired):
                save()
    assert (ada, "phone") not in held(workshop)


def test_a_job_saves_for_nobody_s_request(workshop: Flask, ada: int) -> None:
    engine: Engine = workshop.extensions["asklater.engine"]
    with workshop.app_context(), engine.database.unit_of_work():
        engine.save(ada, "phone", "+4915123456789", Provenance("import", "import"), prompted=False)
    assert (ada, "phone") in held(workshop)


def test_an_account_that_has_nothing_to_prove_is_not_asked(workshop: Flask) -> None:
    """A new one, whose address nobody has proved: its first proof is the code itself."""
    visitor = Browser(workshop)
    visitor.get("/account/bring-back")
    visitor.answer({"answer.email": "new@x.example"})
    assert 'name="answer.verified_email"' in visitor.page.text  # type: ignore[union-attr]
    assert went_to(visitor.answer({"answer.verified_email": visitor.mailed_code()})) == "/account/bring-back"


@pytest.mark.thorough
def test_a_phone_that_is_merely_known_is_no_evidence(workshop: Flask, ada: int, another: object) -> None:
    """As when it was answered by the prompt without its page: it opens nothing sooner."""
    owner = browser_of(workshop, ada, factor=True)
    owner.get(PROMPT)
    owner.answer({NUMBER: PHONE})
    owner.answer({CODE: owner.texted_code()})
    assert {(ada, "phone"), (ada, "verified_phone")} <= held(workshop)
    assert rows(workshop, PhoneFactor.__table__) == []
    assert "phone_added" in events(workshop)
    assert [mail.title for mail in rows(workshop, OutgoingMail.__table__)] == ["A phone number was added"]
    thief = prove_mail(Browser(workshop))
    page = thief.get("/recover/factor").text
    assert "after 1 day" not in page
    assert 'name="phone"' not in page
    owner.post("/account/phone/add")
    assert "Phone: after 1 day" in thief.get("/recover/factor").text


def test_a_proof_grows_old_in_a_quarter_of_an_hour(workshop: Flask, ada: int) -> None:
    owner = browser_of(workshop, ada, factor=True)
    with clock.at(clock.now() + timedelta(minutes=14)):
        assert owner.get(PROMPT).status_code == 200
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert went_to(owner.get(PROMPT)).startswith("/confirm")


def test_a_phone_that_comes_along_from_a_visit_is_told(workshop: Flask) -> None:
    """A visitor gave it, then turned out to have an account: its owner hears of the number."""
    settle(workshop, ADA)
    engine: Engine = workshop.extensions["asklater.engine"]
    visitor = Browser(workshop)
    visitor.get("/account/bring-back")
    visitor.answer({"answer.email": ADA})
    guest = max(number for number, _field in held(workshop))
    with workshop.app_context(), engine.database.unit_of_work():
        engine.answers.give(guest, "phone", "+4915123456789", Provenance("publish"))
    visitor.answer({"answer.verified_email": visitor.mailed_code()})
    assert "A phone number was added" in [mail.title for mail in rows(workshop, OutgoingMail.__table__)]
