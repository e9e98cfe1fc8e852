"""Who stands by a share or a review: a name and a picture, for as long as their owner keeps them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asklater import current_engine

NAME, PICTURE = "display_name", "picture"
PUBLISHED = (NAME, PICTURE)
"""The fields that everyone may see. Nothing else of a person is published."""


@dataclass(frozen=True)
class Author:
    """`name` is "" once it was removed, or has expired."""

    name: str
    has_picture: bool


def authors(subject_ids: Iterable[int]) -> dict[int, Author]:
    """The authors by subject. One statement; pictures come along, so the caller shows a page of them, not all."""
    held = current_engine().answers.read_many(subject_ids, PUBLISHED)
    return {number: _author(values) for number, values in held.items()}


def picture_of(subject_id: int) -> bytes | None:
    """The picture as it is stored, None when there is none any more."""
    picture = current_engine().answers.read(subject_id, [PICTURE]).get(PICTURE)
    return picture if isinstance(picture, bytes) else None


def allow_publishing(subject_id: int) -> None:
    """Note that name and picture are used for what they are held for: their retention counts from now."""
    current_engine().answers.use(subject_id, PUBLISHED)


def _author(values: dict[str, Any]) -> Author:
    return Author(str(values.get(NAME, "")), PICTURE in values)
