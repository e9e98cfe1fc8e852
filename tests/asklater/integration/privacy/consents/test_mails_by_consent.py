"""Mails that rest on a consent: they go while it stands, and say how it is taken back, to mail programs too."""

from collections.abc import Iterator
from email import message_from_string

import pytest
from flask import Flask

from asklater.database.access import Database
from asklater.engine import Engine
from asklater.messages.mail import MAIL_OUTBOX, post_mail
from asklater.messages.sealing import opening_mail
from asklater.messages.smtp import SmtpTransport
from asklater.messages.tables import OutgoingMail
from asklater.messages.unsubscribing import unsubscribe_url
from tests.asklater.integration.messages.smtp_server import PostOffice, post_office
from tests.support.browsing import Browser
from tests.support.people import settle
from tests.support.records import rows
from tests.support.renaming import rename

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as server:
        yield server


@pytest.fixture
def engine(study: Flask) -> Engine:
    found: Engine = study.extensions["asklater.engine"]
    return found


@pytest.fixture
def ada(study: Flask) -> int:
    return settle(study)


def say(engine: Engine, ada: int, *, given: bool) -> None:
    with engine.database.unit_of_work():
        engine.change(ada, "news", {"given": given})


def post_news(database: Database, ada: int) -> None:
    with database.unit_of_work():
        post_mail(
            "ada@x.example", "News", "asklater/messages/mailed_code.txt", subject_id=ada, consent="news", code="1"
        )


def deliver(database: Database, office: PostOffice) -> int:
    with SmtpTransport(office.url, "us@workshop.example") as send:
        return MAIL_OUTBOX.deliver_due(database, opening_mail(send))


def header(office: PostOffice) -> str:
    """Where the mail says that it can be stopped, as a path."""
    letter = message_from_string(office.letters[0])
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = "".join(letter["List-Unsubscribe"].split()).strip("<>")
    assert url.startswith("http://localhost/unsubscribe/")
    return url.removeprefix("http://localhost")


def test_without_a_yes_nothing_is_written(study: Flask, engine: Engine, ada: int) -> None:
    post_news(engine.database, ada)
    say(engine, ada, given=False)
    post_news(engine.database, ada)
    assert rows(study, OutgoingMail.__table__) == []


def test_one_that_waits_goes_no_more_once_the_consent_is_withdrawn(
    engine: Engine, ada: int, office: PostOffice
) -> None:
    say(engine, ada, given=True)
    post_news(engine.database, ada)
    say(engine, ada, given=False)
    assert deliver(engine.database, office) == 0
    assert office.letters == []


def test_a_mail_program_stops_it_with_one_post(study: Flask, engine: Engine, ada: int, office: PostOffice) -> None:
    say(engine, ada, given=True)
    post_news(engine.database, ada)
    assert deliver(engine.database, office) == 1
    path, program = header(office), study.test_client()
    assert engine.consented(ada, "news")
    for _ in range(2):  # as often as it likes, from anywhere, without a page or a cookie
        sent = program.post(path, data={"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert sent.status_code == 200
    engine.database.release()
    assert not engine.consented(ada, "news")


@pytest.mark.thorough
def test_opening_the_link_changes_nothing_and_the_page_asks(
    study: Flask, engine: Engine, ada: int, office: PostOffice
) -> None:
    say(engine, ada, given=True)
    post_news(engine.database, ada)
    deliver(engine.database, office)
    reader = Browser(study)
    assert "Stop these emails" in reader.get(header(office)).text
    engine.database.release()
    assert engine.consented(ada, "news")
    assert "We send you no more of these emails." in reader.answer({}).text
    engine.database.release()
    assert not engine.consented(ada, "news")
    assert "Stop these emails" not in reader.get(header(office)).text


def test_a_link_of_before_the_consent_was_renamed_stops_it_too(
    study: Flask, engine: Engine, ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(engine, ada, given=True)
    with study.test_request_context():
        path = unsubscribe_url(ada, "letters").removeprefix("http://localhost")
    assert study.test_client().post(path).status_code == 404
    rename(engine, monkeypatch, "letters", "news")
    assert study.test_client().post(path).status_code == 200
    engine.database.release()
    assert not engine.consented(ada, "news")


@pytest.mark.parametrize("token", ["x", "WzEsIm5ld3MiXQ.forged"])
def test_an_address_that_we_did_not_sign_leads_nowhere(study: Flask, token: str) -> None:
    assert study.test_client().get(f"/unsubscribe/{token}").status_code == 404
    assert study.test_client().post(f"/unsubscribe/{token}").status_code == 404


def test_it_goes_to_a_person(engine: Engine, study: Flask) -> None:
    with engine.database.unit_of_work(), pytest.raises(ValueError, match="subject_id"):
        post_mail("ada@x.example", "News", "asklater/messages/mailed_code.txt", consent="news", code="1")
