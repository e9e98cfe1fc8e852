"""Visits: the person of a request, recognised by one statement; sessions that begin, rotate and end."""

import hashlib
import secrets
from collections.abc import Callable, Mapping

from flask import current_app, has_request_context, session
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy import bindparam, func, insert, select, update

from webapp import clock
from webapp.accounts.models import Account, Visit
from webapp.db import Database
from webapp.profiling.people import Subject, presence, record_arrival, subject_of

BY_TOKEN = presence(
    select(Visit.subject_id.label("id"), func.coalesce(Account.role, "").label("role"))
    .join_from(Visit, Account, Account.subject_id == Visit.subject_id, isouter=True)
    .where(Visit.token_hash == bindparam("token_hash"), Visit.ended_at.is_(None))
    .cte("who")
)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


class Person:
    """Who makes a request: a light object, no database row. Signed up once an address is held."""

    is_active = True

    def __init__(self, token: str, subject: Subject, role: str) -> None:
        self.token = token
        self.subject = subject
        self.role = role

    @property
    def is_authenticated(self) -> bool:
        return "email" in self.subject.held

    @property
    def is_anonymous(self) -> bool:
        return not self.is_authenticated

    def get_id(self) -> str:
        return self.token


class Nobody:
    """A visitor of whom nothing is recorded."""

    is_active = False
    is_authenticated = False
    is_anonymous = True
    subject: Subject | None = None
    role = ""

    def get_id(self) -> None:
        return None


class Visits:
    """The engine's `People` for this application, over Flask-Login.

    Outside a request nobody visits: there is no subject, and going on as another one changes nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.account_links: list[Callable[[], list[tuple[str, str]]]] = []

    def manager(self) -> LoginManager:
        manager = LoginManager()
        manager.session_protection = None  # an address that changes on the way home is no attack
        manager.anonymous_user = Nobody
        manager.user_loader(self._look)
        return manager

    def subject(self) -> Subject | None:
        found: Subject | None = current_user.subject if has_request_context() else None
        return found

    def arrive(self) -> Subject:
        found = self.subject()
        return found if found else self._begin(record_arrival(self._database))

    def refresh(self) -> None:
        if isinstance(person := current_user._get_current_object(), Person):  # noqa: SLF001 - werkzeug's own way
            again = self._look(person.token)
            if again is not None:
                person.subject, person.role = again.subject, again.role

    def continue_as(self, subject_id: int) -> None:
        if has_request_context():
            self._end()
            self._begin(subject_id)

    def rotate(self) -> None:
        """Give the session a new token, as at every rise in what it may do."""
        found = self.subject()
        if found is not None:
            self.continue_as(found.id)

    def sign_out(self) -> None:
        """End the visit here and on the server, and forget everything that the cookie held."""
        self._end()
        logout_user()
        session.clear()

    def links(self) -> tuple[tuple[str, str], ...]:
        """What other rooms show on the account page: (label, url)."""
        return tuple(link for links in self.account_links for link in links())

    def hash_of_this(self) -> bytes:
        """What a code is bound to: the token's hash of this visit, which must have begun."""
        return token_hash(current_user.token)

    def _look(self, token: str) -> Person | None:
        binds: Mapping[str, object] = {"token_hash": token_hash(token), "now": clock.now()}
        found = subject_of(self._database.reading().execute(BY_TOKEN, binds))
        return Person(token, *found) if found else None

    def _begin(self, subject_id: int) -> Subject:
        token = secrets.token_urlsafe(32)
        row = {"token_hash": token_hash(token), "subject_id": subject_id, "began_at": clock.now()}
        self._database.writing().execute(insert(Visit).values(row))
        person = self._look(token)
        if person is None:  # the subject was deleted in the same instant
            raise LookupError(f"no subject {subject_id}")
        session.permanent = True
        login_user(person)
        return person.subject

    def _end(self) -> None:
        if isinstance(person := current_user._get_current_object(), Person):  # noqa: SLF001
            self._database.writing().execute(
                update(Visit).where(Visit.token_hash == token_hash(person.token)).values(ended_at=clock.now())
            )


def current_visits() -> Visits:
    """The visits of the current application."""
    visits: Visits = current_app.extensions["visits"]
    return visits
