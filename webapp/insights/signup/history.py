"""What changed from one declaration of the sign-up form to the next. Pure functions."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from webapp.profiling.manifest import Signup

What = Literal["recorded", "added", "removed", "moved", "justification", "owner", "review_by"]
OWED: tuple[Literal["justification", "owner", "review_by"], ...] = ("justification", "owner", "review_by")


@dataclass(frozen=True)
class Asked:
    """One field of the form, as declared. `review_by` is an ISO day, "" for none."""

    field: str
    justification: str
    owner: str
    review_by: str


Form = tuple[Asked, ...]


@dataclass(frozen=True)
class Change:
    """One thing that became different about one field. Places count from 1."""

    field: str
    what: What
    before: str
    after: str


def declared(signup: Signup) -> Form:
    return tuple(
        Asked(it.field, it.justification, it.owner, it.review_by.isoformat() if it.review_by else "")
        for it in signup.fields
    )


def written(form: Form) -> str:
    """As text, the same for the same form."""
    return json.dumps([asdict(asked) for asked in form], ensure_ascii=False, sort_keys=True)


def read(text: str) -> Form:
    """What `written` wrote."""
    return tuple(Asked(**asked) for asked in json.loads(text))


def changes(before: Form | None, after: Form) -> tuple[Change, ...]:
    """In the order of the form; what left it comes last. Before the first record there was none to compare with."""
    if before is None:
        return tuple(Change(asked.field, "recorded", "", str(place)) for place, asked in enumerate(after, 1))
    return tuple(_changes(before, after))


def _changes(before: Form, after: Form) -> Iterator[Change]:
    old = {asked.field: (place, asked) for place, asked in enumerate(before, 1)}
    new = {asked.field: (place, asked) for place, asked in enumerate(after, 1)}
    moved = _moved([field for field in old if field in new], [field for field in new if field in old])
    for field, (place, asked) in new.items():
        if field not in old:
            yield Change(field, "added", "", str(place))
            continue
        was, earlier = old[field]
        if field in moved:
            yield Change(field, "moved", str(was), str(place))
        for owed in OWED:
            if getattr(earlier, owed) != getattr(asked, owed):
                yield Change(field, owed, getattr(earlier, owed), getattr(asked, owed))
    for field, (place, _asked) in old.items():
        if field not in new:
            yield Change(field, "removed", str(place), "")


def _moved(before: list[str], after: list[str]) -> set[str]:
    """Fields that changed their place among those that stayed; an added or removed one moves nobody."""
    return {field for field, other in zip(before, after, strict=True) if field != other}
