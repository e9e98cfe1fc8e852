"""An older database is brought over: what it held in plain is sealed, found as before, and on disk no more."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text

from asklater.accounts.email_addresses import owner_of_address
from asklater.accounts.tables import Account, EmailCode, Recovery
from asklater.db import Database
from asklater.keys.service import LocalKeys, MissingMasterKey
from asklater.messages.tables import OutgoingMail, OutgoingText
from asklater.schema import configured, upgrade
from asklater.settings import ConfigurationError
from tests.asklater.integration.keys.conftest import OLD, OLD_ID, WRONG, engine_of
from tests.support.applications import opened, workshop_settings
from tests.support.databases import PostgresFactory, SqliteFactory
from tests.support.people import browser_of
from tests.support.records import on_disk, rows
from tests.support.workshop import PEOPLED_WORKSHOP

CANARY = "canarybird"
ADDRESS, NEW, NUMBER = f"{CANARY}@x.example", f"new.{CANARY}@x.example", "+4930555000111"
NOW, LATER = 1_790_000_000_000_000, 4_000_000_000_000_000
EARLIER = (
    ("subject", {"id": 1, "created_at": NOW, "signed_up_at": NOW, "simulated": False}),
    ("account", {"subject_id": 1, "email": ADDRESS, "role": "", "verified_at": NOW}),
    ("email_code", {"id": 1, "subject_id": 1, "visit_hash": bytes(32), "email": ADDRESS, "purpose": "prove"}),
    ("recovery", {"id": 1, "subject_id": 1, "lost": "mail", "way": "second", "new_email": NEW, "asked_at": NOW}),
    ("outgoing_mail", {"id": 1, "subject_id": 1, "recipient": ADDRESS, "title": f"For {CANARY}", "text": CANARY}),
    ("outgoing_mail", {"id": 2, "subject_id": None, "recipient": NEW, "title": "Hello", "text": CANARY}),
    ("delivered_mail", {"id": 1, "outgoing_id": 1, "recipient": ADDRESS, "title": "Hello", "text": CANARY}),
    ("outgoing_text", {"id": 1, "subject_id": 1, "recipient": NUMBER, "words": f"{CANARY} is your code"}),
)
"""What the version before kept, and how."""
MORE = {
    "email_code": {"code_hash": bytes(32), "sent_at": NOW, "tries": 0},
    "recovery": {"opens_at": LATER, "cancel_hash": bytes(32)},
    "outgoing_mail": {"written_at": NOW, "tries": 0},
    "outgoing_text": {"written_at": NOW, "tries": 0},
    "delivered_mail": {"delivered_at": NOW},
}


@pytest.fixture
def older(databases: SqliteFactory | PostgresFactory, tmp_path: Path) -> Iterator[Database]:
    """A database of the version before, in which somebody has an account and mails."""
    if isinstance(databases, SqliteFactory):
        database = Database(f"sqlite:///{tmp_path / 'older.sqlite3'}")
        upgrade(database)
        yield _earlier(database)
        database.close()
    else:
        with databases.fresh(), databases.fresh() as url:  # the first is the one that is used again
            database = Database(url)
            yield _earlier(database)
            database.close()


def _earlier(database: Database) -> Database:
    with database.engine.begin() as connection:
        command.downgrade(configured(connection), "0011")
    key, nonce = os.urandom(32), os.urandom(12)
    ring = b"\x01" + nonce + AESGCM(OLD).encrypt(nonce, key, b"subject:1")
    name = b"\x01" + nonce + AESGCM(key).encrypt(nonce, json.dumps("Ada").encode(), b"held:1:answer:display_name")
    held = {"subject_id": 1, "field": "display_name", "value": name, "action": "publish", "source": "person"}
    held |= {"notice_version": "1", "given_at": NOW, "used_at": NOW, "expires_at": LATER}
    with database.engine.begin() as connection:
        for table, values in (*EARLIER, ("answer", held)):
            row = {**values, **MORE.get(table, {}), **({"data_key": ring} if table == "subject" else {})}
            names = ", ".join(row)
            binds = ", ".join(f":{column}" for column in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({binds})"), row)
    database.close()
    return database


def test_all_of_it_is_sealed_and_works_as_before(older: Database, tmp_path: Path) -> None:
    assert CANARY.encode() in on_disk(older)  # the search looks where rows are
    upgrade(older, LocalKeys(OLD))
    older.close()
    if older.is_sqlite:  # a server's log of what it wrote is its own affair
        assert CANARY.encode() not in on_disk(older)
    with opened(workshop_settings(older.url, tmp_path), PEOPLED_WORKSHOP) as app:
        tables = (Account, EmailCode, Recovery, OutgoingMail, OutgoingText)
        account, code, recovery, mail, text_ = (rows(app, table.__table__)[0] for table in tables)
        assert (account.email, code.email, recovery.new_email) == (ADDRESS, ADDRESS, NEW)
        assert (mail.recipient, mail.title, mail.text) == (ADDRESS, f"For {CANARY}", CANARY)
        assert rows(app, OutgoingMail.__table__)[1].recipient == NEW
        assert (text_.recipient, text_.words) == (NUMBER, f"{CANARY} is your code")
        assert engine_of(app).answers.read(1, ["display_name"]) == {"display_name": "Ada"}
        with app.app_context(), older.unit_of_work():
            assert owner_of_address(ADDRESS.upper()) == 1
        engine_of(app).database.release()
        assert CANARY in browser_of(app, 1).get("/mailbox/1").text


def test_without_the_master_key_or_with_another_nothing_is_changed(older: Database) -> None:
    with pytest.raises(ConfigurationError, match=r"(?s)needs the master key.*Nothing was changed"):
        upgrade(older)
    with pytest.raises(MissingMasterKey):
        upgrade(older, LocalKeys(WRONG))
    with older.engine.connect() as connection:
        assert connection.execute(text("SELECT email FROM account")).scalar() == ADDRESS
        connection.rollback()
    upgrade(older, LocalKeys(WRONG, [OLD]))  # the one that opens what there is counts as the one in use
    with older.engine.connect() as connection:
        assert connection.execute(text("SELECT master FROM master_key WHERE in_use")).scalar() == OLD_ID
        connection.rollback()
