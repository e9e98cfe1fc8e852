"""Every table that leads to a person is told in their export and has its part in their erasure."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Column, ForeignKey, LargeBinary, MetaData, Table

from asklater.database.access import metadata
from asklater.engine import Engine
from asklater.insights.tables import series
from asklater.personal_tables import LegalHold, PersonalTable
from asklater.tables import subject
from tests.support.databases import all_tables

OPEN_BYTES = frozenset({"subject.data_key", "passkey.credential_id", "passkey.public_key", "passkey.user_handle"})
"""Bytes that are no value under a person's key: the keys themselves, and what a passkey shows to everybody."""


@pytest.fixture
def engine(whole_app: Flask) -> Engine:
    found: Engine = whole_app.extensions["asklater.engine"]
    return found


def of_people() -> set[Table]:
    """The tables with a way of foreign keys to a subject, and that of subjects itself."""
    found = {subject}
    while True:
        more = {table for table in all_tables() if any(key.column.table in found for key in table.foreign_keys)}
        if more <= found:
            return found
        found |= more


def strangers(engine: Engine) -> Iterator[str]:
    for table in of_people() ^ {personal.rows for personal in engine.registry.personal_tables.values()}:
        yield f"{table.name}: is no person's, or has no personal table"


def faults(engine: Engine) -> Iterator[str]:
    yield from strangers(engine)
    for personal in engine.registry.personal_tables.values():
        yield from faults_of(personal)
    for personal in engine.registry.personal_tables.values():
        for purpose in personal.purposes - engine.manifest.purposes.keys():
            yield f"{personal.key}: the manifest has no purpose {purpose}"
        if personal.kept and engine.manifest.purposes[personal.kept.purpose].basis != "legal_obligation":
            yield f"{personal.key}: outlives an erasure without a legal obligation"


def faults_of(personal: PersonalTable) -> Iterator[str]:
    columns, told = {column.name for column in personal.rows.columns}, set(personal.words().columns)
    own = {personal.link or personal.person}
    for name in sorted(columns - told - personal.withheld - own):
        yield f"{personal.key}.{name}: is neither told nor withheld"
    for name in sorted((told | personal.withheld) - columns | (told & personal.withheld)):
        yield f"{personal.key}.{name}: no such column, or both told and withheld"
    for column in personal.rows.columns:
        named = f"{personal.key}.{column.name}"
        is_hash = column.name.endswith(("_hash", "_mark")) or named in OPEN_BYTES
        if isinstance(column.type, LargeBinary) and not is_hash and column.name not in personal.sealed:
            yield f"{named}: holds bytes, and a renewal of keys does not know as what they are sealed"
    for name in sorted(personal.sealed.keys() - columns):
        yield f"{personal.key}.{name}: no such column to be sealed"
    if personal.kept:
        for name in sorted(personal.kept.blanked.keys() - columns):
            yield f"{personal.key}.{name}: no such column to blank"


@pytest.mark.thorough
def test_every_table_of_a_person_has_its_personal_table(engine: Engine, whole_app: Flask) -> None:
    with whole_app.test_request_context():
        assert list(faults(engine)) == []


def test_a_forgotten_table_or_column_is_noticed(engine: Engine, whole_app: Flask) -> None:
    stray = Table("stray", metadata, Column("session_id", ForeignKey("asklater_session.id"), primary_key=True))
    try:
        assert list(strangers(engine)) == ["stray: is no person's, or has no personal table"]
    finally:
        metadata.remove(stray)
    with whole_app.test_request_context():
        sessions = replace(
            engine.registry.personal_tables["session"], withheld=frozenset({"former_hash", "rotated_at"})
        )
        assert list(faults_of(sessions)) == ["session.token_hash: is neither told nor withheld"]
        (fault,) = faults_of(replace(engine.registry.personal_tables["authenticator"], sealed={}))
        assert fault.startswith("authenticator.secret: holds bytes")


def test_what_outlives_an_erasure_without_a_law_is_noticed(engine: Engine, whole_app: Flask) -> None:
    kept = LegalHold("account", "began_at", "P1Y", {})
    engine.registry.register_personal_tables(replace(engine.registry.personal_tables["session"], kept=kept))
    with whole_app.test_request_context():
        assert "session: outlives an erasure without a legal obligation" in list(faults(engine))
    findings = [finding for finding in engine.findings(engine.manifest) if not finding.warning]
    assert [finding.key for finding in findings] == ["purposes.account.basis"]


def test_a_personal_table_that_is_nobodys_is_noticed(engine: Engine) -> None:
    engine.registry.register_personal_tables(replace(engine.registry.personal_tables["session"], rows=series))
    assert list(strangers(engine)) == ["asklater_series: is no person's, or has no personal table"]


def test_two_tables_of_one_name_need_another_one(engine: Engine) -> None:
    own = Table("session", MetaData(), Column("subject_id", ForeignKey(subject.c.id), primary_key=True))
    theirs = replace(engine.registry.personal_tables["session"], rows=own, withheld=frozenset())
    with pytest.raises(ValueError, match="asklater_session and session are both called session"):
        engine.registry.register_personal_tables(theirs)
    engine.registry.register_personal_tables(replace(theirs, name="shift"))
    known = engine.registry.personal_tables
    assert (known["shift"].rows, known["session"].rows.name) == (own, "asklater_session")
