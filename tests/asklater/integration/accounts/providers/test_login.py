"""Continue with a provider: there, back, and what follows."""

from urllib.parse import urlsplit

import pytest
from flask import Flask

from asklater.accounts.tables import Account, AccountEvent, AuthorizationAttempt, LinkedIdentity
from asklater.messages.tables import OutgoingMail
from asklater.tables import answer, subject, suggestion
from tests.asklater.integration.accounts.providers.fake_provider import CODE, challenge_of
from tests.asklater.integration.accounts.providers.journeys import Traveller
from tests.support.answers import ada
from tests.support.browsing import Browser
from tests.support.people import settle
from tests.support.records import episodes, rows

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "::1"])


def sources(app: Flask) -> dict[str, tuple[str, str]]:
    return {row.field: (row.action, row.source) for row in rows(app, answer)}


@pytest.mark.thorough
def test_it_is_offered_where_an_address_is_asked_and_nowhere_else(visitor: Browser) -> None:
    assert "Continue with Acme" in visitor.post("/publish").text
    visitor.answer({"answer.email": "ada@x.example"})
    assert "Continue with Acme" not in visitor.post("/publish").text
    assert "Continue with Acme" in visitor.get("/export").text


def test_the_way_there_says_who_asks_for_what_and_proves_itself_later(traveller: Traveller) -> None:
    traveller.leave()
    assert urlsplit(traveller.url).path == "/acme/authorize"
    assert traveller.sent["client_id"] == "workshop"
    assert traveller.sent["response_type"] == "code"
    assert traveller.sent["scope"] == "openid email profile"
    assert traveller.sent["code_challenge_method"] == "S256"
    assert traveller.sent["redirect_uri"] == "http://localhost/sign-in/with/acme/return"
    assert min(len(traveller.sent[name]) for name in ("state", "nonce", "code_challenge")) >= 32
    traveller.come_back()
    form = traveller.fake.form
    assert challenge_of(form["code_verifier"]) == traveller.sent["code_challenge"]
    assert (form["code"], form["redirect_uri"]) == (CODE, traveller.sent["redirect_uri"])
    assert traveller.fake.authorization.startswith("Basic ")


@pytest.mark.thorough
def test_a_new_person_is_in_with_a_proved_address_and_asked_nothing(traveller: Traveller, workshop: Flask) -> None:
    page = traveller.go()
    assert (page.status_code, page.location) == (303, "/ask/sign_up?next=/account&result=page")
    assert traveller.browser.get(page.location).location == "/account"
    assert "ada@x.example" in traveller.account()
    (account,) = rows(workshop, Account.__table__)
    assert account.verified_at is not None
    assert sources(workshop) == {"email": ("sign_up", "provider"), "verified_email": ("sign_up", "provider")}
    assert episodes(workshop) == [("sign_up", "email", "completed")]
    assert "Verified by a provider" in traveller.account()


def test_the_identity_is_linked_and_its_owner_is_told(traveller: Traveller, workshop: Flask) -> None:
    traveller.go()
    (identity,) = rows(workshop, LinkedIdentity.__table__)
    assert (identity.provider, identity.sub) == ("acme", "person-1")
    assert identity.issuer.endswith("/acme")
    assert [row.event for row in rows(workshop, AccountEvent.__table__)] == ["signed_up", "proved", "provider_linked"]
    (mail,) = rows(workshop, OutgoingMail.__table__)
    assert (mail.recipient, mail.title) == ("ada@x.example", "A provider was linked")


@pytest.mark.thorough
def test_coming_back_it_is_the_same_account_whatever_address_the_provider_names(
    another_traveller: type[Traveller], workshop: Flask
) -> None:
    another_traveller().go()
    second = another_traveller()
    second.go(email="new.name@x.example")
    assert "ada@x.example" in second.account()
    assert len(rows(workshop, Account.__table__)) == 1
    assert len(rows(workshop, LinkedIdentity.__table__)) == 1
    assert "signed_in" in [row.event for row in rows(workshop, AccountEvent.__table__)]
    assert len(rows(workshop, subject)) == 1


@pytest.mark.thorough
def test_the_owner_of_the_address_is_signed_in_and_what_was_gathered_comes_along(
    traveller: Traveller, workshop: Flask
) -> None:
    owner = settle(workshop)
    traveller.browser.post("/publish", {"text": "hello"})
    traveller.browser.answer({"answer.email": "", "answer.display_name": "Countess"})
    traveller.press().come_back()
    assert "Countess" in traveller.account()
    (identity,) = rows(workshop, LinkedIdentity.__table__)
    assert identity.subject_id == owner
    assert [row.id for row in rows(workshop, subject)] == [owner]


@pytest.mark.thorough
def test_the_interrupted_action_goes_on_with_one_press(traveller: Traveller) -> None:
    traveller.browser.post("/publish", {"text": "hello"})
    page = traveller.press(**{"answer.display_name": "Ada"}).come_back()
    page = traveller.browser.get(page.location)
    assert "Welcome back" in page.text
    asked = traveller.browser.answer({}, form=0)
    assert "answer.email" not in asked.text
    assert traveller.browser.answer({key: value for key, value in ada().items() if key != "answer.email"}).text == (
        "published hello"
    )


def test_an_export_goes_on_by_itself(traveller: Traveller) -> None:
    page = traveller.leave(prompt="/export").come_back()
    page = traveller.browser.get(page.location)
    assert "Thank you" in page.text
    assert traveller.browser.get("/export").text == "exported"


