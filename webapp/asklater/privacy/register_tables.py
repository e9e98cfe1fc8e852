"""The tables of the officer's registers: breaches with their log and letters, contracts with processors, assessments,
legal holds that an officer set, searches for people, what officers took down, and which mails they want.
"""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from asklater.database.access import UTCDateTime, metadata
from asklater.field_columns import in_parts, names_field
from asklater.personal_tables import Row

breach = Table(
    "asklater_breach",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(32), nullable=False, unique=True, doc="names it in addresses"),
    Column("noticed_at", UTCDateTime, nullable=False, doc="the 72 hours run from here"),
    Column("entered_at", UTCDateTime, nullable=False),
    Column("entered_by", String(12), nullable=False, doc="the officer's pseudonym"),
    Column("words", LargeBinary, nullable=False, doc="sealed under the application's key: JSON, what officers wrote"),
    Column("extent", String(12), nullable=False, doc="what got out: chosen parts, the database, or keys as well"),
    Column(
        "parts",
        Text,
        nullable=False,
        doc="JSON: the fields and tables that are concerned, by their keys",
        info=names_field(within=in_parts),
    ),
    Column("recorded_from", Date, doc="only what was recorded from this day on is concerned"),
    Column("recorded_until", Date, doc="and until the end of this one"),
    Column(
        "counts",
        Text,
        nullable=False,
        doc="JSON: people and records concerned, as they were counted last",
        info=names_field(within=in_parts),
    ),
    Column("counted_at", UTCDateTime),
    Column("risk", String(8), nullable=False, doc="none, risk or high; empty while it is not assessed"),
    Column("authority", String(8), nullable=False, doc="notify or not; empty while it is not decided"),
    Column("notified_at", UTCDateTime, doc="when the authority was notified"),
    Column("persons", String(8), nullable=False, doc="write, public or not; empty while it is not decided"),
    Column("letters_began_at", UTCDateTime),
    Column("letters_after", Integer, nullable=False, doc="the last person whose turn it was"),
    Column("letters_ended_at", UTCDateTime),
    Column("letters_posted", Integer, nullable=False),
    Column("letters_unreachable", Integer, nullable=False, doc="people without an address"),
    Column("warned_at", UTCDateTime, doc="when officers were told that the time will be over"),
    Column("overdue_told_at", UTCDateTime, doc="when officers were told that it is over"),
    Column("closed_at", UTCDateTime, index=True),
    comment="Breaches of security (Art. 33(5) GDPR): what happened, whom it concerns, and what was done about it",
    sqlite_autoincrement=True,
)

breach_event = Table(
    "asklater_breach_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("breach_id", ForeignKey("asklater_breach.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UTCDateTime, nullable=False),
    Column("event", String(20), nullable=False),
    Column("by", String(12), nullable=False, doc="the officer's pseudonym; empty for the application"),
    Column("note", LargeBinary, doc="sealed under the application's key"),
    comment="The log of a breach. Rows are added, and never changed",
)

breach_letter = Table(
    "asklater_breach_letter",
    metadata,
    Column("breach_id", ForeignKey("asklater_breach.id", ondelete="CASCADE"), primary_key=True),
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), primary_key=True),
    Column("posted_at", UTCDateTime, doc="empty where there was no address to write to"),
    Index("ix_asklater_breach_letter_subject_id", "subject_id"),
    comment="Who was written to about a breach, each once",
)

processor_contract = Table(
    "asklater_processor_contract",
    metadata,
    Column("recipient", String(40), primary_key=True, doc="its key in the manifest"),
    Column("signed_on", Date),
    Column("reference", String(200), nullable=False),
    Column("sub_processors", Text, nullable=False),
    Column("review_on", Date),
    Column("changed_at", UTCDateTime, nullable=False),
    Column("changed_by", String(12), nullable=False, doc="the officer's pseudonym"),
    comment="The contract with each processor (Art. 28(3) GDPR); who they are is declared in the manifest",
)

