"""The demo's own identity provider, so that continuing with a provider can be tried without an account anywhere.

`oidc-provider-mock` speaks OpenID Connect; this module gives it the people and pages of the demo, and closes what the
demo does not need. It believes whoever presses a button, so it runs on this machine alone and never in production.
"""

import os
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel, gettext
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, SecurityError

from halftone.demo import cast
from halftone.demo.cast import ProviderPerson
from halftone.demo.cli import SEED
from halftone.demo.presenters import LOCALHOST
from halftone.demo.profiles import portrait
from halftone.settings import DEMO_PROVIDER as ISSUER, ROOT, from_environment

with warnings.catch_warnings(record=True):  # it imports what Authlib is about to leave behind
    from oidc_provider_mock import User, init_app

KEY = "demo"
"""Of the provider in the shop's declarations."""
AUTHORIZATION = "oidc-provider-mock.authorize"
OPEN = frozenset(
    {
        "static",
        "picture",
        AUTHORIZATION,
        *(f"oidc-provider-mock.{name}" for name in ("home", "openid_config", "jwks", "issue_token", "userinfo")),
    }
)
"""The endpoints that answer. The others would let any program on this machine invent people and clients."""
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action"


@dataclass(frozen=True)
class PersonChoice:
    """One person as whom somebody can continue: what the provider would say of it; `email` is "" for nothing."""

    key: str
    name: str
    email: str
    email_verified: bool
    portrait_url: str


@dataclass(frozen=True)
class ProviderPage:
    """What each of the provider's pages shows: the shop's name and address, and the people."""

    shop: str
    shop_url: str
    people: tuple[PersonChoice, ...]


def create_app() -> Flask:
    """The provider of the shop that the environment describes, for a process that serves nothing else."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # it would want TLS, which localhost does without
    settings = from_environment()
    people = cast.read(SEED / "people.toml").provider_people
    return provider_app(os.environ[ISSUER], settings.public_url, settings.brand, people)


def provider_app(issuer: str, shop_url: str, shop: str, people: tuple[ProviderPerson, ...]) -> Flask:
    """A provider at `issuer` that knows these people and sends them back to the shop at `shop_url`, nowhere else."""
    app = Flask(__name__, template_folder=str(ROOT / "templates/demo/provider"), static_folder=str(ROOT / "static"))
    app.config["TRUSTED_HOSTS"] = [LOCALHOST, "127.0.0.1"]
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    Babel(app)
    known = {person.key: person for person in people}
    path = f"/sign-in/with/{KEY}/return"

    @app.before_request
    def guard() -> ResponseReturnValue | None:
        """Answer what is not for the provider itself: closed endpoints, wrong requests, and a person who says no."""
        if request.endpoint is None:
            return None  # Flask says why
        if request.endpoint not in OPEN:
            abort(404)
        return _check_authorization(shop_url, path, known) if request.endpoint == AUTHORIZATION else None

    @app.get("/portraits/<key>.png")
    def picture(key: str) -> Response:
        return Response(portrait(known[key].portrait) if key in known else abort(404), mimetype="image/png")

    @app.context_processor
    def page() -> dict[str, object]:
        choices = tuple(
            PersonChoice(one.key, one.name, one.email, one.verified, url_for("picture", key=one.key)) for one in people
        )
        return {"page": ProviderPage(shop, shop_url, choices)}

    @app.after_request
    def protect(response: Response) -> Response:
        shop = urlsplit(shop_url)
        beside = f" {shop.scheme}://*.{shop.netloc}" if shop.hostname == LOCALHOST else ""
        response.headers["Content-Security-Policy"] = f"{POLICY} 'self' {shop.scheme}://{shop.netloc}{beside}"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if request.endpoint not in {"static", "picture"}:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.register_error_handler(HTTPException, _told)
    wsgi = app.wsgi_app
    init_app(app, require_nonce=True, user_claims=[_user(person, issuer) for person in people])
    app.wsgi_app, app.debug = wsgi, False  # type: ignore[method-assign] # it shows traces of errors to whoever asks
    return app


def _is_of_shop(callback: str, shop_url: str, path: str) -> bool:
    """Whether the address is the shop's, or the shop's by the name of a persona."""
    sent, shop = urlsplit(callback), urlsplit(shop_url)
    is_beside = shop.hostname == LOCALHOST and re.fullmatch(rf"[a-z0-9-]+\.{re.escape(shop.netloc)}", sent.netloc)
    if sent.netloc != shop.netloc and not is_beside:
        return False
    return callback == f"{shop.scheme}://{sent.netloc}{shop.path}{path}"


def _check_authorization(shop_url: str, path: str, known: Mapping[str, ProviderPerson]) -> ResponseReturnValue | None:
    callback = request.args.get("redirect_uri", "")
    if not _is_of_shop(callback, shop_url, path):
        abort(400, gettext("Only the shop that started this provider can use it."))
    if request.method != "POST":
        return None
    if request.form.get("action") == "deny":
        refusal = {"error": "access_denied", "state": request.args.get("state", "")}
        return redirect(f"{callback}?{urlencode(refusal)}", 303)
    if request.form.get("sub") not in known:
        abort(400, gettext("Go back and choose one of the people."))
    return None


def _told(error: HTTPException) -> ResponseReturnValue:
    """The error as a page. One that carries its own answer keeps it; to another host's name nothing is built."""
    if error.response is not None or isinstance(error, SecurityError):
        return error
    return render_template("error.html", name=error.name, description=error.description), error.code or 500


def _user(person: ProviderPerson, issuer: str) -> User:
    """What the provider says of the person, by OpenID Connect's names."""
    claims: dict[str, object] = {"name": person.name, "picture": f"{issuer}/portraits/{person.key}.png"}
    if person.email:
        claims |= {"email": person.email, "email_verified": person.verified}
    return User(sub=person.key, claims=claims)
