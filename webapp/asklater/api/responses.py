"""What the API answers: documents, and problems by RFC 9457."""

from typing import Any

from flask import Blueprint, Response, jsonify, make_response
from werkzeug.exceptions import HTTPException

from asklater import errors, http
from asklater.api.profile import Refused
from asklater.asking.json_documents import REFUSED
from asklater.i18n import gettext
from asklater.web.json_bodies import Unreadable, answer_unreadable


def document(body: Any, status: int = 200) -> Response:
    """A document about one person, which no cache keeps."""
    return http.personal(make_response(jsonify(body), status))


def refused_answers(refused: Refused) -> Response:
    """422: what is wrong with each field. Nothing was changed."""
    told = [{"field": field, "errors": dict(parts)} for field, parts in refused.errors.items()]
    title = gettext("Some answers could not be taken")
    return http.problem(422, title, gettext("Nothing was changed."), REFUSED, fields=told)


def answer_problems(blueprint: Blueprint) -> None:
    """Let whatever the views of a blueprint raise be told as a problem document."""
    blueprint.register_error_handler(HTTPException, errors.known)
    blueprint.register_error_handler(Unreadable, answer_unreadable)
    blueprint.register_error_handler(Refused, refused_answers)
