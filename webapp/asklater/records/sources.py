"""What the application holds itself of its users: read where it is, whenever it is wanted, and never copied."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from asklater.i18n import gettext
from asklater.kinds.base import Given, Invalid, Kind
from asklater.kinds.consent import Consent
from asklater.manifest.declarations import Field
from asklater.settings import ConfigurationError

NO_SOURCE = {
    "consent": "a consent is given by its person, to the words that they saw, and the application keeps neither here",
    "file": "a file would be read on every request",
    "guarded": "it could let somebody into an account, so it takes a proof, which the application does not give here",
}
"""Why some sorts of field have none."""

Read = Callable[[Any], Any]
Write = Callable[[Any, Any], object]


@dataclass(frozen=True)
class Source:
    """Where the application holds a field: `read(user)` gives the value as the field's kind keeps it (a day also as a
    `date`), None for none; `write(user, value)` stores one where it can, and None where it is removed."""

    declared: Field
    kind: Kind
    read: Read
    write: Write | None = None

    def value(self, user: object) -> Any:
        """The user's value, None where there is none, and where there is one that the field's kind would refuse."""
        found = self.read(user)
        if found is None or found == "":
            return None
        try:
            return self.kind.parse(self.declared, as_given(self.declared, self.kind, found))
        except Invalid:
            return None


class Sources:
    """The sources of one application, by field. `load(id)` gives its user of that id, None for one who is gone."""

    def __init__(self, load: Callable[[str], object], id_of: Callable[[int], str | None]) -> None:
        """`id_of` tells the application's id of a subject, None for a visitor."""
        self._load = load
        self._id_of = id_of
        self._sources: dict[str, Source] = {}

    def register(self, declared: Field, kind: Kind, read: Read, write: Write | None) -> None:
        """Read a field there from now on. Raises ConfigurationError for one that can have no source."""
        sorts = {"consent": isinstance(kind, Consent), "file": kind.multipart, "guarded": kind.guarded}
        why = next((sort for sort, is_so in sorts.items() if is_so), "")
        if why:
            raise ConfigurationError(f"{declared.key} can have no source: {NO_SOURCE[why]}.")
        self._sources[declared.key] = Source(declared, kind, read, write)

    def of_user(self, user: str, fields: Collection[str] | None = None) -> dict[str, Any]:
        """The values that the application holds of a user, by field; of these fields, or of all."""
        return self._values(user, self._sources if fields is None else self._sources.keys() & set(fields))

    def of_subject(self, subject_id: int, fields: Iterable[str] | None = None) -> dict[str, Any]:
        """The same of a subject; nothing of a visitor."""
        wanted = self._sources.keys() if fields is None else self._sources.keys() & set(fields)
        user = self._id_of(subject_id) if wanted else None
        return {} if user is None else self._values(user, wanted)

    def writes(self, subject_id: int, field: str) -> bool:
        """Whether a value of this field goes to where the application holds it."""
        source = self._sources.get(field)
        return source is not None and source.write is not None and self._id_of(subject_id) is not None

    def write(self, subject_id: int, field: str, value: Any) -> None:
        """Hand the application a value to store. Raises what its function raises."""
        source, user = self._sources[field], self._load(self._id_of(subject_id) or "")
        if source.write is not None and user is not None:
            source.write(user, value)

    def _values(self, user_id: str, fields: Collection[str]) -> dict[str, Any]:
        user = self._load(user_id) if fields else None
        if user is None:
            return {}
        found = {key: self._sources[key].value(user) for key in self._sources if key in fields}
        return {key: value for key, value in found.items() if value is not None}


def as_given(declared: Field, kind: Kind, value: Any) -> Given:
    """A value, as a kind keeps it, as it would have been typed; a day may be a `date`. Raises Invalid."""
    value = value.isoformat() if isinstance(value, date) else value
    try:
        return kind.given(declared, value)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Invalid({"": gettext("This is no value of the kind %(kind)s.", kind=declared.kind)}) from error
