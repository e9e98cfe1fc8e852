"""Policy headers, cross-site checks, limits, request ids: what every answer of the application carries."""

import math
import time
from datetime import timedelta
from typing import Any

from flask import Flask, Response, abort, current_app, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFProtect
from limits import parse
from limits.strategies import FixedWindowRateLimiter, RateLimiter
from werkzeug.exceptions import TooManyRequests

from asklater import http, observation, redis_server, request_bodies
from asklater.flask_proxies import unproxied
from asklater.networks import behind_proxies, client_network
from asklater.settings import Settings
from asklater.web import rate_counters, request_limits

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
READS, WRITES = "1200 per minute", "120 per minute"
"""How much one network may ask for of one process, and change in all. With REDIS_URL, both are of all machines."""
COUNTERS = "asklater.write_counters"
COUNTERS_FILE = "limits.sqlite3"
"""In INSTANCE: how much each network has changed, by a hash of it."""
MEGABYTE = 1024 * 1024
LONGEST_FORM = 2 * MEGABYTE
"""Of its texts; pictures come on top, up to 8 MB together."""


def init_app(app: Flask, settings: Settings) -> None:
    """Set cookies, sizes, limits and headers of `app`."""
    app.config.update(
        SESSION_COOKIE_NAME="asklater" if settings.demo else "__Host-asklater",
        SESSION_COOKIE_SECURE=not settings.demo,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=90),
        SESSION_REFRESH_EACH_REQUEST=False,  # a visit that goes on is noted every hour, and the cookie with it
        MAX_CONTENT_LENGTH=8 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=LONGEST_FORM,
        MAX_FORM_PARTS=500,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.extensions["asklater.security"] = True
    app.session_interface = CookieSessions()
    if settings.hosts and not app.config["TRUSTED_HOSTS"]:
        app.config["TRUSTED_HOSTS"] = settings.hosts
    observation.init_app(app, settings.proxies)
    request_bodies.init_app(app, settings.web_threads)
    behind_proxies(app, settings.proxies)

    @app.before_request
    def refuse_foreign_hosts() -> None:
        host = request.routing_exception
        if isinstance(host, http.UNUSABLE_HOST):  # nothing else looks at what is sent to a host that is not ours
            raise host

    @app.after_request
    def add_policy(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.headers.setdefault("X-Request-ID", g.get("request_id", ""))
        if not settings.demo:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if g.get("retry_after"):
            response.headers["Retry-After"] = g.retry_after
        elif response.status_code != 429:
            response.headers.pop("Retry-After", None)
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        if response.location and not isinstance(request.routing_exception, http.UNUSABLE_HOST):
            response.location = http.without_own_host(response.location)
        return response

    server = redis_server.server_of(settings)
    _limit(app, server)
    counters = app.extensions[COUNTERS] = _write_counters(settings, server)
    _limit_writes(app, FixedWindowRateLimiter(counters))
    _guard(app, CSRFProtect(app))


def _limit(app: Flask, server: redis_server.RedisServer | None) -> None:
    """So many requests a minute from one network; static files do not count."""
    shared: dict[str, Any] = {"storage_options": {"server": server}} if server else {}
    Limiter(
        client_network,
        app=app,
        storage_uri=rate_counters.RedisCounters.URI if server else rate_counters.Counters.URI,
        **shared,
        headers_enabled=True,
        default_limits=[READS],
        default_limits_exempt_when=lambda: request.endpoint == "static" or _limits_itself(),
    )

    @app.after_request
    def keep_retry_after(response: Response) -> Response:  # before the limiter adds one of its own to every answer
        g.retry_after = response.headers.get("Retry-After")
        return response


def _write_counters(settings: Settings, server: redis_server.RedisServer | None) -> rate_counters.Counters:
    """Those of all processes of this machine, or of all machines."""
    if server is None:
        return rate_counters.SharedCounters(settings.instance / COUNTERS_FILE)
    return rate_counters.RedisCounters(None, server)


def _limit_writes(app: Flask, limiter: RateLimiter) -> None:
    """So many changes a minute from one network, counted by `limiter` for all processes together."""
    limit = parse(WRITES)

    @app.before_request
    def refuse_too_many_writes() -> None:
        if request.method in SAFE or app.testing or _limits_itself() or limiter.hit(limit, "writes", client_network()):
            return
        ends_at = limiter.get_window_stats(limit, "writes", client_network()).reset_time
        raise TooManyRequests(retry_after=max(1, math.ceil(ends_at - time.time())))


def _guard(app: Flask, csrf: CSRFProtect) -> None:
    """Refuse what carries too much, and writes that did not come from a page of this site."""

    @app.before_request
    def refuse_cross_site_writes() -> None:
        request_limits.check(unproxied(request))
        if request.method in SAFE:
            return
        if _bounces(app):
            return
        if _cross_site():
            abort(403, "This form was sent from another site, so it was not accepted.")
        if None in request.form or None in request.files:
            abort(400)  # a part of a multipart form without a name: Werkzeug passes it on
        if not (http.wants_json() and app.config["SESSION_COOKIE_NAME"] not in request.cookies):
            csrf.protect()


def _bounces(app: Flask) -> bool:
    """Whether the view says that it changes nothing, and only leads on what another site posts here."""
    view = app.view_functions.get(request.endpoint or "")
    return getattr(view, "bounces_cross_site", False) is True


def _limits_itself() -> bool:
    """Whether the view counts by itself who asks how often: by token, since another system is one network."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "limits_itself", False) is True


class CookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, kept off static files: any cache may store those, and give them to anybody."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "static":
            super().save_session(app, session, response)


def _cross_site() -> bool:
    """Whether the browser says that another site sent this. Clients that are no browsers say nothing."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is not None and not http.is_own_origin(origin)
