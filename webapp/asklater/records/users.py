"""The application's own users: which subject each of them is. Their ids are found by a keyed mark, and kept sealed."""

from hmac import digest
from uuid import UUID

from sqlalchemy import delete, select, update

from asklater import clock
from asklater.database.access import Database
from asklater.keys.keyring import MARKS, Keyring, record
from asklater.keys.service import Sealed
from asklater.records.people import Subject, record_arrival, subject_by_mark
from asklater.records.personal_tables import USER
from asklater.settings import ConfigurationError
from asklater.tables import application_user, subject

NO_ID = (
    "A user is named by their id, a text or a whole number, or by an object whose get_id() gives it, as Flask-Login's "
    "users have; {} is neither."
)


def user_id_of(user: object) -> str | None:
    """The id of a user as the library keeps it: 7 and "7" are one user; None for nobody.

    Takes an id (str, int, UUID), None, or an object with `get_id()`. Raises ConfigurationError for anything else.
    """
    named = user.get_id() if hasattr(user, "get_id") else user
    if named is None or named == "":
        return None
    if isinstance(named, bool) or not isinstance(named, str | int | UUID):
        raise ConfigurationError(NO_ID.format(f"{type(named).__name__} {named!r}"))
    return str(named)


class Users:
    """The subjects of the application's users."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring
        self._key: bytes | None = None

    def subject(self, user: str) -> Subject | None:
        """The subject of a user, None for one of whom nothing is recorded. One statement, and at first one more."""
        mark = self._known_mark(user)
        return None if mark is None else subject_by_mark(self._database, mark)

    def number(self, user: str) -> int | None:
        """The id of that subject. One statement, and at first one more."""
        mark = self._known_mark(user)
        if mark is None:
            return None
        found = select(application_user.c.subject_id).where(application_user.c.user_mark == mark)
        number: int | None = self._database.reading().execute(found).scalar()
        return number

    def record(self, user: str) -> int:
        """The id of the subject of a user, who is recorded where they are not yet."""
        connection = self._database.writing()  # so that what is read is what others have left
        number = self.number(user)
        if number is not None:
            return number
        number, moment = record_arrival(self._database), clock.now()
        connection.execute(update(subject).where(subject.c.id == number).values(signed_up_at=moment))
        row = {"subject_id": number, **self._named(number, user), "since": moment}
        adding = self._database.insert(application_user).values(row).on_conflict_do_nothing()
        if connection.execute(adding.returning(application_user.c.subject_id)).first() is None:
            connection.execute(delete(subject).where(subject.c.id == number))
            return self.record(user)  # another request of theirs was first
        return number

    def is_user(self, subject_id: int) -> bool:
        """Whether the subject is a user of the application, and no visitor."""
        found = select(application_user.c.subject_id).where(application_user.c.subject_id == subject_id)
        return self._database.reading().execute(found).first() is not None

    def id_of(self, subject_id: int) -> str | None:
        """The application's own id of a subject, None for a visitor."""
        found = select(application_user.c.user_id).where(application_user.c.subject_id == subject_id)
        sealed = self._database.reading().execute(found).scalar()
        if sealed is None:
            return None
        ring = self._keyring.wrapped(subject_id)
        return self._keyring.open(ring, subject_id, record(USER), sealed).decode()

    def rename(self, subject_id: int, user: str) -> None:
        """Know the subject of a user by another id from now on, which is nobody's."""
        renamed = update(application_user).where(application_user.c.subject_id == subject_id)
        self._database.writing().execute(renamed.values(**self._named(subject_id, user)))

    def _named(self, subject_id: int, user: str) -> dict[str, bytes]:
        return {
            "user_mark": self._keyring.mark(_marked(user)),
            "user_id": self._keyring.seal(subject_id, record(USER), user.encode()),
        }

    def _known_mark(self, user: str) -> bytes | None:
        """The mark of an id, None as long as there is no key of marks, and so nobody who bears one.

        A key that is committed is kept: it lasts as long as the database does.
        """
        key = self._key
        if key is None:
            try:
                self._keyring.wrapped(None)
            except Sealed:
                return None
            key = self._keyring.derived(MARKS)
            self._key = None if self._database.is_in_transaction else key
        return digest(key, _marked(user).encode("utf-8", "replace"), "sha256")


def _marked(user: str) -> str:
    return f"user:{user}"
