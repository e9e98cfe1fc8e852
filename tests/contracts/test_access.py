"""The role x route x method x owner matrix: every route is tried as everybody, and opens to whom routes.toml says."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from asklater import clock
from asklater.accounts.roles import ROLES
from asklater.accounts.tables import Account, BrowserSession, Passkey
from asklater.database.access import Database
from asklater.engine import Engine, current_engine
from asklater.messages.sealing import address_mark
from asklater.privacy.breaches.register import enter_breach, open_breaches
from asklater.privacy.erasure.person_holds import active_holds, set_hold
from asklater.privacy.exports.orders import latest_export, order_export
from asklater.privacy.requests.labels import Kind
from asklater.privacy.requests.lifecycle import RequestDraft, file_request
from asklater.privacy.requests.queries import requests_of
from asklater.privacy.tables import EXPORT_READY, export
from asklater.privacy.takedowns.takedowns import take_down, takedowns_of
from asklater.records.answers import Provenance
from asklater.settings import Settings
from tests.support.answers import picture
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.databases import all_tables
from tests.support.demo import EVERYTHING, WHOLE_MANIFEST
from tests.support.people import settle

ROUTES = tomllib.loads((Path(__file__).parent / "routes.toml").read_text("utf-8"))
DECLARED: dict[str, dict[str, str]] = ROUTES["access"]
ACCESS = {**DECLARED["library"], **DECLARED["demo"]}
VISITOR, OWNER, OTHER = "visitor", "owner", "other"
NOT_TRIED = {"door.enter"}
NUMBER = "+4915155512345"
PUBLISHED = {"sharing.page": {"display_name"}, "browsing.product": {"display_name"}}
"""Where fields that people publish are shown to everybody."""
TOLD_FOR_WHOM = 403
PASSKEYS = (
    "accounts.ask_to_remove_passkey",
    "accounts.passkey_name",
    "accounts.remove_passkey",
    "accounts.rename_passkey",
)
OWN_REQUESTS = (
    *("requests.own_request", "requests.withdraw", "requests.status"),
    *(f"officer.{step}_request" for step in ("take", "assign", "read", "show", "extend", "refuse", "complete")),
    *("officer.request", "officer.confirm_erasure", "officer.erase_person"),
    *("officer.request_evidence", "officer.bundle_request", "requests.retry"),
    *("officer.reply", "officer.send_reply", "officer.note_letter", "officer.keep_note"),
)
TEXTS = ("officer.texts", "officer.open_texts", "officer.redact_text", "officer.restore_text")
"""Of a request that is answered by an export."""
EXPORTS = ("exports.as_document", "exports.as_tables", "exports.delete")
FIELDS = {"display_name": "Ada", "picture": picture(kind="WEBP").getvalue()}


@pytest.fixture
def everything(settings: Settings) -> Iterator[Flask]:
    with lent(replace(settings, manifest=WHOLE_MANIFEST), [*EVERYTHING, "tests.support.people"]) as app:
        # its personas own orders and shares
        assert app.test_cli_runner().invoke(args=["demo", "load", "--without-history"]).exit_code == 0
        app.extensions["asklater.jobs"].beat()  # a worker is alive
        yield app


@pytest.fixture
def people(everything: Flask) -> dict[str, int]:
    """The subject of each role; every account holds every field that a test of one's own pages needs."""
    found = {role: settle(everything, f"{role}@y.example", role) for role in ROLES}
    found[OTHER] = settle(everything, "other@y.example")
    found[OWNER] = _persona(everything)
    engine: Engine = everything.extensions["asklater.engine"]
    with everything.app_context(), engine.database.unit_of_work():
        for number in found.values():
            for field, value in FIELDS.items():
                engine.answers.give(number, field, value, Provenance("import", "import"))
    return found


def test_every_route_says_who_gets_through(everything: Flask) -> None:
    endpoints = {rule.endpoint for rule in everything.url_map.iter_rules()} - NOT_TRIED
    assert sorted(endpoints - ACCESS.keys()) == [], "give it a line in routes.toml"
    assert sorted(ACCESS.keys() - endpoints) == []


@pytest.mark.thorough
@pytest.mark.parametrize("role", [VISITOR, OTHER, *ROLES, OWNER])
def test_every_route_opens_to_those_and_to_nobody_else(
    everything: Flask, people: Mapping[str, int], role: str
) -> None:
    wrong = []
    for rule in everything.url_map.iter_rules():
        for method in sorted({"GET", "POST"} & (rule.methods or set()) if rule.endpoint in ACCESS else ()):
            with _ask(everything, people, role, rule, method) as answer:
                status, location = answer.status_code, answer.headers.get("Location", "")
            if role == VISITOR and method == "GET" and location.startswith("/sign-in?next="):
                status = 404  # led to sign in, where somebody else finds nothing
            if not _as_declared(ACCESS[rule.endpoint], role, status):
                wrong.append(f"{method} {rule.endpoint} as {role}: {status}")
    assert wrong == []


