"""The keys that sign receipts: made on first use, sealed under the application's own key, renewed by an
administrator. They depend neither on SECRET_KEY nor on which master key is in use.

A retired key keeps its public half, so that what it signed can be checked for ever; its private half goes.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, or_, select, update

from asklater import clock
from asklater.engine import Engine, current_engine
from asklater.privacy.ledger.entries import SIGNING_KEY, LedgerEntry
from asklater.privacy.ledger.recording import record
from asklater.privacy.ledger.replay import Ledger
from asklater.privacy.signing import Signer, key_from_secret, key_from_seed, public_half
from asklater.privacy.tables import Erasure, privacy_request, signing_key, signing_key_label
from asklater.tables import answer_event

_ALL = select(signing_key).order_by(signing_key.c.in_use.desc(), signing_key.c.made_at.desc(), signing_key.c.kid)


@dataclass(frozen=True)
class SigningKey:
    """One key, as it is listed; `retired_at` is None for the one that signs."""

    kid: str
    made_at: datetime
    retired_at: datetime | None


def current_signer() -> Signer:
    """Returns the signer of the current application, whose first use makes its key."""
    engine = current_engine()
    current, *retired = _rows(engine)
    keyring = engine.keyring
    seed = keyring.open(keyring.wrapped(None), None, signing_key_label(current.kid), current.private_key)
    return Signer(key_from_seed(seed), [json.loads(row.public_key) for row in retired])


def signing_keys(engine: Engine) -> list[SigningKey]:
    """Returns every key, the one that signs first."""
    return [SigningKey(row.kid, row.made_at, row.retired_at) for row in _rows(engine)]


def rotate(engine: Engine) -> str:
    """Retire the key that signs, and make another one; returns its id."""
    connection, moment = engine.database.writing(), clock.now()
    retired = update(signing_key).where(signing_key.c.in_use).values(in_use=False, retired_at=moment, private_key=None)
    connection.execute(retired)
    _make(engine, moment)
    kid: str = _rows(engine)[0].kid
    return kid


def register(ledger: Ledger) -> None:
    """Have the ledger put keys back on record that a restored database has forgotten."""
    ledger.records[SIGNING_KEY] = _put_back


def _put_back(engine: Engine, entry: LedgerEntry) -> bool:
    """Put a key back on record; False for one that is there.

    Its private half is not to be had any more, so it only verifies. One that was in use before it is retired.
    """
    moment = clock.now()
    row: dict[str, Any] = {"kid": entry.document["kid"], "public_key": json.dumps(entry.document), "private_key": None}
    row |= {"in_use": False, "made_at": entry.at, "retired_at": moment}
    connection = engine.database.writing()
    if not _is_added(engine, row):
        return False
    former = update(signing_key).where(signing_key.c.in_use, signing_key.c.made_at <= entry.at)
    connection.execute(former.values(in_use=False, retired_at=moment, private_key=None))
    return True


def _rows(engine: Engine) -> Sequence[Row[Any]]:
    """Returns the keys, the one that signs first; it is made where there is none."""
    rows = engine.database.reading().execute(_ALL).all()
    if rows and rows[0].in_use:
        return rows
    if not rows:
        _keep_former(engine)
    _make(engine, clock.now())
    return engine.database.writing().execute(_ALL).all()


def _make(engine: Engine, moment: datetime) -> None:
    """Make a key, unless another process was first."""
    seed = os.urandom(32)
    key = key_from_seed(seed)
    kid = str(key.kid)
    row: dict[str, Any] = {"kid": kid, "public_key": json.dumps(public_half(key)), "in_use": True, "made_at": moment}
    row["private_key"] = engine.keyring.seal(None, signing_key_label(kid), seed)
    if _is_added(engine, row):
        record(engine, SIGNING_KEY, document=public_half(key), at=moment)


def _keep_former(engine: Engine) -> None:
    """Keep the public half of the key that an earlier version made from SECRET_KEY, where it may have signed."""
    signed = or_(
        exists(select(Erasure.id)),
        exists(select(privacy_request.c.id).where(privacy_request.c.receipt != "")),
        exists(select(answer_event.c.id).where(answer_event.c.stated != "")),
    )
    if not engine.database.reading().scalar(select(signed)):
        return
    key, moment = key_from_secret(str(engine.app.secret_key)), clock.now()
    row: dict[str, Any] = {"kid": str(key.kid), "public_key": json.dumps(public_half(key)), "private_key": None}
    row |= {"in_use": False, "made_at": moment, "retired_at": moment}
    if _is_added(engine, row):
        record(engine, SIGNING_KEY, document=public_half(key), at=moment)


def _is_added(engine: Engine, row: dict[str, Any]) -> bool:
    """Add a key; False where it is there, or another one signs already."""
    adding = engine.database.insert(signing_key).values(row).on_conflict_do_nothing().returning(signing_key.c.kid)
    return engine.database.writing().execute(adding).first() is not None
