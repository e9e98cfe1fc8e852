"""What somebody gets who was doing something while what it belonged to was erased: a clear page, and no error.

Nothing of it is stored: the transaction was rolled back before this is asked.
"""

from flask import Flask, Response
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, NoResultFound, OperationalError

from webapp import errors
from webapp.accounts.visits import current_visits
from webapp.db import current_database, is_conflict, is_orphaned
from webapp.privacy.erasing.routes import gone_already
from webapp.profiling.tables import subject


def join(app: Flask) -> None:
    """Look twice at errors that an erasure in the same instant brings about; all others stay what they are."""
    for overtaken in (IntegrityError, NoResultFound, LookupError, OperationalError):
        app.register_error_handler(overtaken, _overtaken)


def _overtaken(error: Exception) -> Response:
    if _is_gone():
        return gone_already()
    orphaned = isinstance(error, IntegrityError) and is_orphaned(error)
    if orphaned or (isinstance(error, OperationalError) and is_conflict(error)):
        text = gettext("What this was about was changed or erased by somebody in the same moment. Try again.")
        return errors.answer(409, gettext("Nothing was done"), text)
    return errors.unexpected(error)


def _is_gone() -> bool:
    """Whether the person of this request was there when it began, and is not any more."""
    here, database = current_visits().subject(), current_database()
    if here is None:
        return False
    there = database.reading().execute(select(subject.c.id).where(subject.c.id == here.id)).first()
    database.release()
    return there is None
