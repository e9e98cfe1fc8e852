"""Art. 19: whoever outside was given something is told what to erase, by what they know it by, until they have it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask
from sqlalchemy import update

from asklater import clock
from asklater.checks.manifest import ManifestError
from asklater.engine import Engine
from asklater.manifest.declarations import Recipient
from asklater.messages.outbox import Undeliverable
from asklater.privacy.erasure.receipts import WEBHOOK, RecipientTold
from asklater.privacy.erasure.recipient_notices import RECIPIENTS_EXTENSION, NoticePayload, Webhook
from asklater.privacy.signing_keys import current_signer
from asklater.privacy.tables import RecipientNotice
from asklater.registry import Disclosure
from asklater.settings import Settings
from tests.asklater.integration.privacy.erasure.conftest import Erase, work
from tests.support.applications import create_app
from tests.support.browsing import Browser, went_to
from tests.support.demo import EVERYTHING, WHOLE_MANIFEST
from tests.support.loopback import answering
from tests.support.people import settle, somebody
from tests.support.records import rows

NOTICE = RecipientNotice.__table__
PRINTERS, REFERENCES = "printers", ("print-17", "print-18")


class Listening:
    """A recipient that keeps what it is told; while `down`, it does not answer."""

    def __init__(self) -> None:
        self.told: list[NoticePayload] = []
        self.down = False

    def notify(self, notice: NoticePayload) -> None:
        if self.down:
            raise ConnectionError
        self.told.append(notice)


def disclose(app: Flask, recipient: object | None = None) -> None:
    """Everybody's prints are known to the printers, and nothing is to the binders."""
    engine: Engine = app.extensions["asklater.engine"]
    engine.registry.register_disclosure(Disclosure(PRINTERS, lambda: "the printers", lambda _number: REFERENCES))
    engine.registry.register_disclosure(Disclosure("binders", lambda: "the binders", lambda _number: ()))
    if recipient is not None:
        app.extensions[RECIPIENTS_EXTENSION][PRINTERS] = recipient


def test_a_recipient_is_told_once_and_what_was_told_is_forgotten(whole_app: Flask, erased: Erase) -> None:
    printers = Listening()
    disclose(whole_app, printers)
    receipt = erased(settle(whole_app))
    assert receipt.recipients == (RecipientTold(PRINTERS, WEBHOOK, None),)
    work(whole_app)
    work(whole_app)
    assert [(told.erasure_id, told.references) for told in printers.told] == [(receipt.id, REFERENCES)]
    (row,) = rows(whole_app, NOTICE)
    assert (row.contents, row.next_try_at) == (None, None)
    assert row.sent_at is not None


@pytest.mark.thorough
def test_one_that_is_down_is_told_later_and_given_up_in_the_end(whole_app: Flask, erased: Erase) -> None:
    printers = Listening()
    printers.down = True
    disclose(whole_app, printers)
    erased(settle(whole_app))
    work(whole_app, "tell_recipients")
    assert rows(whole_app, NOTICE)[0].contents is not None
    printers.down, moment = False, clock.now()
    with clock.at(moment + timedelta(minutes=2)):
        work(whole_app, "tell_recipients")
    assert len(printers.told) == 1
    printers.down = True
    erased(settle(whole_app))
    for day in range(1, 13):
        with clock.at(moment + timedelta(days=day)):
            work(whole_app, "tell_recipients")
    officer = somebody(whole_app, "officer@x.example", "privacy_officer", factor=True)
    assert "could not be told" in officer.get("/officer/erasures").text


def test_without_a_webhook_the_officer_tells_them(whole_app: Flask, erased: Erase) -> None:
    disclose(whole_app)
    erased(settle(whole_app))
    work(whole_app)
    officer = somebody(whole_app, "officer@x.example", "privacy_officer", factor=True)
    page = officer.get("/officer/erasures").text
    assert "the printers" in page
    assert "print-17" in page
    (row,) = rows(whole_app, NOTICE)
    for _ in range(2):
        assert went_to(officer.post(f"/officer/erasures/notices/{row.id}/told")) == "/officer/erasures"
    page = officer.get("/officer/erasures").text
    assert "told on" in page
    assert "print-17" not in page
    assert rows(whole_app, NOTICE)[0].contents is None
    assert Browser(whole_app).post(f"/officer/erasures/notices/{row.id}/told").status_code == 403


