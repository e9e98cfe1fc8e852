"""The tables of the feature: notices in their versions, exports, erasures and who is told of them, the keys that sign,
what is on its way to the ledger of rights, requests and their trail, versions of the record of processing, daily
counts.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from asklater.database.access import Base, UTCDateTime, metadata, microseconds, table_of
from asklater.field_columns import names_field
from asklater.messages.outbox import Queued
from asklater.personal_tables import Row

notice_version = Table(
    "asklater_notice_version",
    metadata,
    Column("field", String(40), primary_key=True, info=names_field()),
    Column("version", String(16), primary_key=True, doc="as it is kept with each answer"),
    Column("told", Text, nullable=False, doc="as JSON, in the manifest's own words"),
    Column("first_at", UTCDateTime, nullable=False, doc="when an application first ran with it"),
    comment="What people were told of a field, in every version that an application ran with",
)


EXPORT_WAITING, EXPORT_BUILDING, EXPORT_READY, EXPORT_FAILED = "waiting", "building", "ready", "failed"
EXPORT_UNFINISHED = text("state IN ('waiting', 'building')")

export = Table(
    "asklater_export",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), nullable=False),
    Column("ordered_at", UTCDateTime, nullable=False),
    Column("state", String(10), nullable=False, doc="waiting, building, ready or failed"),
    Column("done", Integer, nullable=False, doc="rows that are in it"),
    Column("total", Integer, nullable=False, doc="rows that there were when building began"),
    Column("unopened", Integer, nullable=False, doc="rows of which something is sealed that does not open any more"),
    Column("redacted", Integer, nullable=False, server_default="0", doc="texts of which something is blacked out"),
    Column("size", Integer, nullable=False, doc="characters that its parts hold"),
    Column("section", String(60), nullable=False, doc="the section that building goes on with"),
    Column("after", Text, nullable=False, doc="and the key after which, as JSON; empty at its beginning"),
    Column("places", Integer, nullable=False, doc="parts that it has"),
    Column("tries", Integer, nullable=False, doc="batches that went wrong"),
    Column("began_at", UTCDateTime),
    Column("ready_at", UTCDateTime),
    Column("expires_at", UTCDateTime, nullable=False),
    Index("ix_asklater_export_subject_id", "subject_id"),
    Index("ix_asklater_export_expires_at", "expires_at"),
    Index(
        "uq_asklater_export_unfinished",
        "subject_id",
        unique=True,
        sqlite_where=EXPORT_UNFINISHED,
        postgresql_where=EXPORT_UNFINISHED,
    ),
    comment="A person's order of everything that is held of them; what it holds expires",
    sqlite_autoincrement=True,
)

export_part = Table(
    "asklater_export_part",
    metadata,
    Column("export_id", ForeignKey("asklater_export.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("section", String(60), nullable=False),
    Column("content", LargeBinary, nullable=False, doc="JSON, sealed under the person's own key"),
    comment="Some rows of one section of an export",
)


def export_part_label(export_id: int, place: int) -> str:
    """Returns the label that a part is sealed under."""
    return f"export:{export_id}:{place}"


UNFILED, UNSCRUBBED = text("filed_at IS NULL"), text("scrubbed_at IS NULL")


class Erasure(Base):
    """One erasure. `document` is its receipt: signed JSON, as the person has it too."""

    __tablename__ = "asklater_erasure"
    __table_args__ = (
        Index("ix_asklater_erasure_unfiled", "id", sqlite_where=UNFILED, postgresql_where=UNFILED),
        Index("ix_asklater_erasure_unscrubbed", "id", sqlite_where=UNSCRUBBED, postgresql_where=UNSCRUBBED),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, doc="names its page; cannot be guessed")
    mark: Mapped[str] = mapped_column(String(64), index=True, doc="a keyed hash of whom it was")
    erased_at: Mapped[datetime] = mapped_column(UTCDateTime)
    erased_by: Mapped[str] = mapped_column(String(12), doc="person, officer, replay or retention")
    document: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="when it was written into the file too")
    scrubbed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="when the database's leftovers were gone")


class RecipientNotice(Queued):
    """What one recipient is told of one erasure. `contents` goes once it has been told.

    Without a webhook it waits for nothing (`next_try_at` and `tries` are empty): an officer tells the recipient.
    """

    __tablename__ = "asklater_recipient_notice"

    erasure_id: Mapped[int] = mapped_column(ForeignKey("asklater_erasure.id", ondelete="CASCADE"), index=True)
    recipient: Mapped[str] = mapped_column(String(40))
    contents: Mapped[str | None] = mapped_column(Text, doc="JSON: the references that the recipient knows")


SIGNS = text("in_use")

signing_key = Table(
    "asklater_signing_key",
    metadata,
    Column("kid", String(64), primary_key=True, doc="the id by which a proof names it: its thumbprint (RFC 7638)"),
    Column("public_key", Text, nullable=False, doc="as JSON, a JSON Web Key"),
    Column("private_key", LargeBinary, doc="sealed under the application's key; goes when the key is retired"),
    Column("in_use", Boolean, nullable=False, doc="it signs; the others verify what they have signed"),
    Column("made_at", UTCDateTime, nullable=False),
    Column("retired_at", UTCDateTime),
    Index("uq_asklater_signing_key_in_use", "in_use", unique=True, sqlite_where=SIGNS, postgresql_where=SIGNS),
    comment="A key that receipts are signed with, or were",
)


def signing_key_label(kid: str) -> str:
    """Returns the label that the private half is sealed under."""
    return f"signing-key:{kid}"


rights_entry = Table(
    "asklater_rights_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("line", Text, nullable=False, doc="as it will stand in the ledger; it names its person by a keyed mark"),
    comment="A right that was exercised, until the ledger outside the database has it",
    sqlite_autoincrement=True,
)


class RequestRow(Base):
    """One request. Whoever is erased leaves it without their number, address and words."""

    __tablename__ = "asklater_privacy_request"
    __table_args__ = (
        UniqueConstraint("subject_id", "pressed"),
        Index("ix_asklater_privacy_request_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, doc="names it in addresses; cannot be guessed")
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("asklater_subject.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    through: Mapped[str] = mapped_column(String(10), doc="self or officer")
    state: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str] = mapped_column(String(12), default="", doc="what was done")
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, doc="the first moment after its last day")
    extension: Mapped[int] = mapped_column(default=0, doc="months that were added")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    field: Mapped[str] = mapped_column(
        String(60), default="", doc="what is to be corrected, or a purpose objected to", info=names_field()
    )
    taken_by: Mapped[str] = mapped_column(String(12), default="", doc="the officer's pseudonym")
    pressed: Mapped[str | None] = mapped_column(String(32), doc="the press that made it: a second one makes none")
    address: Mapped[bytes | None] = mapped_column(LargeBinary, doc="sealed; where it came without an account")
    message: Mapped[bytes | None] = mapped_column(LargeBinary, doc="sealed; in the person's words")
    receipt: Mapped[str] = mapped_column(Text, default="", doc="signed, once it is closed; holds no value")
    export_id: Mapped[int | None] = mapped_column(doc="the export that it waits for, or that it was answered with")
    came_by: Mapped[str] = mapped_column(
        String(12), default="", server_default=text("''"), doc="letter, phone ...; empty where its person asked here"
    )
    entered_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="when an officer entered it, if one did")
    address_mark: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), index=True, doc="a keyed hash of the address, by which a search finds it"
    )
    new_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="when officers were told that it is there")
    soon_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="and that its time ends soon")
    overdue_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="and that its time is over")


class RequestEvent(Base):
    """A step of a request. Rows are added, and never changed but by an erasure, which takes the note away."""

    __tablename__ = "asklater_privacy_request_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("asklater_privacy_request.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    event: Mapped[str] = mapped_column(String(12))
    role: Mapped[str] = mapped_column(String(10), doc="person, officer or system")
    by: Mapped[str] = mapped_column(String(12), doc="the officer's pseudonym")
    field: Mapped[str] = mapped_column(String(60), doc="whose value was shown", info=names_field())
    note: Mapped[bytes | None] = mapped_column(LargeBinary, doc="sealed; the reason, or what was done")


privacy_request = table_of(RequestRow)
privacy_request_event = table_of(RequestEvent)


def address_label(public_id: str) -> str:
    """Returns the label that the address of a request is sealed under."""
    return f"request:{public_id}:address"


def message_label(public_id: str) -> str:
    return f"request:{public_id}:message"


def note_label(row: Row) -> str:
    """Returns the label that a step's note is sealed under."""
    return f"request-event:{row['request_id']}:{row['event']}:{microseconds(row['at'])}"