@pytest.mark.thorough
def test_every_value_is_shown_to_its_owner_alone_and_to_an_officer_inside_a_request(
    everything: Flask, people: Mapping[str, int]
) -> None:
    words = _plant(everything, people[OWNER])
    seen: dict[str, set[str]] = {role: set() for role in (VISITOR, OTHER, *ROLES, OWNER)}
    wrong = []
    for role in seen:
        for rule in everything.url_map.iter_rules():
            if "GET" not in (rule.methods or set()) or rule.endpoint not in ACCESS:
                continue
            content = _ask(everything, people, role, rule, "GET").data
            found = {field for field, word in words.items() if word in content}
            seen[role] |= found
            if role != OWNER and not found <= PUBLISHED.get(rule.endpoint, set()):
                wrong.append(f"{rule.endpoint} shows {found} to {role}")
    assert wrong == []
    assert seen[OWNER] == words.keys()
    officer = Browser(everything)
    officer.get(f"/door/{people['privacy_officer']}?proved&factor")
    shown = f"/officer/requests/{_request(everything.extensions['asklater.database'], people[OWNER], everything)}/show"
    for field, word in words.items():
        assert word in officer.post(shown, {"field": field, "reason": "It was asked for."}).data


def _plant(app: Flask, owner: int) -> dict[str, bytes]:
    """A word in every field of the owner's that holds text; by field."""
    engine: Engine = app.extensions["asklater.engine"]
    place = {"street_address": "Canaryway 1", "city": "Berlin", "postal_code": "10115"}
    values: dict[str, tuple[Any, str]] = {}
    for key, declared in engine.manifest.fields.items():
        match declared.kind:
            case "text":
                values[key] = f"Canary {key}"[:30], f"Canary {key}"[:30]
            case "address":
                values[key] = {"country": "DE", "name": f"Canary {key}", **place}, f"Canary {key}"
            case "phone":
                values[key] = NUMBER, engine.kind_of(key).show(declared, NUMBER)
    with app.app_context(), engine.database.unit_of_work():
        for key, (value, _word) in values.items():
            engine.answers.remove(owner, key)
            engine.answers.give(owner, key, value, Provenance("import", "import"))
    return {key: word.encode() for key, (_value, word) in values.items()}


def test_a_route_that_opens_to_others_is_noticed() -> None:
    assert not _as_declared("pm", OTHER, 200)
    assert not _as_declared("pm", "pm", 403)
    assert not _as_declared("owner", "admin", 200)
    assert not _as_declared("owner", OWNER, 404)
    assert not _as_declared("account", VISITOR, 200)
    assert not _as_declared("asked", OTHER, 200)
    assert not _as_declared("open", VISITOR, 500)
    assert not _as_declared("token", "admin", 200)


def _as_declared(access: str, role: str, status: int) -> bool:
    if status >= 500:
        return False
    match access:
        case "open":
            return status not in {401, TOLD_FOR_WHOM}
        case "account":
            return status in {303, 404} if role == VISITOR else status not in {401, TOLD_FOR_WHOM, 404}
        case "owner":
            return status < 400 or status == 422 if role == OWNER else status == 404
        case "token":
            return status == 401
        case "asked":
            return status in {303, 404} or (role == OWNER and status not in {401, TOLD_FOR_WHOM})
        case roles:
            return status < 400 or status == 422 if role in roles.split() else status == TOLD_FOR_WHOM


def _ask(app: Flask, people: Mapping[str, int], role: str, rule: Rule, method: str) -> TestResponse:
    """One request, made in a session of its own. The owner has a passkey each time: some pages ask for one."""
    if role == OWNER:
        with app.app_context():
            _passkey(app.extensions["asklater.database"], people[OWNER])
    given = {name: _argument(app, people[OWNER], rule.endpoint, name) for name in rule.arguments}
    browser = Browser(app)
    if role != VISITOR:
        browser.get(f"/door/{people[role]}?proved&factor")
    with app.test_request_context():
        url = app.url_map.bind("localhost").build(rule.endpoint, given, method=method)
    return browser.get(url) if method == "GET" else browser.post(url)


WORDS: dict[tuple[str, str], Any] = {
    ("", "action"): "sign_up",
    ("", "context"): "sign_up",
    ("", "token"): "made-up",
    ("", "webhook"): "made-up",
    ("", "subject"): "1",
    ("services.figure", "table"): "fields",
    ("", "version"): "made-up",
    ("", "field"): "display_name",
    ("accounts.picture", "field"): "picture",
    ("accounts.give_consent", "field"): "news_by_email",
    ("accounts.withdraw_consent", "field"): "news_by_email",
    ("consents.receipt", "field"): "news_by_email",
    ("", "prompt"): "after_order",
    ("", "kind"): "rectification",
    ("", "filename"): "favicon.svg",
    ("docs.one", "name"): "manifest",
    ("", "slug"): "late-sun",
    ("demo.picture", "key"): "customer",
    ("", "key"): "visitor",
    **{(endpoint, "key"): "payment_promise" for endpoint in ACCESS if endpoint.startswith("experiments.")},
    ("", "lost"): "mail",
    ("", "provider"): "nobody",
    ("", "number"): 1,
    ("", "table"): "episodes",
    ("", "form"): "csv",
    ("", "step"): "note",
    ("", "recipient"): "mail",
    ("", "purpose"): "asking",
    **{(f"officer.{name}_template", "key"): "details" for name in ("reply", "change", "delete")},
    ("", "redaction"): "made-up",
    ("officer.assessment", "kind"): "lia",
    ("officer.change_assessment", "kind"): "lia",
    ("signup.table", "table"): "fields",
    ("marks.table", "table"): "changes",
    **{(f"{name}.table", "table"): name for name in ("goals", "links")},
    ("attention.table", "table"): "losses",
    ("recovery.table", "table"): "ways",
}