@pytest.mark.thorough
def test_the_address_that_was_typed_gives_way_to_the_proved_one(traveller: Traveller, workshop: Flask) -> None:
    """Otherwise the proof of one's own address would prove any other that was typed before."""
    traveller.browser.get("/ask/sign_up?next=/account")
    traveller.browser.answer({"answer.email": "victim@x.example"})
    traveller.leave(prompt="/export").come_back()
    (account,) = rows(workshop, Account.__table__)
    assert account.email == "ada@x.example"
    page = traveller.account()
    assert "Acme says ada@x.example, so that is your address here now." in page
    assert "victim@x.example" not in page


def test_claims_fill_the_prompt_and_are_confirmed_there(traveller: Traveller, workshop: Flask) -> None:
    traveller.go()
    assert "display_name" not in sources(workshop)
    page = traveller.browser.post("/publish", {"text": "x"})
    assert 'value="Ada L."' in page.text
    assert "This is what Acme says." in page.text
    traveller.browser.answer({**ada(), "answer.display_name": "Ada L."})
    assert sources(workshop)["display_name"] == ("publish", "provider")


def test_claims_of_several_parts_become_one_field(traveller: Traveller) -> None:
    where = {"street_address": "Weg 1", "locality": "Berlin", "postal_code": "10115", "country": "DE"}
    traveller.go("hearsay", address={**where, "formatted": "x"})
    traveller.browser.post("/letters")
    page = traveller.browser.answer({"answer.email": "ada@x.example"})
    assert all(f'value="{part}"' in page.text for part in ("Ada L.", "Weg 1", "Berlin", "10115"))
    assert "This is what Hearsay says." in page.text


@pytest.mark.thorough
@pytest.mark.parametrize(
    "name", ["A", "a" * 41, "", "a" * 100_000, "Ada\x00", "\u202e\u200b", ["Ada"], {"a": 1}, 7, None]
)
def test_what_does_not_answer_the_field_is_no_suggestion(traveller: Traveller, name: object) -> None:
    traveller.go(name=name)
    assert "This is what Acme says." not in traveller.browser.post("/publish").text


@pytest.mark.thorough
def test_what_is_held_is_not_suggested_again(another_traveller: type[Traveller], workshop: Flask) -> None:
    first = another_traveller()
    first.go()
    first.browser.post("/publish", {"text": "x"})
    assert first.browser.answer(ada()).text == "published x"
    another_traveller().go(name="Somebody Else")
    assert rows(workshop, suggestion) == []


def test_a_code_is_never_suggested(traveller: Traveller, workshop: Flask) -> None:
    traveller.go("hearsay", code="123456")
    assert {row.field for row in rows(workshop, suggestion)} == {"email"}


def test_what_no_field_asks_for_is_not_kept(traveller: Traveller, workshop: Flask) -> None:
    traveller.go(picture="http://localhost/x.png", phone_number="+491234", birthdate="1815-12-10")
    kept = b"".join(bytes(row.content) for row in rows(workshop, AuthorizationAttempt.__table__))
    assert b"1815" not in kept
    assert "x.png" not in traveller.fake.asked


@pytest.mark.thorough
def test_claims_that_stand_on_the_page_about_the_person(traveller: Traveller) -> None:
    traveller.fake.told_elsewhere = {"email": "bo@x.example", "email_verified": True, "name": "Bo", "sub": "person-1"}
    traveller.go(email=None, email_verified=None, name=None)
    assert traveller.fake.authorization == "Bearer an-access-token"
    assert "bo@x.example" in traveller.account()


@pytest.mark.thorough
def test_a_provider_without_a_secret_is_asked_by_name_alone(traveller: Traveller) -> None:
    traveller.go("poster")
    assert traveller.fake.form["client_id"] == "workshop"
    assert "client_secret" not in traveller.fake.form
    assert "ada@x.example" in traveller.account()


def test_a_post_from_the_provider_becomes_a_visit_and_touches_no_session(traveller: Traveller) -> None:
    traveller.leave("poster")
    assert traveller.sent["response_mode"] == "form_post"
    form = {"code": CODE, "state": traveller.sent["state"], "user": "{}"}
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://poster.example"}
    bare = traveller.browser.app.test_client()
    page = bare.post("/sign-in/with/poster/return", data=form, headers=headers)
    assert (page.status_code, page.headers.get("Set-Cookie")) == (303, None)
    assert "user" not in page.location
    assert traveller.browser.get(page.location).status_code == 303
    assert "ada@x.example" in traveller.account()


def test_no_other_provider_may_post(traveller: Traveller) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert traveller.browser.client.post("/sign-in/with/acme/return", data={}, headers=headers).status_code == 404
    assert traveller.browser.client.post("/sign-in/with/nobody/return", data={}, headers=headers).status_code == 404


@pytest.mark.thorough
def test_signed_in_by_one_account_the_identity_of_another_is_gone_on_as_without_a_merge(
    another_traveller: type[Traveller], workshop: Flask
) -> None:
    another_traveller().go()
    other = settle(workshop, "other@x.example")
    second = another_traveller()
    second.leave()
    second.browser.get(f"/door/{other}?proved")
    second.come_back()
    assert "ada@x.example" in second.account()
    assert {row.email for row in rows(workshop, Account.__table__)} == {"ada@x.example", "other@x.example"}


def test_signed_in_with_another_address_a_new_identity_changes_nothing(traveller: Traveller, workshop: Flask) -> None:
    other = settle(workshop, "other@x.example")
    traveller.leave()
    traveller.browser.get(f"/door/{other}?proved")
    traveller.come_back()
    assert "You are signed in with another address" in traveller.account()
    assert rows(workshop, LinkedIdentity.__table__) == []
    assert [row.email for row in rows(workshop, Account.__table__)] == ["other@x.example"]
