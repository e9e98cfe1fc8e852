"""Sessions: the person of a request, recognised by one statement; how they begin, rotate and end."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from flask import current_app, g, has_request_context, session
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy import ColumnElement, bindparam, case, insert, literal_column, select, update

from asklater import clock, measurement
from asklater.accounts.devices import device_name
from asklater.accounts.tables import Account, BrowserSession
from asklater.database.access import Database, UTCDateTime, microseconds, table_of
from asklater.database.errors import was_lost
from asklater.flask_proxies import unproxied
from asklater.records.people import STATE, Subject, presence, record_arrival, subject_of
from asklater.tables import subject

SESSIONS_EXTENSION = "asklater.sessions"
IDLE_TIMEOUT, ABSOLUTE_TIMEOUT = timedelta(days=45), timedelta(days=90)
"""A session ends when it was not seen for so long, and after so long in any case."""
ROLE_WORKS_FOR = timedelta(hours=12)
"""A role works for so long after its person has shown a second factor."""
AUTHENTICATION_FRESH_FOR = timedelta(minutes=15)
"""A proof of who it is holds for so long, where one is wanted anew."""
SEEN_KEY = "seen"
"""Where the cookie keeps the hour in which the session was noted as seen."""
RENEWED_KEY = "renewed"
"""Where the cookie says that its token is new: once it comes back, the browser is known to have it."""
FORMER_TOKEN_WORKS_FOR = timedelta(minutes=10)
"""For so long the former token is good for sending the same answers again, where the new one never arrived."""
VISITOR = "visitor"
"""What stands in the place of a role while there is no account."""
SESSION_TABLE = table_of(BrowserSession)


def moment_param(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=UTCDateTime)


_WHO = (
    select(
        BrowserSession.subject_id.label("id"),
        case(
            (
                (BrowserSession.factor_at > moment_param("factor_since"))
                & (BrowserSession.factor_at <= moment_param("factor_until"))
                & Account.verified_at.is_not(None),
                Account.role,
            ),
            (Account.subject_id.is_(None), literal_column(f"'{VISITOR}'")),
            else_=literal_column("''"),
        ).label("role"),
        STATE,
    )
    .join_from(BrowserSession, subject, subject.c.id == BrowserSession.subject_id)
    .join(Account, Account.subject_id == BrowserSession.subject_id, isouter=True)
    .where(
        BrowserSession.token_hash == bindparam("token_hash"),
        BrowserSession.ended_at.is_(None),
        BrowserSession.expires_at > moment_param("now"),
    )
    .cte("who")
)
BY_TOKEN = presence(select(_WHO.c.state, _WHO.c.role, _WHO.c.id), select(_WHO.c.id).scalar_subquery())
IS_THIS_SESSION = SESSION_TABLE.c.token_hash == bindparam("of_token")
PROOFS = select(
    SESSION_TABLE.c.id, SESSION_TABLE.c.method, SESSION_TABLE.c.proved_at, SESSION_TABLE.c.factor_at
).where(IS_THIS_SESSION)
ROTATE = (
    update(SESSION_TABLE)
    .where(IS_THIS_SESSION, SESSION_TABLE.c.ended_at.is_(None))
    .values(token_hash=bindparam("new_hash"), former_hash=bindparam("former"), rotated_at=moment_param("moment"))
)
HEARD_OF = update(SESSION_TABLE).where(IS_THIS_SESSION).values(former_hash=None)
RETURN = (
    update(SESSION_TABLE)
    .where(
        SESSION_TABLE.c.former_hash == bindparam("former"),
        SESSION_TABLE.c.subject_id == bindparam("of_subject"),
        SESSION_TABLE.c.rotated_at > moment_param("since"),
        SESSION_TABLE.c.ended_at.is_(None),
        SESSION_TABLE.c.expires_at > moment_param("moment"),
    )
    .values(token_hash=bindparam("new_hash"))
)
NOTE_SEEN = (
    update(SESSION_TABLE)
    .where(IS_THIS_SESSION, SESSION_TABLE.c.began_at > moment_param("oldest"))
    .values(seen_at=moment_param("moment"), expires_at=moment_param("until"))
)
END = update(SESSION_TABLE).where(IS_THIS_SESSION).values(ended_at=moment_param("moment"))


def token_hash(token: str) -> bytes:
    """What is kept of a token: it opens nothing."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


class SessionUser:
    """Who makes a request: a light object, no database row. Signed up once an address is held."""

    is_active = True

    def __init__(self, token: str, subject: Subject, role: str) -> None:
        self.token = token
        self.subject = subject
        self.has_account = role != VISITOR
        self.role = role if self.has_account else ""

    @property
    def is_authenticated(self) -> bool:
        return "email" in self.subject.held

    @property
    def is_anonymous(self) -> bool:
        return not self.is_authenticated

    def get_id(self) -> str:
        return self.token


