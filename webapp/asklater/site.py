"""Where this site is, as others have to write it: links in mails, addresses that providers come back to."""

from flask import current_app, has_request_context, request

from asklater.settings import Settings


def origin() -> str:
    """`https://host`, without a path. The setting PUBLIC_URL says; the demo also goes by the request."""
    settings: Settings = current_app.extensions["asklater.settings"]
    if settings.demo and has_request_context():
        return request.host_url.rstrip("/")
    return settings.public_url


def absolute(path: str) -> str:
    """A path on this site as a whole address."""
    return origin() + path
