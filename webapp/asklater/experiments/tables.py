"""The records of experiments: when one ran, and who was given which variant. No value, and no words, of anybody."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from asklater.database.access import UTCDateTime, metadata
from asklater.field_columns import in_declaration, names_field

RUNNING = text("stopped_at IS NULL")

run = Table(
    "asklater_experiment_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("experiment", String(40), nullable=False),
    Column("digest", String(16), nullable=False, doc="of the declaration that it runs by; no other one is applied"),
    Column(
        "declaration",
        Text,
        nullable=False,
        doc="the same as JSON, to read its results by when it has changed",
        info=names_field(within=in_declaration),
    ),
    Column("started_at", UTCDateTime, nullable=False),
    Column("started_by", String(20), nullable=False, doc="a role, no person"),
    Column("stopped_at", UTCDateTime),
    Column("winner", String(40), nullable=False, server_default="", doc='the variant declared best, "" for none'),
    Index(
        "uq_asklater_experiment_run_running", "experiment", unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING
    ),
    Index("ix_asklater_experiment_run_experiment", "experiment"),
    comment="An experiment from its start to its end",
    sqlite_autoincrement=True,
)

assignment = Table(
    "asklater_experiment_assignment",
    metadata,
    Column("run_id", ForeignKey("asklater_experiment_run.id", ondelete="CASCADE"), primary_key=True),
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), primary_key=True),
    Column("variant", String(40), nullable=False),
    Column("at", UTCDateTime, nullable=False, doc="when the person was first eligible in this run"),
    Column(
        "acted_at", UTCDateTime, doc="when the action first ran without having asked, since the variant put it off"
    ),
    Index("ix_asklater_experiment_assignment_subject_id", "subject_id"),
    comment="Which variant of an experiment a person gets, from its first eligible moment on",
)
