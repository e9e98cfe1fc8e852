"""The host that a request names: no address in a mail, a header or a document is built from it."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask, redirect, request
from flask_wtf import CSRFProtect
from sqlalchemy import select
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from asklater import Profiling, http
from asklater.accounts.audit_log import notify_owner
from asklater.accounts.tables import Account
from asklater.settings import Settings
from tests.conftest import running
from tests.support.applications import create_app, opened
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.people import somebody
from tests.support.workshop import PEOPLED_WORKSHOP, WORKSHOP_FEATURES

EVIL = "http://evil.example"
AT = {
    "http://localhost:8001": "http://localhost:8001",
    "http://127.0.0.1:8000": "http://127.0.0.1:8000",
    "http://[::1]:8000": "http://[::1]:8000",
    "http://192.168.1.9:8000": "http://192.168.1.9:8000",
    "http://evil.example": "http://localhost",
    "http://localhost.evil.example": "http://localhost",
    "http://8.8.8.8": "http://localhost",
}


@pytest.mark.parametrize(("asked", "origin"), AT.items())
def test_a_demo_on_this_machine_goes_by_the_name_that_was_asked_for(workshop: Flask, asked: str, origin: str) -> None:
    with workshop.test_request_context("/", base_url=asked):
        assert http.site_origin() == origin
        assert http.absolute_url("/a") == f"{origin}/a"


@pytest.mark.parametrize("mode", ["demo", "production"])
@pytest.mark.parametrize("asked", [*AT, "https://shop.example"])
def test_a_site_that_has_an_address_goes_by_it(
    workshop: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, mode: str, asked: str
) -> None:
    known = replace(settings, mode=mode, public_url="https://shop.example")
    monkeypatch.setitem(workshop.extensions, "asklater.settings", known)
    assert http.site_origin() == "https://shop.example"
    with workshop.test_request_context("/", base_url=asked):
        assert http.site_origin() == "https://shop.example"


@pytest.mark.parametrize("public", ["https://shop.example", "https://shop.example/app"])
def test_below_a_path_addresses_are_whole(
    workshop: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, public: str
) -> None:
    monkeypatch.setitem(workshop.extensions, "asklater.settings", replace(settings, public_url=public))
    with workshop.test_request_context("/", base_url="http://10.0.0.1/app"):
        assert http.site_origin() == "https://shop.example"
        assert http.absolute_url("/app/sign-in") == "https://shop.example/app/sign-in"
        assert http.absolute_url("/application") == "https://shop.example/application"
        assert http.page_url("accounts.sign_in", next="/app/") == "https://shop.example/app/sign-in?next=/app/"


def test_a_worker_knows_the_path_by_the_public_address(
    workshop: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = replace(settings, public_url="https://shop.example/app")
    monkeypatch.setitem(workshop.extensions, "asklater.settings", known)
    assert http.page_url("accounts.sign_in") == "https://shop.example/app/sign-in"
    assert http.absolute_url("/app") == "https://shop.example/app/app"


def test_an_application_without_a_public_address_has_paths(
    workshop: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(workshop.extensions, "asklater.settings", replace(settings, mode="production", public_url=""))
    with workshop.test_request_context("/", base_url="http://shop.example/app"):
        assert http.absolute_url("/app/sign-in") == "/app/sign-in" == http.page_url("accounts.sign_in")


def test_a_mail_does_not_lead_to_the_host_that_was_sent(workshop: Flask) -> None:
    person = somebody(workshop, factor=True)
    number = workshop.extensions["asklater.database"].reading().scalar(select(Account.subject_id))
    with workshop.test_request_context("/", base_url=EVIL):
        notify_owner(number, "factor_added")
        workshop.extensions["asklater.database"].session().commit()
    assert person.get("/account/security", base_url=EVIL).status_code < 500
    workshop.extensions["asklater.jobs"].runs["deliver_mail"]()
    box = Browser(workshop)
    listed = box.get("/mailbox/").text
    assert "A second factor was added" in listed
    mail = box.get("/mailbox/1").text
    assert "http://localhost/account/security" in mail
    assert "evil" not in mail


def test_a_problem_document_does_not_either(workshop: Flask) -> None:
    refused = workshop.test_client().post("/publish", base_url=EVIL, headers={"Accept": "application/json"})
    assert refused.status_code == 403
    assert json.loads(refused.text)["prompt_url"].startswith("http://localhost/ask/publish")


@pytest.mark.parametrize("path", ["/mailbox", "/leave"])
def test_a_redirect_names_no_host(settings: Settings, path: str) -> None:
    for app in running(create_app(settings, [*WORKSHOP_FEATURES, "tests.support.workshop"])):
        app.add_url_rule("/leave", "leave", lambda: redirect(request.host_url + "there?a=b#c"))
        moved: Response = app.test_client().get(path, base_url=EVIL)
        assert moved.location in {"/mailbox/", "/there?a=b#c"}


def test_production_answers_to_its_own_names_only(settings: Settings) -> None:
    known = replace(settings, mode="production", public_url="https://shop.example", smtp_url="smtp://localhost")
    with opened(known, PEOPLED_WORKSHOP) as app:
        client = app.test_client()
        for ours in (
            "https://shop.example",
            "https://shop.example:8443",
            "https://localhost",
            "https://127.0.0.1:8000",
        ):
            assert client.get("/", base_url=ours).status_code == 200
        for other in ("https://evil.example", "https://shop.example.evil.example", "https://10.0.0.1"):
            for path in ("/", "/nothing", "/mailbox", "/static/css/base.css"):
                for accept in ("text/html", "application/json"):
                    refused = client.get(path, base_url=other, headers={"Accept": accept})
                    assert refused.status_code == 400
                    assert "TRUSTED_HOSTS" in refused.text
                    assert "evil" not in refused.text
            assert client.post("/publish", base_url=other).status_code == 400
    with opened(replace(known, trusted_hosts=(".shop.example", "10.0.0.1")), PEOPLED_WORKSHOP) as app:
        client = app.test_client()
        tried = ("https://a.shop.example", "https://10.0.0.1", "https://evil.example")
        assert [client.get("/", base_url=host).status_code for host in tried] == [200, 200, 400]


@pytest.mark.parametrize("host", [".", "a..b", "[", "a" * 64 + ".example", "localhost:x"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_host_that_is_none_is_refused_in_words(
    workshop: Flask, caplog: pytest.LogCaptureFixture, host: str, accept: str
) -> None:
    client = workshop.test_client(use_cookies=False)
    for path in ("/", "/account", "/nothing", "/static/css/base.css"):
        refused = client.get(path, headers={"Host": host, "Accept": accept})
        assert refused.status_code in {200, 303, 400, 404}
        if refused.status_code == 400:
            assert "TRUSTED_HOSTS" in refused.text
        refused.close()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_proxies_are_believed_without_the_librarys_own_security(settings: Settings, instance: Path) -> None:
    """TRUSTED_PROXIES says it of every application; one that has seen to it keeps what it has."""
    for own in (False, True):
        app = Flask(__name__)
        app.config.update(
            SECRET_KEY=settings.secret_key,
            ASKLATER_MASTER_KEY=sha256(b"proxies").hexdigest(),
            ASKLATER_DATABASE_URL=settings.database_url,
            ASKLATER_INSTANCE=str(instance),
            ASKLATER_TRUSTED_PROXIES="1",
        )
        if own:
            app.wsgi_app = ProxyFix(app.wsgi_app, x_for=2)  # type: ignore[method-assign]
        CSRFProtect(app)
        app.add_url_rule("/who", "who", lambda: request.remote_addr or "")
        Profiling(app, manifest=ROOT / "tests" / "asklater" / "contracts" / "small_manifest.toml")
        for running_app in running(app):
            seen = running_app.test_client().get("/who", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})
            assert seen.text == ("198.51.100.7" if own else "203.0.113.9")
