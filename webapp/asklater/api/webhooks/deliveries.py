"""Deliveries: each event is written for the endpoints that want it within its own transaction, and sent by a job until
it has arrived.
"""

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex
from typing import Any

from sqlalchemy import func, insert, literal, select, update

from asklater import clock
from asklater.api.token_routes import ADMIN_ROLE
from asklater.api.webhooks import signing
from asklater.api.webhooks.endpoints import DISABLED_AFTER, delivery, disable_endpoint, endpoint, secrets_of
from asklater.api.webhooks.tables import WebhookDelivery
from asklater.engine import Engine
from asklater.events import Event
from asklater.http import page_url
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.jobs.service import current_jobs
from asklater.keys.service import MissingMasterKey, Sealed
from asklater.messages.mail import Importance, post_mail
from asklater.messages.outbox import Deferred, Outbox, Undeliverable, growing_pauses
from asklater.tables import subject
from asklater.web import outside_calls

DELIVER_WEBHOOKS = "deliver_webhooks"
WEBHOOK_OUTBOX = Outbox(WebhookDelivery, growing_pauses(10))
"""Ten tries in about three days."""
DEADLINE = 10
"""Seconds that one try may take in all."""
MOST_BYTES = 64 * 1024
"""Of an answer, of which nothing but the status is looked at."""
SLOW = 1.0
"""Seconds after which what waits for another endpoint goes first."""
GONE = 410
TAKE_BACK = frozenset({"removed", "expired"})
"""Events of answers that are held no more."""
NOBODYS = frozenset({"erased"})
"""Events whose subject is no more: what is sent of it is nobody's row, and sealed under the application's key."""


# Recording


def record_event(engine: Engine, event: Event) -> None:
    """Write the event for each endpoint that wants it, in the transaction that is open. Nothing of a subject whom a
    simulator drew."""
    database, wanted = engine.database, endpoint.c.disabled_at.is_(None)
    if event.name in TAKE_BACK and event.fields:
        _take_back_values(engine, event)
    columns = endpoint.c.id, endpoint.c.events, endpoint.c.with_values
    listening = database.reading().execute(select(*columns).where(wanted).order_by(endpoint.c.id)).all()
    listening = [row for row in listening if event.name in row.events.split()]
    if not listening or _is_simulated(engine, event.subject_id):
        return
    owner = None if event.name in NOBODYS else event.subject_id
    for row in listening:
        message_id = f"msg_{token_hex(12)}"
        body = json.dumps(_body(engine, event, with_values=row.with_values), ensure_ascii=False)
        values = {
            "endpoint_id": row.id,
            "message_id": message_id,
            "event": event.name,
            "subject_id": owner,
            "body": engine.seal(owner, label_of(message_id), body),
            "written_at": event.at,
            "next_try_at": event.at,
            "answer": "",
            "urgent": False,
            "tries": 0,
        }
        database.writing().execute(insert(delivery), values)
    database.after_commit(lambda: current_jobs().enqueue(DELIVER_WEBHOOKS))


def _take_back_values(engine: Engine, event: Event) -> None:
    """Let what still waits tell no value that is removed by now."""
    connection = engine.database.writing()
    waiting = select(delivery.c.id, delivery.c.message_id, delivery.c.body).where(
        delivery.c.subject_id == event.subject_id, delivery.c.event == "answered", delivery.c.body.is_not(None)
    )
    for row in connection.execute(waiting).all():
        label = label_of(row.message_id)
        told = json.loads(engine.open(event.subject_id, {label: row.body})[label])
        values = told["data"].get("values", {})
        if values.keys() & set(event.fields):
            told["data"]["values"] = {key: value for key, value in values.items() if key not in event.fields}
            sealed = engine.seal(event.subject_id, label, json.dumps(told, ensure_ascii=False))
            connection.execute(update(delivery).where(delivery.c.id == row.id).values(body=sealed))


def _is_simulated(engine: Engine, subject_id: int) -> bool:
    drawn = select(subject.c.simulated).where(subject.c.id == subject_id)
    return bool(engine.database.reading().execute(drawn).scalar())


def _body(engine: Engine, event: Event, *, with_values: bool) -> dict[str, Any]:
    data: dict[str, Any] = {"subject": event.subject_id, "user": event.user}
    if event.from_subject_id is not None:
        data["from_subject"] = event.from_subject_id
    data |= {"context": event.context, "fields": list(event.fields)}
    if with_values and event.name == "answered":
        held = engine.answers.read(event.subject_id, event.fields)
        data["values"] = {key: engine.kind_of(key).to_json(engine.field(key), value) for key, value in held.items()}
    return {"type": f"profile.{event.name}", "timestamp": event.at.isoformat(), "data": data}


def label_of(message_id: str) -> str:
    """What the body of a message is sealed as."""
    return f"webhook:{message_id}"


# Sending


