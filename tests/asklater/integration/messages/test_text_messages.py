"""Text messages: written with the deed, sent after its commit by a provider or onto the demo's page, tried again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from asklater import clock
from asklater.database.access import Database, current_database, current_session
from asklater.jobs.service import current_jobs
from asklater.messages import transports
from asklater.messages.sealing import open_text, opening_text
from asklater.messages.tables import DeliveredText, OutgoingText
from asklater.messages.text_messages import TEXT_OUTBOX, TEXT_PAUSES, can_text, post_text
from asklater.messages.transports import to_text_page, to_twilio
from asklater.settings import Settings
from tests.asklater.integration.messages.conftest import MOMENT
from tests.asklater.integration.messages.text_message_server import TextExchange, text_exchange
from tests.conftest import running
from tests.support.applications import create_app
from tests.support.browsing import Browser
from tests.support.workshop import WORKSHOP_FEATURES

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
URL = "twilio://AC123:to%2Fken@+15005550006"


@pytest.fixture
def exchange() -> Iterator[TextExchange]:
    with text_exchange() as server:
        yield server


def write(words: str = "123456 is your code") -> None:
    with current_database().unit_of_work(), clock.at(MOMENT):
        post_text("+4930123456", words)


def outbox() -> list[OutgoingText]:
    with current_database().unit_of_work():
        return list(current_session().scalars(select(OutgoingText).order_by(OutgoingText.id)))


def deliver(exchange: TextExchange, after: timedelta = timedelta(), url: str = URL) -> int:
    with clock.at(MOMENT + after):
        return TEXT_OUTBOX.deliver_due(current_database(), opening_text(to_twilio(url, exchange.url)))


def test_one_is_queued_once_its_deed_is_committed(database: Database, visitor: Browser) -> None:
    queue = current_jobs().huey
    with database.unit_of_work():
        post_text("+4930123456", "123456 is your code")
        assert queue.pending_count() == 0
    assert queue.pending_count() == 1
    assert "1 message is on its way" in visitor.get("/messages/").text
    queue.execute(queue.dequeue())
    page = visitor.get("/messages/").text
    assert "123456 is your code" in page
    assert "to +4930123456" in page
    assert "on its way" not in page


def test_the_page_is_there_in_the_demo_only(settings: Settings, visitor: Browser) -> None:
    assert 'href="/messages/">Demo text messages<' in visitor.get("/privacy").text
    assert "No message yet" in visitor.get("/messages/").text
    production = replace(settings, mode="production")
    for app in running(create_app(production, [*WORKSHOP_FEATURES, "tests.support.workshop"])):
        person = Browser(app)
        assert person.get("/messages/", base_url="https://localhost").status_code == 404
        assert "Demo text messages" not in person.get("/privacy", base_url="https://localhost").text
        assert not can_text()


def test_with_a_provider_production_sends_them(settings: Settings) -> None:
    for _app in running(
        create_app(replace(settings, mode="production", sms_url=URL), [*WORKSHOP_FEATURES, "tests.support.workshop"])
    ):
        assert can_text()


def test_a_provider_gets_number_sender_and_words(database: Database, exchange: TextExchange) -> None:
    write("Größe & more =+%\n@localhost #123456")
    assert deliver(exchange) == 1
    [asked] = exchange.asked
    assert asked.path == "/2010-04-01/Accounts/AC123/Messages.json"
    assert asked.account == "AC123:to/ken"
    assert asked.form == {
        "To": "+4930123456",
        "From": "+15005550006",
        "Body": "Größe & more =+%\n@localhost #123456",
    }
    assert outbox()[0].sent_at == MOMENT


def test_a_senders_name_keeps_its_capitals(database: Database, exchange: TextExchange) -> None:
    write()
    deliver(exchange, url="twilio://AC123:token@Halftone")
    assert exchange.asked[0].form["From"] == "Halftone"


@pytest.mark.parametrize(
    ("status", "answer", "code"),
    [
        (400, b'{"code": 21211, "message": "+4930123456 is not valid"}', "21211"),
        (404, b"[]", "none"),
    ],
)
def test_a_refusal_is_final_and_the_log_names_no_number(
    database: Database,
    exchange: TextExchange,
    caplog: pytest.LogCaptureFixture,
    status: int,
    answer: bytes,
    code: str,
) -> None:
    exchange.status, exchange.answer = status, answer
    write()
    assert deliver(exchange) == 0
    assert deliver(exchange, timedelta(days=1)) == 0
    assert len(exchange.asked) == 1
    assert (outbox()[0].next_try_at, outbox()[0].sent_at) == (None, None)
    assert f"status {status}, code {code}" in caplog.text
    assert "4930123456" not in caplog.text


def test_a_refusal_of_our_account_costs_no_message_a_try(
    database: Database, exchange: TextExchange, caplog: pytest.LogCaptureFixture
) -> None:
    exchange.status = 401
    write()
    assert deliver(exchange) == 0
    assert (outbox()[0].tries, outbox()[0].sent_at) == (0, None)
    assert "refuses the account of SMS_URL" in caplog.text
    exchange.status = 201
    assert deliver(exchange, timedelta(minutes=9)) == 1


@pytest.mark.parametrize("minutes", [10, 60])
def test_a_code_that_has_run_out_is_not_sent_any_more(
    database: Database, exchange: TextExchange, minutes: int
) -> None:
    write()
    assert deliver(exchange, timedelta(minutes=minutes, seconds=1)) == 0
    assert exchange.asked == []
    assert outbox()[0].next_try_at is None


@pytest.mark.parametrize("status", [500, 503, 429, 307])
def test_trouble_is_tried_again(database: Database, exchange: TextExchange, status: int) -> None:
    exchange.status = status
    write()
    assert deliver(exchange) == 0
    assert deliver(exchange, timedelta(seconds=59)) == 0
    assert len(exchange.asked) == 1
    exchange.status = 201
    assert deliver(exchange, TEXT_PAUSES[0]) == 1
    assert [asked.path for asked in exchange.asked] == ["/2010-04-01/Accounts/AC123/Messages.json"] * 2


def test_a_provider_that_says_nothing_is_not_waited_for(
    database: Database, exchange: TextExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports, "TWILIO_TIMEOUT", 0.05)
    exchange.hangs.set()
    write()
    assert deliver(exchange) == 0
    assert outbox()[0].next_try_at == MOMENT + TEXT_PAUSES[0]


def test_a_provider_that_is_not_there_is_asked_again(database: Database) -> None:
    write()
    with clock.at(MOMENT):
        assert TEXT_OUTBOX.deliver_due(database, opening_text(to_twilio(URL, "http://127.0.0.1:9"))) == 0
    assert outbox()[0].tries == 1


def test_it_is_given_up_once_its_code_has_run_out(database: Database, exchange: TextExchange) -> None:
    exchange.status = 500
    write()
    for minute in range(60):
        deliver(exchange, timedelta(minutes=minute))
    assert len(exchange.asked) == len(TEXT_PAUSES) + 1
    assert sum(TEXT_PAUSES, timedelta()) < timedelta(minutes=10)
    assert outbox()[0].next_try_at is None


def test_the_page_shows_one_once_even_if_it_was_delivered_twice(database: Database) -> None:
    write()
    [message] = outbox()
    to_text_page(open_text(message))
    to_text_page(open_text(message))
    with database.unit_of_work():
        assert len(list(database.session().scalars(select(DeliveredText)))) == 1


def test_markup_in_a_message_is_inert(database: Database, visitor: Browser) -> None:
    write("<script>alert(1)</script>")
    current_jobs().runs["deliver_texts"]()
    assert "<script>alert" not in visitor.get("/messages/").text


def test_a_message_has_its_length(database: Database) -> None:
    with pytest.raises(ValueError, match="480"):
        post_text("+4930123456", "x" * 481)


def test_old_ones_are_forgotten_and_the_numbers_with_them(database: Database) -> None:
    write()
    current_jobs().runs["deliver_texts"]()
    current_jobs().runs["expire_records"]()
    assert outbox() == []
    with database.unit_of_work():
        assert list(database.session().scalars(select(DeliveredText))) == []