processing_record = Table(
    "asklater_processing_record",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime, nullable=False, doc="when an application first ran with it"),
    Column("document", Text, nullable=False, doc="the whole record, as JSON"),
    Column("digest", String(64), nullable=False, doc="of the document and the one before, so a change is one row"),
    UniqueConstraint("digest"),
    comment="The record of processing as it stood from when on; no value and no person stands in it",
    sqlite_autoincrement=True,
)


daily_held_count = Table(
    "asklater_daily_held_count",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False, doc="days since 1970, UTC"),
    Column(
        "part",
        String(80),
        primary_key=True,
        doc='"field:..." or "table:..." with its key; "" for all answers',
        info=names_field(prefix="field:", adds_up=True),
    ),
    Column("counted_at", UTCDateTime, nullable=False),
    Column("accounts", Integer, nullable=False, doc="whose it is; accounts of visitors too"),
    Column("held", BigInteger, nullable=False, doc="answers, or rows of the table"),
    Column("declared", Integer, nullable=False, doc="how many fields the manifest declared, where all are counted"),
    Column("oldest_at", UTCDateTime, doc="when the oldest answer was given"),
    Column("aged", Integer, nullable=False, doc="answers that were given some months before"),
    Column("unused", Integer, nullable=False, doc="those of them that were never used since"),
    comment="How much was held on a day: counts alone, of each field, each table and in all",
)

kept_count = Table(
    "asklater_kept_count",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("document", Text, nullable=False, doc="counts alone, as JSON"),
    Column("counted_at", UTCDateTime, nullable=False),
    comment="What the worker counted last for pages that would else read all rows",
)
