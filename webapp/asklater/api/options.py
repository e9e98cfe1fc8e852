"""What an application tells the API about itself: how it names its subjects, and its own rules beside the profile."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app

from asklater.http import MOST

EXTENSION = "asklater.api"
PERSON_TYPE = "user"
"""The type of subjects where a route names none."""
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")


@dataclass(frozen=True)
class Evaluation:
    """May this subject do this action with this resource? In the words of AuthZEN, with what was said of each."""

    subject_type: str
    subject_id: str
    subject_properties: Mapping[str, Any]
    action: str
    action_properties: Mapping[str, Any]
    resource_type: str
    resource_id: str
    resource_properties: Mapping[str, Any]
    context: Mapping[str, Any]


def find_by_number(subject_type: str, subject_id: str) -> int | None:
    """The subject of that number; None for what is no such name."""
    if subject_type != PERSON_TYPE or not _NUMBER.fullmatch(subject_id) or int(subject_id) > MOST:
        return None
    return int(subject_id)


def name_by_number(subject_type: str, number: int) -> str | None:
    """The inverse of `find_by_number`."""
    return str(number) if subject_type == PERSON_TYPE else None


@dataclass(frozen=True)
class ApiOptions:
    """`find_subject(type, id)` is the subject of a name, `name_subject(type, number)` its name; None for none.

    `subject_types` are the types that these know, for the search among subjects.
    `allows(evaluation)` is the application's own rule beside the profile: an action is decided by both.
    `resources(type)` are the ids of its resources of a type, for the search among them.
    """

    find_subject: Callable[[str, str], int | None] = find_by_number
    name_subject: Callable[[str, int], str | None] = name_by_number
    subject_types: Collection[str] = (PERSON_TYPE,)
    allows: Callable[[Evaluation], bool] = lambda _evaluation: True
    resources: Callable[[str], Iterable[str]] = lambda _type: ()


def current_options() -> ApiOptions:
    """The options of the current application."""
    found: ApiOptions = current_app.extensions[EXTENSION]
    return found
