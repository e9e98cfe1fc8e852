"""Endpoints: declared with the events that they want, given a secret that is shown once, disabled when they fail."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import Row, delete, func, insert, or_, select, update

from asklater import clock
from asklater.api.webhooks.signing import new_secret
from asklater.api.webhooks.tables import LONGEST_URL, WebhookDelivery, WebhookEndpoint
from asklater.database.access import Database, table_of
from asklater.engine import Engine
from asklater.events import SIGNALS
from asklater.http import parts_of
from asklater.i18n import gettext

MOST_ENDPOINTS = 20
FORMER_SECRET_FOR = timedelta(days=1)
"""How long a message is signed by the former secret, too."""
DISABLED_AFTER = timedelta(days=5)
"""An endpoint is disabled that has answered no try for so long."""
endpoint, delivery = table_of(WebhookEndpoint), table_of(WebhookDelivery)
log = logging.getLogger("asklater.audit")


class WrongEndpoint(ValueError):  # noqa: N818 - reads as a sentence where it is raised
    """An endpoint that cannot be declared. `faults` are sentences by input: `url`, `events`."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


@dataclass(frozen=True)
class Endpoint:
    """An endpoint as it is kept, without its secrets."""

    id: int
    public_id: str
    url: str
    events: frozenset[str]
    with_values: bool
    made_at: datetime
    former_until: datetime | None
    failing_since: datetime | None
    disabled_at: datetime | None


def declare_endpoint(
    engine: Engine, url: str, events: Collection[str], *, with_values: bool, local: bool
) -> tuple[str, str]:
    """Have events sent to `url` from now on; the endpoint's id and its secret, which nobody can be shown again.

    `local` allows addresses of this machine, and http, for development. Raises WrongEndpoint.
    """
    faults = {} if (fault := _wrong_with_url(url, local=local)) is None else {"url": fault}
    if not events or not set(events) <= SIGNALS.keys():
        faults["events"] = gettext("Choose what it is told about.")
    if not faults and len(all_endpoints(engine.database)) >= MOST_ENDPOINTS:
        faults["url"] = gettext("There are %(most)s webhooks already. Remove one first.", most=MOST_ENDPOINTS)
    if faults:
        raise WrongEndpoint(faults)
    public_id, secret = token_hex(8), new_secret()
    row = {
        "public_id": public_id,
        "url": url,
        "events": " ".join(name for name in SIGNALS if name in events),
        "with_values": with_values,
        "secret": _sealed(engine, public_id, secret),
        "made_at": clock.now(),
    }
    engine.database.writing().execute(insert(endpoint), row)
    _audit(engine.database, "made", public_id)
    return public_id, secret


def _wrong_with_url(url: str, *, local: bool) -> str | None:
    """What is wrong with an address in the reader's language, None for a good one. Where its name leads to is looked
    at when it is called."""
    parts, schemes = parts_of(url), ("https", "http") if local else ("https",)
    if parts.scheme not in schemes or not parts.hostname or not url.isascii() or not url.isprintable() or " " in url:
        return gettext("Give an address that begins with https://, such as https://crm.example/asklater.")
    if len(url) > LONGEST_URL:
        return gettext("Give a shorter address, of at most %(most)s characters.", most=LONGEST_URL)
    if parts.username is not None or parts.password is not None or parts.fragment:
        return gettext("Leave out the user name, the password and what follows a #. The signature shows who sends it.")
    return None


def rotate_secret(engine: Engine, public_id: str) -> str | None:
    """Another secret, shown this once; for a day each message is signed by both. None where there is no endpoint."""
    found = select(endpoint.c.secret).where(endpoint.c.public_id == public_id).with_for_update()
    former = engine.database.writing().execute(found).scalar()
    if former is None:
        return None
    secret = new_secret()
    values = {"secret": _sealed(engine, public_id, secret), "former_secret": former}
    until = clock.now() + FORMER_SECRET_FOR
    change = update(endpoint).where(endpoint.c.public_id == public_id)
    engine.database.writing().execute(change.values(**values, former_until=until))
    _audit(engine.database, "rotated", public_id)
    return secret


def secrets_of(engine: Engine, number: int) -> tuple[str, ...]:
    """The secrets that sign what is sent now, the newest first; none where the endpoint is removed."""
    columns = endpoint.c.public_id, endpoint.c.secret, endpoint.c.former_secret, endpoint.c.former_until
    row = engine.database.reading().execute(select(*columns).where(endpoint.c.id == number)).first()
    if row is None:
        return ()
    sealed = [row.secret]
    if row.former_secret is not None and row.former_until is not None and clock.now() < row.former_until:
        sealed.append(row.former_secret)
    label = _label(row.public_id)
    return tuple(engine.open(None, {label: content})[label] for content in sealed)


def all_endpoints(database: Database) -> list[Endpoint]:
    """Every endpoint, the newest first."""
    rows = database.reading().execute(select(endpoint).order_by(endpoint.c.id.desc()))
    return [_endpoint(row) for row in rows]


def find_endpoint(database: Database, public_id: str) -> Endpoint | None:
    row = database.reading().execute(select(endpoint).where(endpoint.c.public_id == public_id)).first()
    return _endpoint(row) if row else None


def remove_endpoint(database: Database, public_id: str) -> bool:
    """Send nothing there any more, and forget what was sent; False where there is none."""
    gone = database.writing().execute(delete(endpoint).where(endpoint.c.public_id == public_id)).rowcount
    if gone:
        _audit(database, "removed", public_id)
    return bool(gone)


def enable_endpoint(database: Database, public_id: str) -> bool:
    """Send to a disabled endpoint again what happens from now on; False where there is no disabled one."""
    was_disabled = endpoint.c.disabled_at.is_not(None), endpoint.c.public_id == public_id
    change = update(endpoint).where(*was_disabled).values(disabled_at=None, failing_since=None)
    enabled = database.writing().execute(change).rowcount
    if enabled:
        _audit(database, "enabled", public_id)
    return bool(enabled)


def disable_endpoint(database: Database, number: int) -> bool:
    """Send nothing there until it is enabled, and give up what waits; False where it was disabled already."""
    connection, moment = database.writing(), clock.now()
    change = update(endpoint).where(endpoint.c.id == number, endpoint.c.disabled_at.is_(None))
    public_id = connection.execute(change.values(disabled_at=moment).returning(endpoint.c.public_id)).scalar()
    if public_id is None:
        return False
    waiting = delivery.c.endpoint_id == number, delivery.c.next_try_at.is_not(None)
    connection.execute(update(delivery).where(*waiting).values(next_try_at=None, body=None))
    _audit(database, "disabled", public_id)
    return True


def failing_endpoints(database: Database) -> float:
    """How many endpoints do not take what is sent to them, or are disabled."""
    troubled = or_(endpoint.c.failing_since.is_not(None), endpoint.c.disabled_at.is_not(None))
    return float(database.reading().execute(select(func.count()).select_from(endpoint).where(troubled)).scalar_one())


def _endpoint(row: Row) -> Endpoint:  # type: ignore[type-arg] # of all columns
    kept = ("id", "public_id", "url", "with_values", "made_at", "former_until", "failing_since", "disabled_at")
    return Endpoint(events=frozenset(row.events.split()), **{name: getattr(row, name) for name in kept})


def _label(public_id: str) -> str:
    return f"webhook_secret:{public_id}"


def _sealed(engine: Engine, public_id: str, secret: str) -> bytes:
    return engine.seal(None, _label(public_id), secret)


def _audit(database: Database, what: str, public_id: str) -> None:
    database.after_commit(lambda: log.info("event=webhook_%s webhook=%s", what, public_id))
