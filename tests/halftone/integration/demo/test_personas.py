"""Looking around as somebody: the session changes hands, and lands where that person would look first."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from asklater import clock
from asklater.accounts.tables import Account, BrowserSession
from asklater.engine import Engine
from asklater.messages.sealing import address_mark_in
from asklater.messages.tables import OutgoingMail
from asklater.tables import prompt_field, subject
from halftone.demo.gate_client import look
from halftone.orders import orders_of
from tests.support.browsing import Browser, forms_of

INES = "ines.caldera@letterbox.example"


def test_the_page_shows_everybody_and_the_way_to_the_mailbox(visitor: Browser) -> None:
    page = visitor.get("/demo/")
    assert page.status_code == 200
    assert [action for action, _hidden in visitor.forms()] == [
        f"/demo/as/{key}" for key in ("visitor", "customer", "pm", "admin", "privacy_officer")
    ]
    assert 'href="/mailbox/"' in page.text
    assert "There are no simulated shoppers" in page.text


def test_each_can_be_tried_beside_the_others_at_a_host_name_of_its_own(visitor: Browser) -> None:
    page = visitor.client.get("/demo/", base_url="http://localhost:8000").text
    for host in ("visitor", "ines", "noor", "tove", "maren"):
        assert f'href="http://{host}.localhost:8000/demo/as/' in page
    noor = visitor.client.get("/demo/as/pm", base_url="http://noor.localhost:8000")
    assert noor.status_code == 200
    assert "Continue as Noor" in noor.text
    assert 'href="http://noor.localhost' not in noor.text
    assert visitor.client.get("/demo/as/nobody").status_code == 404


@pytest.mark.parametrize("site", ["http://127.0.0.1:8000", "https://halftone.example"])
def test_where_the_site_goes_by_another_name_there_is_none(visitor: Browser, site: str) -> None:
    page = visitor.client.get("/demo/", base_url=site)
    assert ".localhost" not in page.text


def test_two_names_keep_their_sessions_apart(visitor: Browser, engine: Engine) -> None:
    noor = "http://noor.localhost"
    here = visitor.post("/demo/as/customer")
    assert here.status_code == 303
    page = visitor.client.get("/demo/as/pm", base_url=noor)
    ((action, hidden), *_more) = [form for form in forms_of(page.text) if form[0] == "/demo/as/pm"]
    assert visitor.client.post(action, data=hidden, base_url=noor).location == "/insights"
    assert "You, right now" in visitor.client.get("/demo/as/pm", base_url=noor).text
    assert INES in visitor.get("/account").text


def test_the_navigation_leads_there(visitor: Browser) -> None:
    assert 'href="/demo/"' in visitor.get("/account").text


def test_it_exists_in_demo_mode_only(production_shop: Flask) -> None:
    client = production_shop.test_client()
    assert client.get("/demo/").status_code == 404
    assert client.get("/demo/portraits/pm.png").status_code == 404
    assert "demo" not in production_shop.cli.commands
    assert "/demo/" not in client.get("/account").text


def test_the_customer_holds_what_her_past_needed(visitor: Browser, engine: Engine) -> None:
    answered = visitor.post("/demo/as/customer")
    assert (answered.status_code, answered.location) == (303, "/account")
    page = visitor.get("/account").text
    for shown in (
        INES,
        "Calle del Espejo 14",
        "Visa ending in 4242",
        "Inés C.",
        "from: Place order",
        "from: Share this",
    ):
        assert shown in page
    assert visitor.get("/account/fields/picture/picture").mimetype == "image/webp"
    held = look(engine, _subject_of(engine, INES)).held
    assert held == {"email", "shipping_address", "payment_method", "display_name", "picture"}
    assert "You, right now" in visitor.get("/demo/").text


def test_what_she_ordered_and_shared_is_there(visitor: Browser, engine: Engine) -> None:
    visitor.post("/demo/as/customer")
    with engine.app.app_context():
        orders = orders_of(_subject_of(engine, INES))
    assert [[line.slug for line in order.lines] for order in orders] == [["late-sun", "tide-book"]]
    assert timedelta(days=23) < clock.now() - orders[0].placed_at < timedelta(days=25)
    page = visitor.get(f"/orders/{orders[0].public_id}").text
    assert orders[0].number in page
    assert "Calle del Espejo 14" in page
    assert visitor.get("/orders").text.count(orders[0].number) == 1
    assert "Late Sun, Low Hills" in visitor.get("/shares").text
    assert visitor.get("/cart").text.count("quantity-") == 0
    assert not list(engine.database.reading().execute(select(OutgoingMail.id)))


def test_htmx_is_sent_on_as_a_whole_page(stocked: Flask) -> None:
    assert Browser(stocked, htmx=True).post("/demo/as/customer").headers["HX-Redirect"] == "/account"


def test_her_past_is_asked_and_answered_like_any_other_and_is_not_simulated(visitor: Browser, engine: Engine) -> None:
    visitor.post("/demo/as/customer")
    episodes = _episodes(engine, _subject_of(engine, INES))
    assert {episode.outcome for episode in episodes} == {"completed"}
    assert {episode.action for episode in episodes} == {"checkout", "share_print"}
    assert not _simulated(engine, _subject_of(engine, INES))


def test_the_product_manager_has_the_role_and_no_episodes(visitor: Browser, engine: Engine) -> None:
    answered = visitor.post("/demo/as/pm")
    assert (answered.status_code, answered.location) == (303, "/insights")
    account = engine.database.reading().execute(select(Account.subject_id, Account.role)).one()
    assert account.role == "pm"
    assert not _episodes(engine, account.subject_id)


def test_everybody_who_becomes_her_is_the_same_one(visitor: Browser, shop: Flask, engine: Engine) -> None:
    visitor.post("/demo/as/customer")
    Browser(shop).post("/demo/as/customer")
    assert len(list(engine.database.reading().execute(select(Account.subject_id)))) == 1


def test_becoming_a_visitor_leaves_everything_behind(visitor: Browser, engine: Engine) -> None:
    visitor.post("/demo/as/customer")
    answered = visitor.post("/demo/as/visitor")
    assert (answered.status_code, answered.location) == (303, "/")
    assert "Nothing stored yet" in visitor.get("/account").text
    hers = select(BrowserSession.ended_at).where(BrowserSession.subject_id == _subject_of(engine, INES))
    assert engine.database.reading().execute(hers).scalar_one() is not None


def test_who_removed_her_address_finds_her_anew(visitor: Browser, engine: Engine) -> None:
    visitor.post("/demo/as/customer")
    visitor.post("/account/fields/email/remove")
    visitor.post("/demo/as/customer")
    assert INES in visitor.get("/account").text


def test_a_stranger_who_gives_her_address_is_not_taken_for_her(visitor: Browser, shop: Flask, engine: Engine) -> None:
    visitor.post("/demo/as/customer")
    hers = _subject_of(engine, INES)
    stranger = Browser(shop)
    stranger.get("/ask/sign_up")
    stranger.answer({"answer.email": INES})
    visitor.post("/demo/as/customer")
    assert "Calle del Espejo 14" in visitor.get("/account").text
    assert _subject_of(engine, INES) == hers


def test_bad_requests_change_nothing(visitor: Browser, engine: Engine) -> None:
    assert visitor.post("/demo/as/nobody").status_code == 404
    assert visitor.get("/demo/as/nobody").status_code == 404
    assert visitor.get("/demo/as/customer").status_code == 200
    assert visitor.client.post("/demo/as/customer").status_code in {400, 403}
    assert visitor.get("/demo/portraits/nobody.png").status_code == 404
    assert not list(engine.database.reading().execute(select(Account.subject_id)))


def test_a_portrait_is_a_picture_and_nothing_else(visitor: Browser) -> None:
    answered = visitor.get("/demo/portraits/pm.png")
    assert answered.mimetype == "image/png"
    assert "sandbox" in answered.headers["Content-Security-Policy"]


def _subject_of(engine: Engine, email: str) -> int:
    wanted = (
        select(Account.subject_id)
        .where(Account.email_mark == address_mark_in(engine, email))
        .order_by(Account.subject_id)
        .limit(1)
    )
    return int(engine.database.reading().execute(wanted).scalar_one())


def _episodes(engine: Engine, number: int) -> list[Any]:
    return list(engine.database.reading().execute(select(prompt_field).where(prompt_field.c.subject_id == number)))


def _simulated(engine: Engine, number: int) -> bool:
    wanted = select(subject.c.simulated).where(subject.c.id == number)
    return bool(engine.database.reading().execute(wanted).scalar_one())
