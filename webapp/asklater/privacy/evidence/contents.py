"""What goes into a bundle of evidence: of one request, everything about it; of a period, what shows how rights and
breaches were dealt with, without people's own words.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy import RowMapping, select

from asklater import clock
from asklater.engine import Engine
from asklater.privacy.assessments.documents import purposes_assessed
from asklater.privacy.breaches import register
from asklater.privacy.erasure import person_holds
from asklater.privacy.evidence.bundle import BundleFile, json_file
from asklater.privacy.processors.contracts import registered_recipients
from asklater.privacy.requests import audit_trail, correspondence, notifications, queries
from asklater.privacy.requests.queries import REQUEST_COLUMNS, Request
from asklater.privacy.tables import (
    Erasure,
    message_label,
    notice_version,
    privacy_request,
    processing_record,
)
from asklater.registry import Ordered

EVIDENCE_SOURCES = "evidence_sources"
PAGE = 200
MAILS = "outgoing_mail"
"""The key of the personal table of mails."""


@dataclass(frozen=True)
class Period:
    """From a moment until before another one."""

    start: datetime
    end: datetime

    def has(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end


RequestSource = Callable[[Engine, Request], Iterator[BundleFile]]
"""Yields further files of a request, such as what was written back and forth."""


def add_request_evidence(app: Flask, order: int, source: RequestSource) -> None:
    """Have bundles of a request hold what `source` yields, too; `order` orders these."""
    Ordered.of(app, EVIDENCE_SOURCES).add(order, source)


def request_files(engine: Engine, request: Request) -> Iterator[BundleFile]:
    """Yields everything about one request, the person's words included, and what was declared while it ran."""
    yield json_file("request.json", {**_request_facts(request), **_words(engine, request)})
    yield json_file("trail.json", [asdict(step) for step in audit_trail.steps_of(request.id, request.subject_id)])
    if request.receipt:
        yield BundleFile("receipt.json", request.receipt.encode())
    letters = correspondence.letters_of(engine, request)
    if letters:
        yield json_file("correspondence/letters.json", correspondence.letters_document(letters))
    yield from _mails(engine, request)
    sources: Ordered[RequestSource] = Ordered.of(current_app, EVIDENCE_SOURCES)
    for source in sources:
        yield from source(engine, request)
    yield from _declarations(engine, Period(request.received_at, request.closed_at or clock.now()))


def period_files(engine: Engine, period: Period) -> Iterator[BundleFile]:
    """Yields the requests, erasures, breaches and holds of a period, and what was declared in it."""
    yield from _requests(engine, period)
    yield from _erasures(engine, period)
    for found in register.all_breaches():
        if period.has(found.noticed_at) or (found.noticed_at < period.start and not _ended_before(found, period)):
            log = [asdict(event) for event in register.events_of(found)]
            yield json_file(f"breaches/{found.public_id}.json", {**asdict(found), "log": log})
    holds = [_hold(one) for one in person_holds.all_holds(engine) if one.set_at < period.end]
    yield json_file("legal-holds.json", holds)
    recipients = [
        {"recipient": one.declared.model_dump(mode="json"), "purposes": one.purposes, "contract": asdict(one.contract)}
        for one in registered_recipients(engine.manifest)
    ]
    yield json_file("processors.json", recipients)
    yield json_file("assessments.json", [asdict(one) for one in purposes_assessed(engine.manifest)])
    yield from _declarations(engine, period)


def _requests(engine: Engine, period: Period) -> Iterator[BundleFile]:
    after = 0
    it = privacy_request.c
    within = (it.received_at >= period.start, it.received_at < period.end, queries.IS_VERIFIED)
    while True:
        wanted = select(*REQUEST_COLUMNS).where(*within, it.id > after).order_by(it.id).limit(PAGE)
        found = [Request(*row) for row in engine.database.reading().execute(wanted)]
        for request in found:
            steps = [{**asdict(step), "note": ""} for step in audit_trail.steps_of(request.id, None)]
            yield json_file(f"requests/{request.public_id}.json", {**_request_facts(request), "trail": steps})
            if request.receipt:
                yield BundleFile(f"requests/{request.public_id}.receipt.json", request.receipt.encode())
        if len(found) < PAGE:
            return
        after = found[-1].id


def _erasures(engine: Engine, period: Period) -> Iterator[BundleFile]:
    after = 0
    while True:
        wanted = (
            select(Erasure.id, Erasure.public_id, Erasure.document)
            .where(Erasure.erased_at >= period.start, Erasure.erased_at < period.end, Erasure.id > after)
            .order_by(Erasure.id)
            .limit(PAGE)
        )
        found = engine.database.reading().execute(wanted).all()
        yield from (BundleFile(f"erasures/{row.public_id}.json", row.document.encode()) for row in found)
        if len(found) < PAGE:
            return
        after = found[-1].id


def _declarations(engine: Engine, period: Period) -> Iterator[BundleFile]:
    """Yields the versions of the record of processing, and of each field's notice, that were in force in a period."""
    connection = engine.database.reading()
    records = connection.execute(select(processing_record).order_by(processing_record.c.at)).mappings().all()
    for row in _in_force(records, "at", period):
        document = {"since": row["at"].isoformat(), "record": json.loads(row["document"])}
        yield json_file(f"record-of-processing/{row['id']}.json", document)
    versions = connection.execute(select(notice_version).order_by(notice_version.c.first_at)).mappings().all()
    by_field: dict[str, list[RowMapping]] = {}
    for row in versions:
        by_field.setdefault(row["field"], []).append(row)
    for field, rows in by_field.items():
        for row in _in_force(rows, "first_at", period):
            document = {"since": row["first_at"].isoformat(), "told": json.loads(row["told"])}
            yield json_file(f"notices/{field}-{row['version']}.json", document)


def _in_force(rows: Sequence[RowMapping], since: str, period: Period) -> list[RowMapping]:
    """Returns of versions, oldest first, the one at the beginning of the period and those that came in it."""
    before = [row for row in rows if row[since] <= period.start]
    within = [row for row in rows if period.start < row[since] <= period.end]
    return [*before[-1:], *within]


def _request_facts(request: Request) -> dict[str, Any]:
    facts = asdict(request)
    return {name: value for name, value in facts.items() if name not in {"id", "receipt", "export_id"}}


def _words(engine: Engine, request: Request) -> dict[str, str]:
    if request.subject_id is None:
        return {"message": "", "address": ""}
    label, sealed = message_label(request.public_id), queries.sealed_texts(request.id)["message"]
    opened = engine.open(request.subject_id, {label: sealed} if sealed is not None else {})
    return {"message": opened.get(label, ""), "address": notifications.contact_address(request)}


def _mails(engine: Engine, request: Request) -> Iterator[BundleFile]:
    """Yields the mails about the request that the outbox still holds."""
    table = engine.registry.personal_tables.get(MAILS)
    if table is None or request.subject_id is None:
        return
    rows = table.newest(engine.database.reading(), request.subject_id, PAGE)
    for row in engine.keyring.reveal(table, request.subject_id, rows):
        if request.public_id in str(row["text"]):
            mail = {name: row[name] for name in ("recipient", "title", "text", "written_at", "sent_at")}
            yield json_file(f"correspondence/mail-{row['id']}.json", mail)


def _ended_before(found: register.Breach, period: Period) -> bool:
    return found.closed_at is not None and found.closed_at < period.start


def _hold(one: person_holds.Hold) -> dict[str, Any]:
    return {"account": one.subject_id, "set_at": one.set_at, "review_on": one.review_on, "lifted_at": one.lifted_at}
