"""Reading a document back in (GDPR Art. 20): what its person gave, on contract or consent, into another account.

A value passes through its kind as if it were typed, so nothing comes in that could not have been answered here. What
is proved by a code, or protects an account, is not taken from a file; nothing that is held already is replaced.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from webapp.privacy.exporting.schema import FORMAT
from webapp.privacy.exporting.telling import from_told
from webapp.profiling import notice
from webapp.profiling.answers import Provenance
from webapp.profiling.engine import Engine
from webapp.profiling.kinds.base import Invalid, Kind
from webapp.profiling.manifest import Field
from webapp.profiling.words import gettext

GIVEN_BY_THE_PERSON = frozenset({"person", "settings", "import"})
BASES = frozenset({"contract", "consent"})
MISSHAPEN = (AttributeError, LookupError, TypeError, ValueError)
"""What a kind raises at a value of a shape that it never makes."""
IMPORT = Provenance("import", "import")


class NoExport(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The document is none of ours: it says so, in a sentence."""


class _Left(Exception):  # noqa: N818
    """The field is left out, for a reason."""


@dataclass(frozen=True)
class Outcome:
    """What became of one field of the document: TAKEN, KEPT (it was held) or LEFT, with the reason."""

    TAKEN: ClassVar[str] = "taken"
    KEPT: ClassVar[str] = "kept"
    LEFT: ClassVar[str] = "left"
    field: str
    state: str
    reason: str = ""


def read_back(engine: Engine, subject_id: int, document: object) -> tuple[Outcome, ...]:
    """Take over what can be, in the transaction that is open; what became of each field. Raises NoExport."""
    entries = dict(_entries(document))
    known = [key for key in engine.manifest.fields if key in entries]  # one that needs another comes after it
    outcomes = [_take(engine, subject_id, key, entries[key]) for key in known]
    unknown = gettext("no such field is declared here")
    return (*outcomes, *(Outcome(key, Outcome.LEFT, unknown) for key in entries if key not in known))


def _entries(document: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NoExport(gettext("This is no export of the format %(format)s.", format=FORMAT))
    fields = document.get("fields")
    if not isinstance(fields, list):
        raise NoExport(gettext("The document has no list of fields."))
    for entry in fields:
        if not isinstance(entry, dict) or not isinstance(entry.get("field"), str) or "value" not in entry:
            raise NoExport(gettext("An entry of the list of fields lacks its field or its value."))
        yield entry["field"], entry


def _take(engine: Engine, subject_id: int, key: str, entry: Mapping[str, Any]) -> Outcome:
    held = engine.answers.read(subject_id, [key, *engine.field(key).after])
    if key in held:
        return Outcome(key, Outcome.KEPT, gettext("it is held already"))
    try:
        _check(engine, key, entry, held)
        value = _value(engine.kind_of(key), engine.field(key), from_told(entry["value"]))
    except _Left as left:
        return Outcome(key, Outcome.LEFT, str(left))
    engine.save(subject_id, key, value, IMPORT, prompted=False)
    return Outcome(key, Outcome.TAKEN)


def _check(engine: Engine, key: str, entry: Mapping[str, Any], held: Mapping[str, Any]) -> None:
    declared, kind = engine.field(key), engine.kind_of(key)
    basis = engine.manifest.purposes[declared.purpose].basis
    if entry.get("source") not in GIVEN_BY_THE_PERSON:
        raise _Left(gettext("it did not come from its person"))
    if basis not in BASES:
        raise _Left(gettext("its basis is neither a contract nor consent"))
    if kind.guarded:
        raise _Left(gettext("it is proved or protected here, not read from a file"))
    if basis == "consent" and entry.get("notice_version") != notice.version(engine.manifest, key):
        raise _Left(gettext("its notice has changed since, so that it is asked anew"))
    if not held.keys() >= set(declared.after):
        raise _Left(gettext("it is asked only after another field, which is missing"))


def _value(kind: Kind, declared: Field, value: object) -> Any:
    """The value, typed anew. A picture is written anew; anything else has to come out as it went in."""
    try:
        parsed = kind.parse(declared, kind.given(declared, value))
    except (Invalid, *MISSHAPEN) as error:
        raise _Left(gettext("it cannot be taken over: it has to be typed here")) from error
    if not isinstance(value, bytes) and parsed != value:
        raise _Left(gettext("it cannot be taken over: it has to be typed here"))
    return parsed
