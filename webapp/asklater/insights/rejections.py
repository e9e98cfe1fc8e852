"""Errors by reason: how many persons a field was rejected for, by the code that its kind gave, and how many of
them put it right. No value is known here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from asklater.database.access import Database
from asklater.i18n import gettext
from asklater.insights.figures import Share
from asklater.insights.kept_counts import CountScope, KeptCounts
from asklater.insights.query import Query
from asklater.insights.suppression import share_of_persons
from asklater.insights.tables import rejection_count
from asklater.suppression import is_too_small
from asklater.tables import prompt_field, rejection, subject


@dataclass(frozen=True)
class RejectionReason:
    """Of mature asks: the persons whose answer was rejected for this reason, and those of them who completed such an
    ask."""

    reason: str
    persons: int
    corrected: int

    @property
    def is_suppressed(self) -> bool:
        """Whether it tells of too few persons."""
        return is_too_small(self.persons)

    @property
    def corrected_share(self) -> Share | None:
        """None where those with it, or those without, are too few."""
        return share_of_persons(self.corrected, self.persons)


@dataclass(frozen=True)
class Rejections:
    """The reasons by field, the most frequent first, as of a moment; None while the worker has not counted yet."""

    fields: Mapping[str, tuple[RejectionReason, ...]]
    as_of: datetime | None


def read_rejections(database: Database, scope: CountScope, query: Query) -> Rejections:
    """Of the query's people and sort of asks; its other filters do not apply."""
    found = REJECTIONS.read(database, scope, query.people)
    fields: dict[str, list[RejectionReason]] = {}
    for (field, optional, reason), (persons, corrected) in found.counts.items():
        if optional == query.optional:
            fields.setdefault(field, []).append(RejectionReason(reason, persons, corrected))
    ordered = {field: tuple(sorted(of, key=lambda it: (-it.persons, it.reason))) for field, of in fields.items()}
    return Rejections(ordered, found.as_of)


def reason_labels() -> Mapping[str, str]:
    """What the codes of the library's own kinds mean; a kind of the application's may have others."""
    return {
        "missing": gettext("Nothing was entered"),
        "not_offered": gettext("Not one of the answers that are offered"),
        "repeated": gettext("Sent more than once"),
        "too_many": gettext("Too many answers chosen"),
        "too_short": gettext("Too short"),
        "too_long": gettext("Too long"),
        "wrong_length": gettext("Wrong number of digits"),
        "too_small": gettext("Number too small"),
        "too_large": gettext("Too large"),
        "not_a_number": gettext("Not in digits"),
        "not_whole": gettext("Not a whole number"),
        "too_precise": gettext("Too many digits after the point"),
        "wrong_form": gettext("Not in the form that is expected"),
        "wrong_digit": gettext("A digit is wrong"),
        "wrong_site": gettext("An address of another site"),
        "unreadable": gettext("Characters that cannot be shown"),
        "reserved": gettext("A name that belongs to the site"),
        "no_such_day": gettext("No such day"),
        "too_early": gettext("Too early a day"),
        "too_late": gettext("Too late a day"),
        "too_young": gettext("Too young"),
        "no_such_number": gettext("No such phone number"),
        "not_reachable": gettext("Not reachable by text message"),
        "not_a_picture": gettext("Not a picture that can be read"),
        "empty_file": gettext("An empty file"),
        "busy": gettext("Too many pictures at that moment"),
        "wrong_code": gettext("Wrong code"),
        "code_expired": gettext("Code that has run out"),
        "code_used": gettext("Code that was used already"),
        "several_codes": gettext("More than one code"),
        "other_address": gettext("The account has another address"),
        "refused_consent": gettext("The person had said no to its use"),
        "declined": gettext("Declined by the provider"),
        "other": gettext("Another reason"),
    }


def _statement(scope: CountScope) -> Select[Any]:
    """Rows (field, optional, reason, simulated, persons, corrected)."""
    episode = prompt_field.c
    person = (
        select(
            episode.field,
            episode.optional,
            rejection.c.reason,
            subject.c.simulated,
            func.max(case((episode.outcome == "completed", 1), else_=0)).label("corrected"),
        )
        .join_from(rejection, prompt_field)
        .join(subject, subject.c.id == episode.subject_id)
        .where(scope.is_over(episode.opened_at, scope.manifest.window), *scope.people)
        .group_by(episode.field, episode.optional, rejection.c.reason, subject.c.simulated, subject.c.id)
        .subquery("person")
    )
    keys = (person.c.field, person.c.optional, person.c.reason, person.c.simulated)
    return select(*keys, func.count(), func.sum(person.c.corrected)).group_by(*keys)


REJECTIONS = KeptCounts(rejection_count, _statement)
