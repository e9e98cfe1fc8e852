"""Linking and unlinking a provider, on purpose and on the way in; and what a second factor holds up."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from asklater import clock
from asklater.accounts.providers import identities
from asklater.accounts.tables import Account, AccountEvent, BrowserSession, LinkedIdentity
from asklater.database.access import Database
from asklater.messages.tables import OutgoingMail
from tests.asklater.integration.accounts.providers import second_factor
from tests.asklater.integration.accounts.providers.fake_provider import Fake
from tests.asklater.integration.accounts.providers.journeys import Traveller
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, settle
from tests.support.records import rows

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "::1"])
SECURITY = "/account/security"


@pytest.fixture
def number(workshop: Flask) -> int:
    return settle(workshop)


@pytest.fixture
def owner(workshop: Flask, fake: Fake, number: int) -> Traveller:
    """Signed in, having just proved who it is."""
    return Traveller(browser_of(workshop, number), fake)


def link(traveller: Traveller, provider: str = "acme", **claims: object) -> str:
    """Link a provider from the panel; the page that follows."""
    traveller.fake.claims = claims
    traveller.browser.get(SECURITY)
    traveller.follow(traveller.browser.post(f"/account/providers/{provider}/link"))
    page = traveller.come_back()
    assert page.location == SECURITY
    return traveller.browser.get(page.location).text


def events(app: Flask) -> list[str]:
    return [row.event for row in rows(app, AccountEvent.__table__)]


def mails(app: Flask) -> list[str]:
    return [row.title for row in rows(app, OutgoingMail.__table__)]


def test_the_panel_offers_every_provider(owner: Traveller) -> None:
    page = owner.browser.get(SECURITY).text
    assert all(f"Link {label}" in page for label in ("Acme", "Hearsay", "Poster"))
    assert "Unlink" not in page


@pytest.mark.thorough
def test_linking_is_told_recorded_and_opens_the_account(
    owner: Traveller, another_traveller: Callable[[], Traveller], workshop: Flask, number: int
) -> None:
    page = link(owner, email="somebody.else@x.example")
    assert "Acme is linked" in page
    assert "Link Acme" not in page
    assert "Link Hearsay" in page
    assert events(workshop) == ["provider_linked"]
    assert mails(workshop) == ["A provider was linked"]
    other = another_traveller()
    other.go(email="somebody.else@x.example")
    assert "ada@x.example" in other.account()
    assert "Unlink: Acme" in other.browser.get(SECURITY).text
    assert {row.subject_id for row in rows(workshop, Account.__table__)} == {number}


@pytest.mark.thorough
def test_a_provider_that_proves_no_address_can_be_linked_too(
    owner: Traveller, another_traveller: Callable[[], Traveller]
) -> None:
    """Its word on an address is worth nothing; that it is the same person again, it knows."""
    assert "Hearsay is linked" in link(owner, "hearsay", email="any@x.example")
    other = another_traveller()
    other.go("hearsay", email="any@x.example")
    assert "ada@x.example" in other.account()


def test_it_is_linked_once(owner: Traveller, workshop: Flask) -> None:
    link(owner)
    assert "Acme is linked already" in link(owner)
    assert len(rows(workshop, LinkedIdentity.__table__)) == 1


@pytest.mark.thorough
def test_an_identity_that_opens_another_account_stays_there(owner: Traveller, workshop: Flask, fake: Fake) -> None:
    link(owner)
    other = Traveller(browser_of(workshop, settle(workshop, "bo@x.example")), fake)
    assert "opens another account here" in link(other)
    assert len(rows(workshop, LinkedIdentity.__table__)) == 1


@pytest.mark.thorough
def test_unlinked_it_opens_nothing(
    owner: Traveller, another_traveller: Callable[[], Traveller], workshop: Flask
) -> None:
    link(owner, "hearsay")
    (identity,) = rows(workshop, LinkedIdentity.__table__)
    owner.browser.get(SECURITY)
    assert owner.browser.post(f"/account/providers/{identity.id}/unlink").location == SECURITY
    assert "It is unlinked" in owner.browser.get(SECURITY).text
    assert events(workshop)[-1] == "provider_unlinked"
    assert mails(workshop)[-1] == "A provider was unlinked"
    other = another_traveller()
    other.go("hearsay")
    assert "ada@x.example" not in other.account()


def test_nobody_unlinks_what_is_anothers(owner: Traveller, workshop: Flask) -> None:
    link(owner)
    (identity,) = rows(workshop, LinkedIdentity.__table__)
    other = browser_of(workshop, settle(workshop, "bo@x.example"))
    other.post(f"/account/providers/{identity.id}/unlink")
    other.post("/account/providers/999/unlink")
    assert len(rows(workshop, LinkedIdentity.__table__)) == 1


@pytest.mark.parametrize("path", ["/account/providers/acme/link", "/account/providers/1/unlink"])
def test_both_want_a_fresh_proof(workshop: Flask, number: int, path: str) -> None:
    stale = browser_of(workshop, number, proved=False)
    assert stale.post(path).location.startswith("/confirm?next=")


@pytest.mark.parametrize("path", ["/account/providers/acme/link", "/account/providers/1/unlink"])
def test_a_visitor_has_nothing_to_link(visitor: Browser, path: str) -> None:
    assert visitor.post(path).status_code == 404


def test_an_address_that_is_not_proved_links_nothing(workshop: Flask) -> None:
    browser = browser_of(workshop, settle(workshop, proved=False))
    assert "Link Acme" not in browser.get(SECURITY).text
    assert browser.post("/account/providers/acme/link").location == SECURITY
    assert "cannot be linked" in browser.get(SECURITY).text


def test_the_verb_itself_links_to_proved_addresses_only(workshop: Flask) -> None:
    provisional = settle(workshop, proved=False)
    database: Database = workshop.extensions["asklater.database"]
    with workshop.test_request_context(), database.unit_of_work():
        assert not identities.link(provisional, "acme", "https://id.example", "person-1")
    assert rows(workshop, LinkedIdentity.__table__) == []


def test_a_provider_that_is_unknown_or_down_is_said_so(owner: Traveller) -> None:
    owner.browser.post("/account/providers/nobody/link")
    assert "cannot be linked" in owner.browser.get(SECURITY).text
    owner.fake.status = {"openid-configuration": 500}
    owner.browser.post("/account/providers/acme/link")
    assert "Acme does not answer right now" in owner.browser.get(SECURITY).text


def test_whoever_signed_out_on_the_way_links_nothing(owner: Traveller, workshop: Flask, fake: Fake) -> None:
    owner.follow(owner.browser.post("/account/providers/acme/link"))
    stranger = settle(workshop, "bo@x.example")
    owner.browser.get(f"/door/{stranger}?proved")
    owner.come_back()
    assert "you were signed out in the meantime" in owner.browser.get(SECURITY).text
    assert rows(workshop, LinkedIdentity.__table__) == []


def test_a_proof_that_grew_old_on_the_way_links_nothing(owner: Traveller, workshop: Flask, number: int) -> None:
    owner.follow(owner.browser.post("/account/providers/acme/link"))
    database: Database = workshop.extensions["asklater.database"]
    with database.unit_of_work():
        database.writing().execute(update(BrowserSession).values(proved_at=clock.now() - timedelta(hours=1)))
    owner.come_back()
    assert rows(workshop, LinkedIdentity.__table__) == []


@pytest.mark.thorough
def test_an_identity_of_an_account_that_lost_its_proof_opens_nothing(
    owner: Traveller, another_traveller: Callable[[], Traveller], workshop: Flask, number: int
) -> None:
    link(owner, sub="person-9")
    owner.browser.post("/account/fields/verified_email/remove")
    other = another_traveller()
    other.go(sub="person-9", email="bo@x.example")
    assert "bo@x.example" in other.account()
    assert "ada@x.example" not in other.account()
    (identity,) = rows(workshop, LinkedIdentity.__table__)
    assert identity.subject_id != number


@pytest.mark.thorough
def test_the_end_of_an_account_is_the_end_of_its_identities(owner: Traveller, workshop: Flask) -> None:
    link(owner)
    owner.browser.post("/account/fields/email/remove")
    assert rows(workshop, LinkedIdentity.__table__) == []


class TestSecondFactor:
    """Whoever comes by a provider owes it too."""

    @pytest.fixture(autouse=True)
    def _given(self, workshop: Flask, number: int) -> None:
        second_factor.give(workshop, number)

    @pytest.mark.thorough
    def test_a_known_identity_owes_it(
        self, owner: Traveller, another_traveller: Callable[[], Traveller], workshop: Flask, number: int
    ) -> None:
        owner.browser.get(f"/door/{number}?proved&factor")
        link(owner)
        other = another_traveller()
        page = other.go()
        assert went_to(page).startswith("/sign-in/factor?next=")
        assert "ada@x.example" not in other.account()
        onward = "/account"
        assert other.browser.post(f"/pressing?next={onward}").location == onward
        assert "ada@x.example" in other.account()

    @pytest.mark.thorough
    def test_a_proved_address_owes_it_and_the_identity_is_linked_afterwards(
        self, traveller: Traveller, workshop: Flask, number: int
    ) -> None:
        assert went_to(traveller.go()).startswith("/sign-in/factor?next=")
        assert "ada@x.example" not in traveller.account()
        assert rows(workshop, LinkedIdentity.__table__) == []
        traveller.browser.post("/pressing?next=/account")
        assert "ada@x.example" in traveller.account()
        assert [row.subject_id for row in rows(workshop, LinkedIdentity.__table__)] == [number]
        assert mails(workshop) == ["A provider was linked"]

    @pytest.mark.thorough
    def test_what_waits_is_linked_to_nobody_else(self, traveller: Traveller, workshop: Flask, number: int) -> None:
        """The same session then enters another account that has a factor."""
        other = settle(workshop, "bo@x.example")
        second_factor.give(workshop, other)
        traveller.go()
        traveller.go(email="bo@x.example", sub="person-2")
        traveller.browser.post("/pressing?next=/account")
        assert [(row.subject_id, row.sub) for row in rows(workshop, LinkedIdentity.__table__)] == [(other, "person-2")]

    @pytest.mark.thorough
    def test_what_waits_is_not_linked_by_the_factor_of_another_account(
        self, traveller: Traveller, workshop: Flask, fake: Fake
    ) -> None:
        other = settle(workshop, "bo@x.example")
        second_factor.give(workshop, other)
        bo = Traveller(browser_of(workshop, other, factor=True), fake)
        link(bo, "hearsay", sub="bo")
        traveller.go()
        traveller.go("hearsay", sub="bo")
        traveller.browser.post("/pressing?next=/account")
        assert "bo@x.example" in traveller.account()
        assert [(row.subject_id, row.sub) for row in rows(workshop, LinkedIdentity.__table__)] == [(other, "bo")]

    @pytest.mark.thorough
    def test_one_accounts_factor_is_no_proof_for_another(
        self, owner: Traveller, workshop: Flask, fake: Fake, number: int
    ) -> None:
        """A session of somebody else must not come to a staff member's rights by the factor of one's own account."""
        owner.browser.get(f"/door/{number}?proved&factor")
        link(owner)
        staff = settle(workshop, "pm@x.example", "pm")
        stolen = Traveller(Browser(workshop), fake)
        stolen.leave()
        stolen.browser.get(f"/door/{staff}")
        stolen.come_back()
        stolen.browser.post("/pressing?next=/account")
        assert "ada@x.example" in stolen.account()
        assert [
            row.subject_id for row in rows(workshop, BrowserSession.__table__) if row.factor_at and not row.ended_at
        ][-1:] == [number]
        assert not [
            row for row in rows(workshop, BrowserSession.__table__) if row.subject_id == staff and row.factor_at
        ]