class AnonymousUser:
    """A visitor of whom nothing is recorded."""

    is_active = False
    is_authenticated = False
    is_anonymous = True
    subject: Subject | None = None
    role = ""

    def get_id(self) -> None:
        return None


class Sessions:
    """The engine's `People` for this application, over Flask-Login.

    Outside a request there is no subject, and switching to another one changes nothing.
    """

    notes_visits = True

    def __init__(self, database: Database) -> None:
        self._database = database
        database.on_rollback.append(self._forget_another)
        self.on_return: list[Callable[[int], None]] = []
        """Called with the subject when a session goes on, or begins by a login, on another day than it was seen last;
        inside the transaction that notes it."""
        self.on_login: list[Callable[[int], None]] = []
        """Called with the account that somebody has just signed in to: what they should know at once."""

    def login_manager(self) -> LoginManager:
        manager = LoginManager()
        manager.session_protection = None  # a network address that changes on the move is no attack
        manager.anonymous_user = AnonymousUser
        manager.user_loader(self._load)
        return manager

    def subject(self) -> Subject | None:
        found: Subject | None = current_user.subject if has_request_context() else None
        return found

    def has_account(self) -> bool:
        """Whether whoever makes the request has an account, proved or not. Costs no query."""
        person = self._current_user()
        return person is not None and person.has_account

    def ensure_subject(self) -> Subject:
        found = self.subject()
        return found if found else self._begin(record_arrival(self._database), "sign_up")

    def keep(self) -> None:
        if has_request_context():
            session.permanent = True

    def refresh(self) -> None:
        person = self._current_user()
        again = self._load(person.token) if person else None
        if person and again:
            person.subject, person.role, person.has_account = again.subject, again.role, again.has_account
            self._keep_account(person)

    def switch_to(self, subject_id: int) -> None:
        """Go on as that subject, as whom the person turned out to be; nothing where this session is theirs already."""
        found = self.subject()
        if found is None or found.id != subject_id:
            self.enter(subject_id, "code")

    def enter(self, subject_id: int, method: str, *, proved: bool = False, factor: bool = False) -> None:
        """End this session and begin one of `subject_id`, entered by `method`; with which proofs, if any."""
        if has_request_context():
            self._end()
            self._notify(self.on_return, subject_id)
            self._begin(subject_id, method, proved=proved, factor=factor)

    def return_to(self, subject_id: int) -> None:
        """Go on in the subject's session by a new token, where this browser has the one before, and was not heard of
        since. The caller has seen that it sends what the subject has given."""
        former = session.get("_user_id")
        if former is None or self._current_user():
            return
        token, moment = secrets.token_urlsafe(32), clock.now()
        binds = {"former": token_hash(former), "of_subject": subject_id, "new_hash": token_hash(token)}
        binds |= {"since": moment - FORMER_TOKEN_WORKS_FOR, "moment": moment}
        with self._database.unit_of_work():
            is_theirs = self._database.writing().execute(RETURN, binds).rowcount == 1
        if is_theirs:
            self._adopt_token(token)
            session[RENEWED_KEY] = True

    def rotate(self, *, answer_may_be_lost: bool = False) -> None:
        """Give the session a new token, as at every rise in what it may do. Where the answer that brings it may be
        lost, the former one stays good for `return_to`, until the browser comes with the new one."""
        person = self._current_user()
        if person:
            token, former = secrets.token_urlsafe(32), token_hash(person.token)
            binds = {"of_token": former, "new_hash": token_hash(token), "moment": clock.now()}
            self._database.writing().execute(ROTATE, {**binds, "former": former if answer_may_be_lost else None})
            self._adopt_token(token)
            if answer_may_be_lost:
                session[RENEWED_KEY] = True

    def note_proof(self, *, factor: bool = False) -> None:
        """Note that the person proved just now who they are, with `factor` by a second factor. Rotates the token."""
        if self._current_user() is None:
            return
        moment = clock.now()
        proofs = {"proved_at": moment, **({"factor_at": moment} if factor else {})}
        this = update(SESSION_TABLE).where(SESSION_TABLE.c.token_hash == self.current_token_hash())
        self._database.writing().execute(this.values(**proofs))
        self.rotate()

    def proofs(self) -> tuple[datetime | None, datetime | None]:
        """When this session last proved who it is, and by a second factor."""
        row = self._database.reading().execute(PROOFS, {"of_token": self.current_token_hash()}).first()
        return (row.proved_at, row.factor_at) if row else (None, None)

    def current_id(self) -> int:
        """This session's id, for the list of sessions; 0 when none has begun."""
        if self._current_user() is None:
            return 0
        row = self._database.reading().execute(PROOFS, {"of_token": self.current_token_hash()}).first()
        return row.id if row else 0

    def login_method(self) -> str:
        """How this session was entered; "" when none has begun."""
        if self._current_user() is None:
            return ""
        row = self._database.reading().execute(PROOFS, {"of_token": self.current_token_hash()}).first()
        return row.method if row else ""

    def note_presence(self) -> None:
        """Keep a session that is used from growing old, at most once an hour, which the cookie remembers. Its former
        token ends, once the browser comes with the new one."""
        if session.get(RENEWED_KEY):
            self._note_renewed()
        if "_user_id" in session and session.get(SEEN_KEY) != _hour():
            another_day = int(session.get(SEEN_KEY, 0)) // 24 != _hour() // 24
            session[SEEN_KEY] = _hour()
            person, moment = self._current_user(), clock.now()
            if person:
                binds = {"of_token": token_hash(person.token), "moment": moment}
                binds |= {"until": moment + IDLE_TIMEOUT, "oldest": moment + IDLE_TIMEOUT - ABSOLUTE_TIMEOUT}
                with self._database.unit_of_work():  # at once: whatever the request does, this is true
                    self._database.writing().execute(NOTE_SEEN, binds)
                    self._notify(self.on_return if another_day else (), person.subject.id)

    def _note_renewed(self) -> None:
        person = self._current_user()
        if person:
            with self._database.unit_of_work():
                self._database.writing().execute(HEARD_OF, {"of_token": token_hash(person.token)})
        session.pop(RENEWED_KEY)

    def sign_out(self) -> None:
        """End the session here and on the server, and forget everything that the cookie held, but that this browser is
        not to be measured."""
        self._end()
        logout_user()
        is_refused = measurement.has_chosen_not_to_be_measured()
        session.clear()
        if is_refused:
            measurement.note_choice(measured=False)

    def current_token_hash(self) -> bytes:
        """The hash of the token of this session, which must have begun: what a code is bound to."""
        return token_hash(current_user.token)

    def _notify(self, listeners: Iterable[Callable[[int], None]], subject_id: int) -> None:
        for listener in listeners:
            listener(subject_id)

    def _current_user(self) -> SessionUser | None:
        if not has_request_context():
            return None
        found = unproxied(current_user)
        return found if isinstance(found, SessionUser) else None

    def _forget_another(self) -> None:
        """Forget a person whom the session does not name any more."""
        found = g.get("_login_user")  # where Flask-Login keeps them for the request
        if found is not None and found.get_id() != session.get("_user_id"):
            g.pop("_login_user")

    def _load(self, token: str) -> SessionUser | None:
        if was_lost():
            return None
        moment = clock.now()
        binds: Mapping[str, object] = {
            "token_hash": token_hash(token),
            "now": microseconds(moment),
            "factor_since": microseconds(moment - ROLE_WORKS_FOR),
            "factor_until": microseconds(moment + clock.SKEW),
        }
        found = subject_of(BY_TOKEN.rows(self._database.reading(), binds))
        return SessionUser(token, *found) if found else None

    def _begin(self, subject_id: int, method: str, *, proved: bool = False, factor: bool = False) -> Subject:
        token, moment = secrets.token_urlsafe(32), clock.now()
        row = {
            "token_hash": token_hash(token),
            "subject_id": subject_id,
            "began_at": moment,
            "seen_at": moment,
            "expires_at": moment + IDLE_TIMEOUT,
            "device": device_name(),
            "method": method,
            "proved_at": moment if proved else None,
            "factor_at": moment if factor else None,
        }
        self._database.writing().execute(insert(SESSION_TABLE).values(row))
        return self._adopt_token(token).subject

    def _adopt_token(self, token: str) -> SessionUser:
        """Recognise the session by `token` from now on."""
        person = self._load(token)
        if person is None:  # the subject was deleted in the same instant
            raise LookupError("the session has no subject")
        self._keep_account(person)
        session[SEEN_KEY] = _hour()
        login_user(person)
        return person

    def _keep_account(self, person: SessionUser) -> None:
        """An account's cookie outlives the browser's session, a visitor's does not."""
        if person.has_account and not session.permanent:
            session.permanent = True

    def _end(self) -> None:
        person = self._current_user()
        if person:
            binds = {"of_token": token_hash(person.token), "moment": clock.now()}
            self._database.writing().execute(END, binds)


def _hour() -> int:
    return int(clock.now().timestamp()) // 3600


def current_sessions() -> Sessions:
    """The sessions of the current application."""
    sessions: Sessions = current_app.extensions[SESSIONS_EXTENSION]
    return sessions
