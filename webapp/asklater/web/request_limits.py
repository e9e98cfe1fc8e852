"""Limits of what a request may carry, looked at before it is parsed: bytes, fields of a form, parts of an address."""

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge

from asklater.i18n import gettext

MOST_FIELDS = 1_000
"""Of a form, where Flask's MAX_FORM_PARTS says nothing."""
MOST_BYTES = 10 * 1024 * 1024
"""Of a body, where Flask's MAX_CONTENT_LENGTH says nothing."""
MOST_PARAMETERS, MOST_QUERY_BYTES = 200, 16 * 1024
"""Of an address, behind its question mark."""


def check(request: Request) -> None:
    """Look at a request whose form is not read yet. Raises RequestURITooLarge, RequestEntityTooLarge.

    A GET may have a body, too, which a view may parse. The limits are kept with the request: Flask looks each of them
    up in the application's configuration whenever it is asked.
    """
    query = request.query_string
    if len(query) > MOST_QUERY_BYTES or query.count(b"&") >= MOST_PARAMETERS:
        raise RequestURITooLarge
    most, in_memory, most_fields = request.max_content_length, request.max_form_memory_size, request.max_form_parts
    most = request.max_content_length = MOST_BYTES if most is None else most
    most_fields = request.max_form_parts = MOST_FIELDS if most_fields is None else most_fields
    request.max_form_memory_size = in_memory
    most_bytes, announced = in_memory or most, request.content_length
    if announced is not None and announced < min(most_fields, most_bytes):
        return  # so few bytes hold no more fields
    if request.mimetype == "application/x-www-form-urlencoded":
        _check_form(request, most_fields, most_bytes)


def _check_form(request: Request, most_fields: int, most_bytes: int) -> None:
    """Werkzeug keeps to both limits in multipart forms only."""
    if (request.content_length or 0) > most_bytes:
        raise RequestEntityTooLarge
    body = request.get_data()
    if len(body) > most_bytes:
        raise RequestEntityTooLarge
    if body.count(b"&") >= most_fields:
        raise too_many_fields()


def too_many_fields() -> RequestEntityTooLarge:
    return RequestEntityTooLarge(gettext("This form has too many fields. Send fewer at once. Nothing was stored."))
