"""The administrators' pages of webhooks: the endpoints with a form for another one, and what was sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from asklater import clock
from asklater.api.webhooks.endpoints import Endpoint, delivery, endpoint
from asklater.api.webhooks.tables import LONGEST_URL
from asklater.database.access import Database
from asklater.events import SIGNALS
from asklater.forms import errors_of
from asklater.i18n import gettext
from asklater.kinds.base import Input, InputError, Option
from asklater.registry import Label

MOST_DELIVERIES = 200
"""Of the page, and of its file."""
LABELS: Mapping[str, Label] = {
    "asked": lambda: gettext("Somebody is asked"),
    "answered": lambda: gettext("An answer is stored or changed"),
    "removed": lambda: gettext("An answer is removed"),
    "completed": lambda: gettext("A prompt is completed"),
    "dismissed": lambda: gettext("A prompt is dismissed"),
    "merged": lambda: gettext("Two records become one person’s"),
    "erased": lambda: gettext("A person is erased"),
    "expired": lambda: gettext("Answers expire"),
}


@dataclass(frozen=True)
class EndpointLine:
    """One endpoint."""

    public_id: str
    url: str
    events: str
    values: str
    state: str
    is_disabled: bool
    made_at: datetime


@dataclass(frozen=True)
class WebhooksPage:
    """The page. `secret` is a new one, "" where none was made just now, and `secret_of` the address that it is for."""

    endpoints: tuple[EndpointLine, ...]
    inputs: tuple[Input, ...]
    errors: tuple[InputError, ...]
    secret: str = ""
    secret_of: str = ""


@dataclass(frozen=True)
class EndpointForm:
    """The form as it was sent; `faults` are sentences by input."""

    url: str = ""
    events: tuple[str, ...] = ()
    with_values: bool = False
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DeliveryLine:
    """One event on its way to one endpoint, or after it. `answer` is "" before the first try."""

    message_id: str
    event: str
    url: str
    state: str
    tries: int
    answer: str
    written_at: datetime


def webhooks_page(
    endpoints: Collection[Endpoint], form: EndpointForm | None = None, *, secret: str = "", secret_of: str = ""
) -> WebhooksPage:
    """The page with these endpoints, and with the form as it was sent."""
    inputs = _inputs(form or EndpointForm())
    return WebhooksPage(tuple(map(_line, endpoints)), inputs, errors_of(inputs), secret, secret_of)


def _line(one: Endpoint) -> EndpointLine:
    return EndpointLine(
        public_id=one.public_id,
        url=one.url,
        events=" ".join(name for name in SIGNALS if name in one.events),
        values=gettext("Yes") if one.with_values else gettext("No"),
        state=state_of(one),
        is_disabled=one.disabled_at is not None,
        made_at=one.made_at,
    )


def state_of(one: Endpoint) -> str:
    """How it goes with an endpoint, in the reader's language."""
    if one.disabled_at is not None:
        return gettext("Disabled since %(day)s", day=one.disabled_at.date().isoformat())
    if one.failing_since is not None:
        return gettext("Fails since %(day)s", day=one.failing_since.date().isoformat())
    if one.former_until is not None and clock.now() < one.former_until:
        return gettext("In use, with two secrets for a day")
    return gettext("In use")


def _inputs(form: EndpointForm) -> tuple[Input, ...]:
    def told(name: str) -> tuple[str, ...]:
        return (form.faults[name],) if name in form.faults else ()

    events = tuple(Option(name, label(), name) for name, label in LABELS.items())
    return (
        Input(
            *("url", "webhook-url", gettext("Address")),
            values=(form.url[: 2 * LONGEST_URL],) if form.url else (),
            hint=gettext("Where the other system takes requests, such as https://crm.example/asklater."),
            errors=told("url"),
        ),
        Input(
            *("events", "webhook-events", gettext("Tell it when"), "checkboxes"),
            values=form.events,
            options=events,
            errors=told("events"),
        ),
        Input(
            *("values", "webhook-values", gettext("Send it what people answered"), "checkbox"),
            values=("yes",) if form.with_values else (),
            hint=gettext("Without this it gets the names of fields only."),
        ),
    )


# What was sent


def deliveries(database: Database) -> list[DeliveryLine]:
    """What was sent or is to be sent last, the newest first."""
    names = ("message_id", "event", "tries", "answer", "written_at", "sent_at", "next_try_at")
    columns = (*(delivery.c[name] for name in names), endpoint.c.url)
    found = select(*columns).join_from(delivery, endpoint).order_by(delivery.c.id.desc()).limit(MOST_DELIVERIES)
    rows = database.reading().execute(found).all()
    return [
        DeliveryLine(
            row.message_id,
            row.event,
            row.url,
            _delivery_state(row.sent_at, row.next_try_at),
            row.tries,
            row.answer,
            row.written_at,
        )
        for row in rows
    ]


def _delivery_state(sent_at: datetime | None, next_try_at: datetime | None) -> str:
    if sent_at is not None:
        return gettext("Arrived")
    return gettext("Given up") if next_try_at is None else gettext("Waits")
