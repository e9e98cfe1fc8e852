"""Deliveries: each event is written for the endpoints that want it within its own transaction, and sent by a job until
it has arrived. No value is written: what is sent is what is held at that moment.
"""

import json
import time
from collections.abc import Callable, Iterable
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
ANSWERED = "answered"
"""The event that values go along with."""
NOBODYS = frozenset({"erased"})
"""Events whose subject is no more: what is sent of it is nobody's row, and sealed under the application's key."""


# Recording


def record_event(engine: Engine, event: Event) -> None:
    """Write the event for each endpoint that wants it, in the transaction that is open. Nothing of a subject whom a
    simulator drew."""
    database, wanted = engine.database, endpoint.c.disabled_at.is_(None)
    columns = endpoint.c.id, endpoint.c.events
    listening = database.reading().execute(select(*columns).where(wanted).order_by(endpoint.c.id)).all()
    listening = [row for row in listening if event.name in row.events.split()]
    if not listening or _is_simulated(engine, event.subject_id):
        return
    owner = None if event.name in NOBODYS else event.subject_id
    body = json.dumps(_body(event), ensure_ascii=False)
    for row in listening:
        message_id = f"msg_{token_hex(12)}"
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


def _is_simulated(engine: Engine, subject_id: int) -> bool:
    drawn = select(subject.c.simulated).where(subject.c.id == subject_id)
    return bool(engine.database.reading().execute(drawn).scalar())


def _body(event: Event) -> dict[str, Any]:
    data: dict[str, Any] = {"subject": event.subject_id, "user": event.user}
    if event.from_subject_id is not None:
        data["from_subject"] = event.from_subject_id
    data |= {"context": event.context, "fields": list(event.fields)}
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
    wanted = endpoint.c.id == message.endpoint_id, endpoint.c.disabled_at.is_(None)
    row = database.reading().execute(select(endpoint.c.url, endpoint.c.with_values).where(*wanted)).first()
    if row is None or message.body is None:
        raise Undeliverable("its endpoint is disabled or removed")
    url, body, moment = row.url, _opened(engine, message, with_values=row.with_values), clock.now()
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


def _opened(engine: Engine, message: WebhookDelivery, *, with_values: bool) -> bytes:
    """What is sent now."""
    label, owner = label_of(message.message_id), message.subject_id
    try:
        text = engine.open(owner, {label: message.body or b""})[label]
        if not (with_values and message.event == ANSWERED and owner is not None):
            return text.encode()
        told = json.loads(text)
        told["data"]["values"] = _values(engine, owner, told["data"]["fields"])
    except MissingMasterKey:
        raise
    except Sealed as error:
        raise Undeliverable("it does not open any more") from error
    return json.dumps(told, ensure_ascii=False).encode()


def _values(engine: Engine, subject_id: int, fields: Iterable[str]) -> dict[str, Any]:
    """What is held of these fields by now, as JSON; nothing of somebody who has restricted their data."""
    is_free = select(subject.c.id).where(subject.c.id == subject_id, subject.c.restricted_at.is_(None))
    if engine.database.reading().execute(is_free).first() is None:
        return {}
    held = engine.answers.read(subject_id, [key for key in fields if key in engine.manifest.fields])
    return {key: engine.kind_of(key).to_json(engine.field(key), value) for key, value in held.items()}


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
    why = gettext("It answers that it no longer exists.")
    if failing:
        why = gettext("It has accepted nothing for %(days)s days.", days=failing.days)
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
