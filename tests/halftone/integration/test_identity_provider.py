"""The demo's own provider: it speaks OpenID Connect for the shop, knows its own people alone, and is closed else."""

import socket
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from asklater.settings import Settings
from halftone.cli import _can_have_provider
from halftone.demo import cast
from halftone.demo.cli import SEED
from halftone.demo.identity_provider import provider_app
from halftone.server import Address, free_port
from halftone.settings import DEMO_PROVIDER, DEMO_PROVIDERS, from_environment
from tests.support.applications import as_halftone

pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")  # the package's own
ISSUER, SHOP = "http://localhost:8001", "http://localhost:8000"
CALLBACK = f"{SHOP}/sign-in/with/demo/return"
ASKED = {
    "response_type": "code",
    "client_id": "halftone",
    "redirect_uri": CALLBACK,
    "scope": "openid email profile",
    "state": "s t",
    "nonce": "n",
}


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    people = cast.read(SEED / "people.toml").provider_people
    return provider_app(ISSUER, SHOP, "Halftone", people).test_client()


def authorize(browser: FlaskClient, form: dict[str, str] | None = None, **changed: str) -> TestResponse:
    method = "GET" if form is None else "POST"
    return browser.open(
        "/oauth2/authorize", base_url=ISSUER, method=method, query_string=ASKED | changed, data=form or {}
    )


def claims_of(browser: FlaskClient, person: str) -> dict[str, object]:
    location = authorize(browser, {"sub": person}).headers["Location"]
    code = parse_qs(urlsplit(location).query)["code"][0]
    exchange = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    tokens = browser.post("/oauth2/token", base_url=ISSUER, data=exchange, auth=("halftone", "any")).json
    assert tokens
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    claims: dict[str, object] | None = browser.get("/userinfo", base_url=ISSUER, headers=bearer).json
    assert claims
    return claims


def test_it_leads_back_to_a_persona_at_a_name_of_its_own(browser: FlaskClient) -> None:
    beside = CALLBACK.replace("localhost", "noor.localhost")
    answer = authorize(browser, {"sub": "lena"}, redirect_uri=beside)
    assert answer.headers["Location"].startswith(f"{beside}?")
    assert "http://*.localhost:8000" in authorize(browser, redirect_uri=beside).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://noor.localhost:8009/sign-in/with/demo/return",
        "http://noor.localhost.example:8000/sign-in/with/demo/return",
        "http://a@noor.localhost:8000/sign-in/with/demo/return",
        "https://noor.localhost:8000/sign-in/with/demo/return",
        "http://noor.localhost:8000/elsewhere",
        "http://noor.localhost:8000/sign-in/with/demo/return?more",
    ],
)
def test_it_leads_nowhere_else(browser: FlaskClient, elsewhere: str) -> None:
    assert authorize(browser, redirect_uri=elsewhere).status_code == 400


def test_it_offers_its_people_and_says_that_it_is_a_test(browser: FlaskClient) -> None:
    page = authorize(browser).text
    assert "A test provider on this machine: no password is asked, and nobody here is real." in page
    assert [name in page for name in ("Lena Brandt", "Omar Tanaka", "Kofi Marlow")] == [True] * 3
    assert page.count("Address verified") == page.count("Address not verified") == page.count("Tells no address") == 1


@pytest.mark.thorough
def test_what_it_says_of_each(browser: FlaskClient) -> None:
    picture = f"{ISSUER}/portraits/{{}}.png"
    assert claims_of(browser, "lena") == {
        "sub": "lena",
        "name": "Lena Brandt",
        "email": "lena.brandt@post.example",
        "email_verified": True,
        "picture": picture.format("lena"),
    }
    assert claims_of(browser, "omar")["email_verified"] is False
    assert claims_of(browser, "kofi") == {"sub": "kofi", "name": "Kofi Marlow", "picture": picture.format("kofi")}
    assert browser.get("/portraits/lena.png", base_url=ISSUER).mimetype == "image/png"
    assert browser.get("/portraits/nobody.png", base_url=ISSUER).status_code == 404


def test_whoever_says_no_goes_back_with_the_state(browser: FlaskClient) -> None:
    answer = authorize(browser, {"action": "deny"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{CALLBACK}?error=access_denied&state=s+t"


def test_it_sends_nobody_anywhere_else(browser: FlaskClient) -> None:
    for form in (None, {"sub": "lena"}, {"action": "deny"}):
        answer = authorize(browser, form, redirect_uri="https://evil.example/")
        assert (answer.status_code, "Location" in answer.headers) == (400, False)
        assert "Only the shop that started this provider can use it." in answer.text


def test_it_knows_no_other_people(browser: FlaskClient) -> None:
    assert authorize(browser, {"sub": "somebody@x.example"}).status_code == 400
    assert authorize(browser, {}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/users/lena"),
        ("POST", "/users/lena/revoke-tokens"),
        ("POST", "/oauth2/clients"),
        ("GET", "/oauth2/end_session"),
        ("GET", "/nothing"),
    ],
)
def test_what_the_demo_does_not_need_is_closed(browser: FlaskClient, method: str, path: str) -> None:
    assert browser.open(path, base_url=ISSUER, method=method, json={}).status_code == 404


def test_it_answers_to_this_machine_alone_and_shows_no_traces(browser: FlaskClient) -> None:
    assert browser.get("/", base_url=ISSUER).status_code == 200
    assert browser.get("/", base_url="http://evil.example").status_code == 400
    assert browser.application.debug is False


def test_its_pages_have_a_policy_that_lets_forms_lead_to_the_shop(browser: FlaskClient) -> None:
    policy = authorize(browser).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    beside = SHOP.replace("http://", "http://*.")
    assert policy.endswith(f"form-action 'self' {SHOP} {beside}"), "the personas' own host names, too"


# When it runs


@pytest.mark.parametrize(
    ("host", "given", "runs"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("0.0.0.0", {}, False),
        ("192.0.2.7", {}, False),
        ("127.0.0.1", {"PUBLIC_URL": "https://demo.example"}, False),
        ("127.0.0.1", {"PROVIDERS": str(DEMO_PROVIDERS)}, False),
    ],
)
def test_it_runs_where_whoever_comes_is_on_this_machine(
    tmp_path: Path, host: str, given: dict[str, str], runs: bool
) -> None:
    settings = from_environment({"INSTANCE": str(tmp_path), **given})
    assert _can_have_provider(settings, Address(host, 8000)) is runs


def test_never_in_production(settings: Settings) -> None:
    local = replace(as_halftone(settings), public_url="http://localhost:8000", providers=None)
    assert _can_have_provider(local, Address("127.0.0.1", 8000))
    assert not _can_have_provider(replace(local, mode="production"), Address("127.0.0.1", 8000))


def test_the_shop_declares_it_only_where_it_runs(tmp_path: Path) -> None:
    here = {"INSTANCE": str(tmp_path)}
    assert from_environment(here).providers is None
    assert from_environment({**here, DEMO_PROVIDER: ISSUER}).providers == DEMO_PROVIDERS
    own = {"PROVIDERS": str(tmp_path / "own.toml")}
    assert from_environment({**here, DEMO_PROVIDER: ISSUER, **own}).providers == tmp_path / "own.toml"


@pytest.mark.enable_socket
def test_a_taken_port_is_avoided() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert free_port(taken) not in {0, taken}
    assert free_port(65536) > 0
