"""Erasure conflicts: a clear page for who was doing something while what it belonged to was erased."""

import logging

from flask import Flask, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, NoResultFound, OperationalError
from werkzeug.exceptions import HTTPException

from asklater import errors
from asklater.database.access import current_database
from asklater.database.errors import is_conflict, is_orphaned
from asklater.engine import current_engine
from asklater.keys.service import Sealed
from asklater.privacy.erasure.routes import gone_already
from asklater.tables import subject

OVERTAKEN = (IntegrityError, NoResultFound, LookupError, OperationalError, Sealed)
"""What may be raised where a person is erased meanwhile."""
log = logging.getLogger(__name__)


def register_handlers(app: Flask) -> None:
    """Look twice at errors that an erasure in the same instant brings about; all others stay what they are. One for
    which the application has a handler is its own."""
    for error in OVERTAKEN:
        if error not in app.error_handler_spec[None][None]:
            app.register_error_handler(error, _overtaken)


def _overtaken(error: Exception) -> ResponseReturnValue:
    if _is_gone():
        return gone_already()
    orphaned = isinstance(error, IntegrityError) and is_orphaned(error)
    if orphaned or (isinstance(error, OperationalError) and is_conflict(error)):
        text = gettext("Somebody changed or erased this at the same moment. Try again.")
        return errors.answer(409, gettext("Nothing was done"), text)
    if isinstance(error, Sealed):
        log.exception("something that is kept does not open")
        text = gettext(
            "It was moved or altered in the database, or its key is missing. Nothing was changed and nothing is lost: "
            "whoever runs this site finds in its log what it is. Please tell them this number."
        )
        return errors.answer(503, gettext("A stored record cannot be opened"), text)
    return _otherwise(error)


def _otherwise(error: Exception) -> ResponseReturnValue:
    """What the application has for an error of this sort. Without that it is raised again, so that it is logged and
    debugged as any other, or is the answer itself."""
    handlers = current_app.error_handler_spec[None][None]
    found = (handlers.get(sort) for sort in type(error).__mro__)
    handler = next((it for it in found if it not in {None, _overtaken}), None)
    if handler is not None:
        answer: ResponseReturnValue = current_app.ensure_sync(handler)(error)
        return answer
    if isinstance(error, HTTPException):
        return error.get_response()
    raise error


def _is_gone() -> bool:
    """Tells whether the person of this request was there when it began, and is not any more."""
    person, database = current_engine().people.subject(), current_database()
    if person is None:
        return False
    row = database.reading().execute(select(subject.c.id).where(subject.c.id == person.id)).first()
    database.release()
    return row is None
