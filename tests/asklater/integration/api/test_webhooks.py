"""Webhooks: what happens is told to other systems once it is committed, signed, until it has arrived, and no more of
it than they may know. The receiver checks signatures by the specification's words, with nothing of ours.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from asklater import clock
from asklater.api.webhooks import deliveries, endpoints, signing
from asklater.api.webhooks.deliveries import deliver_due
from asklater.api.webhooks.endpoints import WrongEndpoint, all_endpoints, declare_endpoint, delivery, endpoint
from asklater.database.access import table_of
from asklater.engine import Engine
from asklater.events import SIGNALS
from asklater.messages.tables import OutgoingMail
from asklater.settings import Settings
from asklater.subjects import rights
from asklater.subjects.deletion import APPLICATION, erase_subject
from asklater.subjects.merge import merge
from asklater.tables import subject
from asklater.web.outside_calls import forget_failures
from tests.asklater.integration.api.conftest import MORE, OFFICE
from tests.conftest import within
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.loopback import answering
from tests.support.paths import ROOT
from tests.support.people import settle, somebody
from tests.support.records import on_disk, rows

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def office(settings: Settings, instance: Path) -> Iterator[Flask]:
    path = instance / "manifest.toml"
    path.write_text((ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8") + MORE, "utf-8")
    with lent(replace(settings, manifest=path), (*OFFICE, "asklater.api.webhooks")) as app:
        yield from within(app)


@pytest.fixture
def engine(office: Flask) -> Engine:
    found: Engine = office.extensions["asklater.engine"]
    return found


@dataclass
class Receiver:
    """Another system. It keeps what it is sent, and answers with `status`."""

    url: str = ""
    status: int = 204
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None: ...

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        made.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        yield made


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """What the specification has a receiver do."""
    key = base64.b64decode(secret.split("_")[1])
    signed = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{expected}" in headers["webhook-signature"].split(" ")


def declared(engine: Engine, url: str, *events: str, with_values: bool = False) -> tuple[str, str]:
    with engine.database.unit_of_work():
        return declare_endpoint(engine, url, events or tuple(SIGNALS), with_values=with_values, local=True)


def answers(engine: Engine, number: int, value: str = "Canary") -> None:
    with engine.database.unit_of_work():
        engine.change(number, "display_name", value)


def work(app: Flask) -> None:
    app.extensions["asklater.jobs"].runs["deliver_webhooks"]()


# What is sent


def test_the_signature_is_that_of_the_reference_library() -> None:
    """As `standardwebhooks` 1.1 signs the same message."""
    moment = clock.now().fromtimestamp(1614265330, clock.now().tzinfo)
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    assert signing.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", moment, body, [secret]) == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", signing.new_secret())


def test_an_event_arrives_signed_and_without_values(office: Flask, engine: Engine, receiver: Receiver) -> None:
    ada = settle(office)
    _id, secret = declared(engine, receiver.url, "answered")
    answers(engine, ada)
    work(office)
    work(office)
    ((headers, body),) = receiver.got
    assert is_signed(secret, headers, body)
    assert not is_signed(secret, headers, body + b" ")
    assert not is_signed(signing.new_secret(), headers, body)
    document = json.loads(body)
    assert (document["type"], headers["content-type"]) == ("profile.answered", "application/json")
    assert document["data"] == {"subject": ada, "user": None, "context": "settings", "fields": ["display_name"]}
    assert b"Canary" not in body
    (row,) = rows(office, delivery)
    assert (row.body, row.next_try_at, row.answer, row.tries) == (None, None, "204", 1)


def test_values_go_where_the_endpoint_says_so(office: Flask, engine: Engine, receiver: Receiver) -> None:
    ada = settle(office)
    declared(engine, receiver.url, "answered", with_values=True)
    declared(engine, receiver.url, "answered")
    answers(engine, ada, "Nightingale")
    assert b"Nightingale" not in on_disk(engine.database)
    work(office)
    values = [document["data"].get("values") for document in receiver.documents()]
    assert {"display_name": "Nightingale"} in values
    assert None in values
    assert len(values) == 2


def test_a_value_that_is_removed_while_it_waits_is_sent_no_more(
    office: Flask, engine: Engine, receiver: Receiver
) -> None:
    ada, bo = settle(office), settle(office, "bo@x.example")
    declared(engine, receiver.url, "answered", "removed", with_values=True)
    answers(engine, ada, "Nightingale")
    answers(engine, bo, "Skylark")
    with engine.database.unit_of_work():
        engine.remove(ada, "display_name")
    work(office)
    told = [(document["data"]["subject"], document["data"].get("values")) for document in receiver.documents()]
    assert told == [(ada, {}), (bo, {"display_name": "Skylark"}), (ada, None)]
    assert all(b"Nightingale" not in body for _headers, body in receiver.got)


def test_of_a_value_that_is_changed_while_it_waits_the_new_one_is_sent(
    office: Flask, engine: Engine, receiver: Receiver
) -> None:
    ada = settle(office)
    declared(engine, receiver.url, "answered", with_values=True)
    for value in ("Nightingale", "Lark"):
        answers(engine, ada, value)
    work(office)
    assert [document["data"]["values"] for document in receiver.documents()] == [{"display_name": "Lark"}] * 2


def test_no_value_of_somebody_who_has_restricted_their_data_is_sent(
    office: Flask, engine: Engine, receiver: Receiver
) -> None:
    ada = settle(office)
    declared(engine, receiver.url, "answered", with_values=True)
    answers(engine, ada, "Nightingale")
    with engine.database.unit_of_work():
        rights.restrict(engine, ada)
    work(office)
    [document] = receiver.documents()
    assert document["data"]["fields"] == ["display_name"]
    assert document["data"]["values"] == {}


def test_a_slow_endpoint_keeps_no_other_one_waiting(
    office: Flask, engine: Engine, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = settle(office)
    declared(engine, receiver.url, "answered")
    for value in ("One", "Two", "Three"):
        answers(engine, ada, value)
    declared(engine, f"{receiver.url}?prompt", "removed")
    with engine.database.unit_of_work():
        engine.remove(ada, "display_name")
    monkeypatch.setattr(deliveries, "SLOW", -1.0)  # whatever it takes
    work(office)
    told = [document["type"] for document in receiver.documents()]
    assert told == ["profile.answered", "profile.removed", "profile.answered", "profile.answered"]


def test_an_endpoint_that_is_removed_while_it_is_written_to_stops_no_other_one(
    office: Flask, engine: Engine, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = settle(office)
    gone, _secret = declared(engine, receiver.url, "answered")
    answers(engine, ada)
    opened = deliveries._opened

    def removed_meanwhile(*arguments: Any, **named: Any) -> bytes:
        body = opened(*arguments, **named)
        engine.database.release()
        with engine.database.unit_of_work():
            endpoints.remove_endpoint(engine.database, gone)
        return body

    monkeypatch.setattr(deliveries, "_opened", removed_meanwhile)
    work(office)
    assert receiver.got == []
    assert rows(office, delivery) == []


def test_only_chosen_events_are_sent_and_none_of_what_was_rolled_back(
    office: Flask, engine: Engine, receiver: Receiver
) -> None:
    ada = settle(office)
    declared(engine, receiver.url, "removed")
    answers(engine, ada)
    with pytest.raises(LookupError), engine.database.unit_of_work():  # noqa: PT012
        engine.remove(ada, "display_name")
        raise LookupError
    work(office)
    assert receiver.got == []
    with engine.database.unit_of_work():
        engine.remove(ada, "display_name")
    work(office)
    assert [document["type"] for document in receiver.documents()] == ["profile.removed"]


@pytest.mark.thorough
def test_a_prompt_of_the_gate_is_told_from_ask_to_completion(
    office: Flask, engine: Engine, receiver: Receiver
) -> None:
    declared(engine, receiver.url)
    browser = Browser(office)
    browser.post("/letters", {"turns": "paper"})
    browser.answer({"answer.email": "ada@x.example"})
    work(office)
    told = [(document["type"], document["data"]["context"]) for document in receiver.documents()]
    assert told[:2] == [("profile.asked", "send_letter"), ("profile.answered", "send_letter")]


def test_an_erasure_is_told_although_nothing_is_left(office: Flask, engine: Engine, receiver: Receiver) -> None:
    ada = settle(office)
    declared(engine, receiver.url, "answered", "erased")
    answers(engine, ada)
    with engine.database.unit_of_work():
        erase_subject(engine, ada, by=APPLICATION)
    work(office)
    (document,) = receiver.documents()  # what was to be told of the answer went with its person
    assert (document["type"], document["data"]["subject"]) == ("profile.erased", ada)


def test_what_waits_goes_on_for_whom_its_person_turned_out_to_be(
    office: Flask, engine: Engine, receiver: Receiver
) -> None:
    visitor, ada = settle(office, "visitor@x.example"), settle(office)
    declared(engine, receiver.url, "answered", "merged")
    answers(engine, visitor)
    with engine.database.unit_of_work():
        merge(engine, visitor, ada)
        for carry in engine.registry.merges:
            carry(visitor, ada)
        engine.database.writing().execute(subject.delete().where(subject.c.id == visitor))
    work(office)
    told = [(document["type"], document["data"]["subject"]) for document in receiver.documents()]
    assert told == [("profile.answered", visitor), ("profile.merged", ada)]
    assert receiver.documents()[1]["data"]["from_subject"] == visitor


# Tries


def test_it_is_tried_again_with_the_same_id_and_body_and_a_new_time(
    office: Flask, engine: Engine, receiver: Receiver
) -> None:
    ada = settle(office)
    _id, secret = declared(engine, receiver.url, "answered")
    answers(engine, ada)
    moment, receiver.status = clock.now(), 500
    work(office)
    assert [(row.answer, row.tries, row.sent_at) for row in rows(office, delivery)] == [("500", 1, None)]
    assert all_endpoints(engine.database)[0].failing_since is not None
    with clock.at(moment + timedelta(seconds=30)):
        work(office)
    assert len(receiver.got) == 1
    receiver.status = 200
    with clock.at(moment + timedelta(minutes=2)):
        work(office)
    (first, body), (second, again) = receiver.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert first["webhook-timestamp"] != second["webhook-timestamp"]
    assert is_signed(secret, second, again)
    assert all_endpoints(engine.database)[0].failing_since is None


@pytest.mark.thorough
def test_one_that_fails_for_days_is_disabled_and_administrators_are_told(
    office: Flask, engine: Engine, receiver: Receiver
) -> None:
    ada = settle(office)
    settle(office, "tove@x.example", "admin")
    public_id, _secret = declared(engine, receiver.url, "answered")
    began, receiver.status = clock.now(), 503
    for day in range(7):
        with clock.at(began + timedelta(days=day, hours=1)):
            answers(engine, ada, f"Canary {day}")
            work(office)
            forget_failures()
    (one,) = all_endpoints(engine.database)
    assert one.disabled_at is not None
    assert one.disabled_at - began < timedelta(days=6)
    assert {(row.next_try_at, row.body) for row in rows(office, delivery)} == {(None, None)}
    (mail,) = rows(office, table_of(OutgoingMail))
    assert (mail.recipient, mail.title) == ("tove@x.example", "A webhook is disabled")
    assert f"The webhook to {receiver.url} is disabled. It has accepted nothing for 5 days." in mail.text
    tries = len(receiver.got)
    answers(engine, ada, "Canary, later")
    work(office)
    assert len(receiver.got) == tries
    with engine.database.unit_of_work():
        assert endpoints.enable_endpoint(engine.database, public_id)
    receiver.status = 204
    answers(engine, ada, "Canary, at last")
    work(office)
    assert len(receiver.got) == tries + 1


def test_one_that_says_that_it_is_gone_is_disabled_at_once(office: Flask, engine: Engine, receiver: Receiver) -> None:
    declared(engine, receiver.url, "answered")
    receiver.status = 410
    answers(engine, settle(office))
    work(office)
    assert all_endpoints(engine.database)[0].disabled_at is not None


def test_nothing_leaves_for_this_machine_where_it_serves_the_public(
    office: Flask, engine: Engine, receiver: Receiver
) -> None:
    declared(engine, receiver.url, "answered")
    answers(engine, settle(office))
    assert deliver_due(engine, public_only=True, stopping=lambda: False) == 0
    assert receiver.got == []
    assert "not on the public Internet" in rows(office, delivery)[0].answer


# Secrets


def test_a_new_secret_signs_beside_the_former_one_for_a_day(office: Flask, engine: Engine, receiver: Receiver) -> None:
    ada, moment = settle(office), clock.now()
    public_id, former = declared(engine, receiver.url, "answered")
    with engine.database.unit_of_work():
        secret = endpoints.rotate_secret(engine, public_id)
    assert secret is not None
    answers(engine, ada)
    work(office)
    headers, body = receiver.got[-1]
    assert is_signed(secret, headers, body)
    assert is_signed(former, headers, body)
    with clock.at(moment + timedelta(days=1, minutes=1)):
        answers(engine, ada, "Canary, later")
        work(office)
    headers, body = receiver.got[-1]
    assert is_signed(secret, headers, body)
    assert not is_signed(former, headers, body)
    for shown in (secret, former):
        assert shown.encode() not in on_disk(engine.database)


# The page and the commands


@pytest.mark.thorough
def test_an_administrator_adds_rotates_and_removes_by_the_page(
    office: Flask, engine: Engine, receiver: Receiver
) -> None:
    admin = somebody(office, "tove@x.example", "admin", factor=True)
    assert "No webhooks yet" in admin.get("/staff/webhooks").text
    assert "Nothing was sent yet" in admin.get("/staff/webhooks/deliveries").text
    made = admin.post("/staff/webhooks", {"url": receiver.url, "events": ["answered"], "values": "yes"}).text
    found = re.search(r"whsec_[A-Za-z0-9+/]{43}=", made)
    assert found is not None
    page = admin.get("/staff/webhooks").text
    assert found[0] not in page
    (one,) = all_endpoints(engine.database)
    assert one.with_values
    answers(engine, settle(office))
    work(office)
    assert is_signed(found[0], *receiver.got[0])
    assert "Arrived" in admin.get("/staff/webhooks/deliveries").text
    lines = admin.get("/staff/webhooks/deliveries.csv").text.splitlines()
    assert ("answered" in lines[1], receiver.url in lines[1], "204" in lines[1]) == (True, True, True)
    rotated = admin.post(f"/staff/webhooks/{one.public_id}/rotate").text
    assert re.search(r"whsec_[A-Za-z0-9+/]{43}=", rotated)[0] != found[0]  # type: ignore[index]
    assert "with two secrets" in admin.get("/staff/webhooks").text
    admin.post(f"/staff/webhooks/{one.public_id}/remove")
    assert all_endpoints(engine.database) == []
    assert rows(office, delivery) == []
    for step in ("rotate", "enable", "remove"):  # in another tab
        assert admin.post(f"/staff/webhooks/{one.public_id}/{step}").status_code == 303
    audit = admin.get("/staff/events").text
    assert "A webhook was added" in audit
    assert "A webhook was removed" in audit


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"url": "", "events": ["answered"]}, "Give an address that begins with https://"),
        ({"url": "ftp://crm.example/", "events": ["answered"]}, "Give an address that begins with https://"),
        ({"url": "https://crm.example/" + "a" * 500, "events": ["answered"]}, "Give a shorter address"),
        ({"url": "https://ada:pw@crm.example/", "events": ["answered"]}, "Leave out the user name"),
        ({"url": "https://[crm/", "events": ["answered"]}, "Give an address that begins with https://"),
        ({"url": "https://crm.example/"}, "Choose what it is told about."),
        ({"url": "https://crm.example/", "events": ["answered", "all"]}, "Choose what it is told about."),
    ],
)
def test_a_form_with_a_fault_adds_nothing_and_keeps_what_was_typed(
    office: Flask, engine: Engine, sent: dict[str, Any], words: str
) -> None:
    admin = somebody(office, "tove@x.example", "admin", factor=True)
    page = admin.post("/staff/webhooks", sent)
    assert (page.status_code, words in page.text) == (422, True)
    assert sent["url"][:20] in page.text
    assert engine.database.reading().execute(select(endpoint)).all() == []


def test_in_production_an_address_is_https(engine: Engine) -> None:
    with pytest.raises(WrongEndpoint, match="https://"), engine.database.unit_of_work():
        declare_endpoint(engine, "http://crm.example/", ["answered"], with_values=False, local=False)


def test_there_are_at_most_so_many(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "MOST_ENDPOINTS", 1)
    declared(engine, "https://crm.example/", "answered")
    with pytest.raises(WrongEndpoint, match="Remove one first"):
        declared(engine, "https://crm.example/", "answered")


def test_the_commands_add_list_rotate_and_remove(office: Flask, engine: Engine) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        done = office.test_cli_runner().invoke(args=["asklater", "webhooks", *arguments])
        return done.exit_code, done.output

    code, made = run("add", "https://crm.example/hook", "--event", "answered", "--event", "erased", "--values")
    public_id, secret = made.split()
    assert (code, secret.startswith("whsec_")) == (0, True)
    assert run("list") == (0, f"{public_id}  In use  values  answered,erased  https://crm.example/hook\n")
    code, rotated = run("rotate", public_id)
    assert (code, rotated.startswith("whsec_"), rotated.strip() != secret) == (0, True, True)
    assert run("enable", public_id)[0] == 1
    with engine.database.unit_of_work():
        endpoints.disable_endpoint(engine.database, all_endpoints(engine.database)[0].id)
    assert run("enable", public_id)[0] == 0
    assert run("remove", public_id)[0] == 0
    assert [run(step, public_id)[0] for step in ("remove", "rotate")] == [1, 1]
    assert run("add", "crm.example", "--event", "answered")[0] == 1