def receiving(app: Flask, recipients: dict[str, str], **fields: list[str]) -> None:
    """Declare these recipients, each with its role, and who receives which field."""
    engine: Engine = app.extensions["asklater.engine"]
    known = engine.manifest
    declared = {
        key: Recipient(key=key, name=key.title(), role=role, place="Bonn", services="prints")
        for key, role in recipients.items()
    }
    changed = {key: known.fields[key].model_copy(update={"recipients": tuple(to)}) for key, to in fields.items()}
    engine.manifest = known.model_copy(
        update={"recipients": {**known.recipients, **declared}, "fields": {**known.fields, **changed}}
    )


@pytest.fixture
def declared(whole_app: Flask) -> Iterator[Flask]:
    engine: Engine = whole_app.extensions["asklater.engine"]
    before = engine.manifest
    yield whole_app
    engine.manifest = before


def test_a_notice_names_the_fields_that_this_recipient_receives(declared: Flask, erased: Erase) -> None:
    printers = Listening()
    disclose(declared, printers)
    receiving(declared, {PRINTERS: "controller"}, email=[PRINTERS])
    erased(settle(declared))
    work(declared)
    assert [told.fields for told in printers.told] == [("email",)]


@pytest.mark.thorough
def test_by_the_recipients_of_the_field_and_not_of_its_purpose(declared: Flask, erased: Erase) -> None:
    engine: Engine = declared.extensions["asklater.engine"]
    receiving(declared, {"press": "controller", "post": "processor", "court": "authority"}, email=[])
    purpose = engine.manifest.fields["email"].purpose
    everybody = engine.manifest.purposes[purpose].model_copy(update={"recipients": ("press", "post", "court")})
    purposes = {**engine.manifest.purposes, purpose: everybody}
    engine.manifest = engine.manifest.model_copy(update={"purposes": purposes})
    told = {one.recipient for one in erased(settle(declared)).recipients}
    others = {key for key in ("verified_email",) if engine.manifest.fields[key].purpose == purpose}
    assert told == ({"press"} if others else set())
    receiving(declared, {}, email=[], verified_email=[])
    assert erased(settle(declared)).recipients == ()
    receiving(declared, {}, email=["press", "post", "court"])
    assert {one.recipient for one in erased(settle(declared)).recipients} == {"press"}
    officer = somebody(declared, "officer@x.example", "privacy_officer", factor=True)
    page = officer.get("/officer/erasures").text
    assert "Press, Bonn" in page or "Press" in page
    assert "No reference is on record." in page


def test_a_notice_of_a_version_before_is_read(whole_app: Flask, erased: Erase) -> None:
    disclose(whole_app)
    erased(settle(whole_app))
    engine: Engine = whole_app.extensions["asklater.engine"]
    with engine.database.engine.begin() as connection:
        connection.execute(update(RecipientNotice).values(contents=json.dumps(REFERENCES)))
    officer = somebody(whole_app, "officer@x.example", "privacy_officer", factor=True)
    assert "print-17" in officer.get("/officer/erasures").text


@pytest.mark.enable_socket
def test_a_webhook_is_sent_signed_json(whole_app: Flask) -> None:
    notice = NoticePayload("an-erasure", PRINTERS, clock.now(), REFERENCES)
    expected = {200: None, 204: None, 404: None, 410: None, 503: OSError, 429: OSError, 400: Undeliverable}
    expected |= {302: Undeliverable}
    with desk() as server, whole_app.app_context():
        for server.status, error in expected.items():
            with pytest.raises(error) if error else nullcontext():
                Webhook(server.url).notify(notice)
        contents = current_signer().verify(json.loads(server.got[0]))
    assert len(server.got) == len(expected), "a redirect is not followed"
    assert contents["references"] == list(REFERENCES)
    assert contents.keys() == {"kind", "version", "erasure", "recipient", "erased_at", "references", "fields"}


def test_a_webhook_for_nobody_stops_the_start(settings: Settings) -> None:
    wrong = replace(settings, manifest=WHOLE_MANIFEST, erasure_webhooks=(("nobody_here", "https://x.example"),))
    with pytest.raises(ManifestError, match=r"ERASURE_WEBHOOKS\.nobody_here"):
        create_app(wrong, EVERYTHING)


class _Answering(BaseHTTPRequestHandler):
    server: "Desk"

    def do_POST(self) -> None:
        self.server.got.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_what: object) -> None:
        """Nothing: it would go to the terminal."""


class Desk(ThreadingHTTPServer):
    """A server on this machine that answers every POST with `status`, and keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.got: list[bytes] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


@contextmanager
def desk() -> Iterator[Desk]:
    with answering(Desk()) as server:
        yield server
