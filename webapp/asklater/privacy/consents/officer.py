"""The officer's page of consents: how many people say yes to today's terms, how many yeses wait for a proof, and how
many have ended by other terms.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Flask, make_response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Select, exists, func, select

from asklater import clock, http
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.kinds.consent import YES
from asklater.manifest.consent_terms import confirmed_by
from asklater.privacy.kept_counts import Document, KeptCount
from asklater.privacy.officer import add_officer_page, officer_blueprint, officer_csv
from asklater.records.consents import OUTDATED
from asklater.records.people import RESTRICTED
from asklater.services import Services
from asklater.subjects.rights import consents
from asklater.suppression import suppressed
from asklater.tables import answer, answer_event

COLUMNS = ("given", "pending", "outdated")


@dataclass(frozen=True)
class ConsentsPage:
    """A row for each consent: its label, the version of its terms, and its counts in the order of COLUMNS, as text
    since few are not told. `counted_at` is when they were counted, None for now."""

    rows: tuple[tuple[str, ...], ...]
    counted_at: datetime | None


def count_consents(engine: Engine) -> Document:
    """Counts the people of each consent by how their yes stands. Who restricts their data is in none."""
    return {key: _count(engine, key) for key in consents(engine)}


CONSENT_COUNTS = KeptCount("consents", count_consents)


def _count(engine: Engine, field: str) -> dict[str, int]:
    bound, proof = engine.consents.bound_to_terms(field), confirmed_by(engine.field(field))
    proved = exists().where(
        _PROOF.c.subject_id == answer.c.subject_id, _PROOF.c.field == proof, _PROOF.c.expires_at > clock.now()
    )
    return {
        "given": _number(engine, _yeses(field, bound, *([proved] if proof else []))),
        "pending": _number(engine, _yeses(field, bound, ~proved)) if proof else 0,
        "outdated": _number(engine, _yeses(field, ~bound)) + _number(engine, _ended(field)),
    }


def _number(engine: Engine, counted: Select[int]) -> int:
    return int(engine.database.reading().execute(counted).scalar_one())


_PROOF, _LATER = answer.alias("proof"), answer_event.alias("later")


def _yeses(field: str, *conditions: ColumnElement[bool]) -> Select[int]:
    """Counts the people who hold a yes: the last that they said of it was one."""
    said = (
        select(func.max(_LATER.c.id))
        .where(_LATER.c.subject_id == answer.c.subject_id, _LATER.c.field == field, _LATER.c.stated != "")
        .scalar_subquery()
    )
    return (
        select(func.count())
        .select_from(answer)
        .join(answer_event, answer_event.c.id == said)
        .where(
            answer.c.field == field,
            answer.c.expires_at > clock.now(),
            answer.c.subject_id.not_in(RESTRICTED),
            answer_event.c.stated == YES,
            *conditions,
        )
    )


def _ended(field: str) -> Select[int]:
    """Counts the people of whose consent an end by other terms was the last."""
    later = exists().where(
        _LATER.c.subject_id == answer_event.c.subject_id, _LATER.c.field == field, _LATER.c.id > answer_event.c.id
    )
    return select(func.count()).where(
        answer_event.c.field == field,
        answer_event.c.change == OUTDATED,
        answer_event.c.subject_id.not_in(RESTRICTED),
        ~later,
    )


def consents_page(engine: Engine) -> ConsentsPage:
    """Returns the page; where there are many people, as the worker counted them."""
    counts, counted_at = CONSENT_COUNTS.read(engine)
    return ConsentsPage(
        rows=tuple(
            (
                gettext(engine.field(key).label),
                engine.consents.terms[key],
                *(suppressed(counts.get(key, {}).get(column, 0)) for column in COLUMNS),
            )
            for key in consents(engine)
        ),
        counted_at=counted_at,
    )


@officer_blueprint.get("/consents")
def consents_overview() -> ResponseReturnValue:
    page = consents_page(current_engine())
    return http.personal(make_response(render_template("asklater/privacy/consents/officer.html", page=page)))


@officer_blueprint.get("/consents.csv")
def consents_csv() -> ResponseReturnValue:
    page = consents_page(current_engine())
    return officer_csv("consents", ("consent", "terms_version", *COLUMNS), page.rows)


def init_app(app: Flask, services: Services) -> None:
    CONSENT_COUNTS.register(services)
    add_officer_page(
        app,
        45,
        "officer.consents_overview",
        lambda: gettext("Consents"),
        lambda: gettext("How many people say yes to what, wait for a proof, or have to be asked again."),
    )
