"""What an application tells the API about itself: how it names its subjects, and its own rules beside the profile."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app

from asklater.engine import Engine, current_engine
from asklater.http import MOST
from asklater.records.people import Subject, subject_by_id
from asklater.records.users import Users
from asklater.subjects.users import UserPeople

EXTENSION = "asklater.api"
PERSON_TYPE = "user"
"""The type of subjects where a route names none: the application's users, where it has users of its own."""
NUMBER_TYPE = "subject"
"""The type of subjects by the library's own numbers, visitors among them."""
TYPES = (PERSON_TYPE, NUMBER_TYPE)
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


def find_by_id(subject_type: str, subject_id: str) -> int | None:
    """The subject of that name; None for what is none. A user is named by the application's own id where `Profiling`
    was told `user=`; everybody else by their number."""
    users = application_users()
    if users is not None and subject_type == PERSON_TYPE:
        return users.number(subject_id)
    if subject_type not in TYPES or not _NUMBER.fullmatch(subject_id) or int(subject_id) > MOST:
        return None
    return int(subject_id)


def name_by_id(subject_type: str, number: int) -> str | None:
    """The inverse of `find_by_id`."""
    users = application_users()
    if users is not None and subject_type == PERSON_TYPE:
        return users.id_of(number)
    return str(number) if subject_type in TYPES else None


def application_users() -> Users | None:
    """The users of the application's own, None where it told of none."""
    people = current_engine().people
    return people.users if isinstance(people, UserPeople) else None


def with_live(engine: Engine, subject: Subject) -> Subject:
    """The subject with what the application holds of them itself."""
    live = engine.answers.live(subject.id)
    return replace(subject, held=subject.held | live.keys()) if live else subject


def read_subject(engine: Engine, number: int | None) -> Subject | None:
    """The subject of a number, as decisions take it; None for nobody's."""
    found = None if number is None else subject_by_id(engine.database, number)
    return None if found is None else with_live(engine, found)


@dataclass(frozen=True)
class ApiOptions:
    """`find_subject(type, id)` is the subject of a name, `name_subject(type, number)` its name; None for none.

    `subject_types` are the types that these know, for the search among subjects.
    `allows(evaluation)` is the application's own rule beside the profile: an action is decided by both.
    `resources(type)` are the ids of its resources of a type, for the search among them.
    """

    find_subject: Callable[[str, str], int | None] = find_by_id
    name_subject: Callable[[str, int], str | None] = name_by_id
    subject_types: Collection[str] = TYPES
    allows: Callable[[Evaluation], bool] = lambda _evaluation: True
    resources: Callable[[str], Iterable[str]] = lambda _type: ()


def current_options() -> ApiOptions:
    """The options of the current application."""
    found: ApiOptions = current_app.extensions[EXTENSION]
    return found