assessment = Table(
    "asklater_assessment",
    metadata,
    Column("purpose", String(40), primary_key=True, doc="its key in the manifest"),
    Column("kind", String(4), primary_key=True, doc="dpia or lia"),
    Column("title", String(200), nullable=False),
    Column("url", String(500), nullable=False, doc="where the document lies; empty for a file that is no page"),
    Column("assessed_on", Date, nullable=False),
    Column("review_on", Date, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
    Column("changed_by", String(12), nullable=False, doc="the officer's pseudonym"),
    comment="Where the assessment of a purpose lies: data protection impact, or legitimate interests",
)

legal_hold = Table(
    "asklater_legal_hold",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(32), nullable=False, unique=True, doc="names it in addresses"),
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("set_at", UTCDateTime, nullable=False),
    Column("set_by", String(12), nullable=False, doc="the officer's pseudonym"),
    Column("reason", LargeBinary, nullable=False, doc="sealed under the person's key; for the file"),
    Column("told", LargeBinary, doc="sealed under the person's key; what the person is told, if they are"),
    Column("review_on", Date, nullable=False),
    Column("lifted_at", UTCDateTime),
    Column("lifted_by", String(12), nullable=False),
    Column("lift_reason", LargeBinary, doc="sealed under the person's key"),
    Column("erasure_by", String(12), nullable=False, doc="who asked for an erasure meanwhile; empty for nobody"),
    comment="A hold that an officer set on everything of a person, until it is lifted",
    sqlite_autoincrement=True,
)


def hold_label(row: Row, column: str) -> str:
    """Returns the label that a text of a hold is sealed under."""
    return f"legal-hold:{row['public_id']}:{column}"


officer_preference = Table(
    "asklater_officer_preference",
    metadata,
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), primary_key=True),
    Column("request_mails", Boolean, nullable=False, doc="mails about new requests, and those whose time ends"),
    comment="What an officer has chosen; whoever chose nothing gets the mails",
)

person_search = Table(
    "asklater_person_search",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(32), nullable=False, unique=True, doc="names it in addresses"),
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("by", String(12), nullable=False, doc="the officer's pseudonym"),
    Column("reason", LargeBinary, nullable=False, doc="sealed under the application's key"),
    Column("found", Integer, nullable=False, doc="how many people were found"),
    comment="Searches of officers for people, each with its reason; what was searched for is not kept",
    sqlite_autoincrement=True,
)

person_search_match = Table(
    "asklater_person_search_match",
    metadata,
    Column("search_id", ForeignKey("asklater_person_search.id", ondelete="CASCADE"), primary_key=True),
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("at", UTCDateTime, nullable=False, index=True),
    comment="Whom a search has found",
)


def search_label(public_id: str) -> str:
    """Returns the label that the reason of a search is sealed under."""
    return f"person-search:{public_id}"


takedown = Table(
    "asklater_takedown",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(32), nullable=False, unique=True, doc="names it in addresses"),
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("publication", String(40), nullable=False, doc="the sort of thing"),
    Column("item", Text, nullable=False, doc="its name among the person's things of that sort"),
    Column("published_at", UTCDateTime, nullable=False),
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("by", String(12), nullable=False, doc="the officer's pseudonym"),
    Column("cause", String(12), nullable=False, doc="asked, others, law or orphaned"),
    Column("reason", LargeBinary, nullable=False, doc="sealed under the person's key"),
    Column("contents", LargeBinary, doc="sealed under the person's key, for as long as it can be put back"),
    Column("put_back_at", UTCDateTime),
    Column("put_back_by", String(12), nullable=False),
    Column("put_back_reason", LargeBinary, doc="sealed under the person's key"),
    comment="What an officer took down of what people had published",
    sqlite_autoincrement=True,
)


def takedown_label(row: Row, column: str) -> str:
    """Returns the label that a text of a takedown is sealed under."""
    return f"takedown:{row['public_id']}:{column}"