def _argument(app: Flask, owner: int, endpoint: str, name: str) -> Any:
    """What stands for a variable of a route: a record of the owner's own where one is named."""
    database: Database = app.extensions["asklater.database"]
    with app.app_context():
        if name == "number" and endpoint in PASSKEYS:
            return _passkey(database, owner)
        if name == "number" and endpoint in EXPORTS:
            return _ready_export(database, owner)
        if name == "public_id":
            if endpoint in {"officer.takedown", "officer.put_back"}:
                return _takedown(database, owner)
            if endpoint.startswith(("officer.breach", "officer.hold", "officer.lift", "officer.review")):
                return _of_register(database, owner, endpoint)
            if endpoint in TEXTS:
                return _request(database, owner, app, Kind.ACCESS)
            return _request(database, owner, app) if endpoint in OWN_REQUESTS else _record(database, owner, endpoint)
        if (endpoint, name) == ("accounts.end_session", "number"):
            visit = (
                select(BrowserSession.id)
                .where(BrowserSession.subject_id == owner)
                .order_by(BrowserSession.id.desc())
                .limit(1)
            )
            return database.reading().scalar(visit) or 10**6
    return WORDS.get((endpoint, name)) or WORDS["", name]


def _passkey(database: Database, owner: int) -> int:
    """The owner's passkey; one is made where the route that was tried before has taken it away."""
    with database.unit_of_work():
        found = database.session().scalar(select(Passkey.id).where(Passkey.subject_id == owner))
        if found is None:
            row = {"subject_id": owner, "credential_id": b"id", "public_key": b"key", "sign_count": 0}
            more = {"user_handle": bytes(32), "name": "Phone", "transports": "", "backed_up": False}
            passkey = Passkey(**row, **more, added_at=clock.now())
            database.session().add(passkey)
            database.session().flush()
            found = passkey.id
        return found


def _ready_export(database: Database, owner: int) -> int:
    """The owner's export; one is made where the route that was tried before has deleted it."""
    with database.unit_of_work():
        found = latest_export(owner)
        number = found.id if found else order_export(owner)
        database.writing().execute(update(export).where(export.c.id == number).values(state=EXPORT_READY))
        return number


def _request(database: Database, owner: int, app: Flask, kind: Kind | None = None) -> str:
    """A request of the owner's that runs; one is made where the route that was tried before has closed it."""
    with app.app_context(), database.unit_of_work():
        running = [found.public_id for found in requests_of(owner) if found.is_running and kind in {None, found.kind}]
        return running[0] if running else file_request(owner, RequestDraft(kind or Kind.ERASURE))[0].public_id


def _of_register(database: Database, owner: int, endpoint: str) -> str:
    """A breach that is open, or a hold on the owner."""
    with database.unit_of_work():
        if endpoint.startswith("officer.breach"):
            known = open_breaches()
            found = known[0] if known else enter_breach(clock.now(), {"title": "A laptop", "happened": "Lost."}, "")
            return found.public_id
        holds = active_holds(current_engine(), owner)
        day = clock.now().date()
        texts = {"reason": "A claim.", "told": "A claim.", "by": ""}
        return (holds[0] if holds else set_hold(current_engine(), owner, review_on=day, **texts)).public_id


def _takedown(database: Database, owner: int) -> str:
    """Something of the owner's that was taken down. It was published once for this, as what was before is needed."""
    engine = current_engine()
    with database.unit_of_work():
        known = takedowns_of(engine, owner)
        if not known:
            sort = replace(engine.registry.publications["shares"], items=lambda _owner: [("made-up", clock.now())])
            with patch.dict(engine.registry.publications, {"shares": sort}):
                take_down(engine, owner, {("shares", "made-up")}, "asked", "They asked.", "")
        return takedowns_of(engine, owner)[0].public_id


def _record(database: Database, owner: int, endpoint: str) -> str:
    """The address of an order or a share of the owner's."""
    name = "shop_order" if endpoint.startswith("orders.") else "share"
    table = next(table for table in all_tables() if table.name == name)
    return database.reading().scalar(select(table.c.public_id).where(table.c.subject_id == owner).limit(1)) or "gone"


def _persona(app: Flask) -> int:
    database: Database = app.extensions["asklater.database"]
    with app.app_context():
        number: int = database.reading().scalar(
            select(Account.subject_id).where(Account.email_mark == address_mark("ines.caldera@letterbox.example"))
        )
        database.release()
    return number
