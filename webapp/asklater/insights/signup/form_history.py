"""The history of the sign-up form: what changed from one declaration to the next, recorded whenever it became
another one.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from sqlalchemy import Select, select

from asklater import clock
from asklater.database.access import Database
from asklater.insights.tables import signup_form
from asklater.manifest.declarations import Signup

# Changes between two declarations

ChangedPart = Literal[
    "recorded", "added", "removed", "moved", "made_optional", "made_required", "justification", "owner", "review_by"
]
OWED_PARTS: tuple[Literal["justification", "owner", "review_by"], ...] = ("justification", "owner", "review_by")


@dataclass(frozen=True)
class DeclaredField:
    """One field of the form, as declared. `justification` is its key and its proof ("needed_next: checkout"), or the
    sentence of a form from before there were keys; `review_by` is an ISO day; each is "" for none.
    """

    field: str
    justification: str
    owner: str
    review_by: str
    optional: bool = False


DeclaredForm = tuple[DeclaredField, ...]


@dataclass(frozen=True)
class FormChange:
    """One thing that became different about one field. Places count from 1."""

    field: str
    what: ChangedPart
    before: str
    after: str


def declared_form(signup: Signup) -> DeclaredForm:
    return tuple(
        DeclaredField(
            field=it.field,
            justification=", ".join(f"{key}: {proof}" for key, proof in it.justifications.items()),
            owner=it.owner,
            review_by=it.review_by.isoformat() if it.review_by else "",
            optional=it.optional,
        )
        for it in signup.fields
    )


def form_as_json(form: DeclaredForm) -> str:
    """As text, the same for the same form."""
    return json.dumps([asdict(asked) for asked in form], ensure_ascii=False, sort_keys=True)


def form_from_json(text: str) -> DeclaredForm:
    """What `form_as_json` wrote, in this version or an earlier one."""
    return tuple(DeclaredField(**asked) for asked in json.loads(text))


def form_changes(before: DeclaredForm | None, after: DeclaredForm) -> tuple[FormChange, ...]:
    """Returns the changes in the form's order; what left it comes last. The first record has none to compare with."""
    if before is None:
        return tuple(FormChange(asked.field, "recorded", "", str(place)) for place, asked in enumerate(after, 1))
    return tuple(_field_changes(before, after))


def _field_changes(before: DeclaredForm, after: DeclaredForm) -> Iterator[FormChange]:
    old = {asked.field: (place, asked) for place, asked in enumerate(before, 1)}
    new = {asked.field: (place, asked) for place, asked in enumerate(after, 1)}
    moved = _moved([field for field in old if field in new], [field for field in new if field in old])
    for field, (place, asked) in new.items():
        if field not in old:
            yield FormChange(field, "added", "", str(place))
            continue
        earlier_place, earlier = old[field]
        if field in moved:
            yield FormChange(field, "moved", str(earlier_place), str(place))
        if earlier.optional != asked.optional:
            yield FormChange(field, "made_optional" if asked.optional else "made_required", "", "")
        for owed in OWED_PARTS:
            if getattr(earlier, owed) != getattr(asked, owed):
                yield FormChange(field, owed, getattr(earlier, owed), getattr(asked, owed))
    for field, (place, _asked) in old.items():
        if field not in new:
            yield FormChange(field, "removed", str(place), "")


def _moved(before: list[str], after: list[str]) -> set[str]:
    """Fields that changed their place among those that stayed; an added or removed one moves nobody."""
    return {field for field, other in zip(before, after, strict=True) if field != other}


# The record

FORMS_READ = 100
"""So many forms, the newest, does the history go back."""


@dataclass(frozen=True)
class RecordedChange:
    """A change, and when an application first ran with it."""

    at: datetime
    change: FormChange


def record_form(database: Database, signup: Signup) -> None:
    """Record the form where it is not the one that was recorded last.

    Processes that start at once record it once: what follows upon the same row has the same digest.
    """
    last = database.reading().execute(_newest(1)).first()
    form = declared_form(signup)
    if last is not None and form_from_json(last.declaration) == form:
        return
    text = form_as_json(form)
    digest = sha256(f"{last.digest if last else ''}\n{text}".encode()).hexdigest()
    row = {"at": clock.now(), "declaration": text, "digest": digest}
    database.writing().execute(database.insert(signup_form).values(row).on_conflict_do_nothing())


def read_history(database: Database) -> tuple[RecordedChange, ...]:
    """Every change that was recorded, the newest first."""
    rows = [(row.at, form_from_json(row.declaration)) for row in database.reading().execute(_newest(FORMS_READ + 1))]
    return tuple(event for place in range(min(len(rows), FORMS_READ)) for event in _events(rows, place))


def _events(rows: Sequence[tuple[datetime, DeclaredForm]], place: int) -> list[RecordedChange]:
    at, form = rows[place]
    before = rows[place + 1][1] if place + 1 < len(rows) else None
    return [RecordedChange(at, change) for change in form_changes(before, form)]


def _newest(count: int) -> Select[datetime, str, str]:
    it = signup_form.c
    return select(it.at, it.declaration, it.digest).order_by(it.id.desc()).limit(count)