def deliver_due(engine: Engine, *, public_only: bool, stopping: Callable[[], bool]) -> int:
    """Send what is due, and drop the bodies of what has arrived or is given up; how many arrived."""
    send = partial(_send, engine, public_only=public_only)
    sent = WEBHOOK_OUTBOX.deliver_due(engine.database, send, stopping=stopping)
    with engine.database.unit_of_work():
        over = delivery.c.next_try_at.is_(None), delivery.c.body.is_not(None)
        engine.database.writing().execute(update(delivery).where(*over).values(body=None))
    return sent


def _send(engine: Engine, message: WebhookDelivery, *, public_only: bool) -> None:
    """One try. Raises what a transport of an outbox raises."""
    database = engine.database
    wanted = select(endpoint.c.url).where(endpoint.c.id == message.endpoint_id, endpoint.c.disabled_at.is_(None))
    url = database.reading().execute(wanted).scalar()
    if url is None or message.body is None:
        raise Undeliverable("its endpoint is disabled or removed")
    body, moment = _opened(engine, message), clock.now()
    secrets = secrets_of(engine, message.endpoint_id)
    if not secrets:
        raise Undeliverable("its endpoint was removed just now")
    signed = signing.headers(message.message_id, moment, body, secrets)
    database.release()  # nobody's server is waited for with a connection in the hand
    headers = {"Content-Type": "application/json", "User-Agent": "Asklater-Webhooks", **signed}
    began = time.monotonic()
    try:
        answer = outside_calls.call(
            "POST", url, data=body, headers=headers, deadline=DEADLINE, most_bytes=MOST_BYTES, public_only=public_only
        )
    except outside_calls.LeftAloneError:
        raise
    except outside_calls.OutsideCallError as error:
        _note_failure(engine, message, str(error), moment)
        raise
    finally:
        if time.monotonic() - began > SLOW:
            _let_others_go_first(engine, message.endpoint_id)
    if 200 <= answer.status < 300:
        _note_arrival(engine, message, answer.status)
        return
    _note_failure(engine, message, str(answer.status), moment, gone=answer.status == GONE)
    if answer.status == GONE:
        raise Undeliverable("the endpoint says that it is gone")
    raise Deferred(f"status {answer.status}")


def _let_others_go_first(engine: Engine, slow: int) -> None:
    """Put what is due for a slow endpoint behind all that is due for others, who would wait for its answers."""
    moment = clock.now()
    due = delivery.c.endpoint_id == slow, delivery.c.next_try_at < moment
    with engine.database.unit_of_work():
        engine.database.writing().execute(update(delivery).where(*due).values(next_try_at=moment))


def _opened(engine: Engine, message: WebhookDelivery) -> bytes:
    label = label_of(message.message_id)
    try:
        return engine.open(message.subject_id, {label: message.body or b""})[label].encode()
    except MissingMasterKey:
        raise
    except Sealed as error:
        raise Undeliverable("it does not open any more") from error


def _note_arrival(engine: Engine, message: WebhookDelivery, status: int) -> None:
    with engine.database.unit_of_work():
        connection = engine.database.writing()
        connection.execute(update(delivery).where(delivery.c.id == message.id).values(answer=str(status)))
        recovered = endpoint.c.id == message.endpoint_id, endpoint.c.failing_since.is_not(None)
        connection.execute(update(endpoint).where(*recovered).values(failing_since=None))


def _note_failure(
    engine: Engine, message: WebhookDelivery, answer: str, moment: datetime, *, gone: bool = False
) -> None:
    """Note what a try met. An endpoint that has failed for long, or says that it is `gone`, is disabled, and the
    administrators are told."""
    with engine.database.unit_of_work():
        connection = engine.database.writing()
        connection.execute(update(delivery).where(delivery.c.id == message.id).values(answer=answer[:40]))
        since = func.coalesce(endpoint.c.failing_since, literal(moment, endpoint.c.failing_since.type))
        change = update(endpoint).where(endpoint.c.id == message.endpoint_id).values(failing_since=since)
        row = connection.execute(change.returning(endpoint.c.failing_since, endpoint.c.url)).first()
        if row is None or not (gone or moment - row.failing_since >= DISABLED_AFTER):
            return
        if disable_endpoint(engine.database, message.endpoint_id):
            _tell_administrators(row.url, timedelta() if gone else moment - row.failing_since)


def _tell_administrators(url: str, failing: timedelta) -> None:
    identity = current_identity()
    why = gettext("It says that it is gone.")
    if failing:
        why = gettext("It has taken nothing for %(days)s days.", days=failing.days)
    what = gettext("The webhook to %(url)s is disabled. %(why)s", url=url, why=why)
    title, page = gettext("A webhook is disabled"), page_url("webhooks.webhooks")
    for number in identity.role_holders(ADMIN_ROLE):
        address = identity.address_of(number)
        if address:
            post_mail(
                address,
                title,
                "asklater/messages/webhook_disabled.txt",
                subject_id=number,
                importance=Importance.NOTICE,
                what=what,
                page=page,
            )
