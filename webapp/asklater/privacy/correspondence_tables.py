"""The tables of what is written about requests: templates of replies, letters to and from people, and what is blacked
out of an answer to protect others.
"""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from asklater.database.access import UTCDateTime, metadata
from asklater.field_columns import in_row_key, names_field
from asklater.personal_tables import Row

reply_template = Table(
    "asklater_reply_template",
    metadata,
    Column("key", String(32), primary_key=True, doc="that of one of ours, whose words it replaces, or its own"),
    Column("kind", String(20), nullable=False, doc="the kind of request that it is for; empty for every kind"),
    Column("name", String(200), nullable=False, doc="what officers call it"),
    Column("title", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
    Column("changed_by", String(12), nullable=False, doc="the officer's pseudonym"),
    comment="Templates of replies that officers wrote or changed; nobody's data stands in them",
)

request_letter = Table(
    "asklater_request_letter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(32), nullable=False, unique=True, doc="names what is sealed"),
    Column("request_id", ForeignKey("asklater_privacy_request.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UTCDateTime, nullable=False, doc="when it was sent, or came"),
    Column("noted_at", UTCDateTime, nullable=False),
    Column("direction", String(4), nullable=False, doc="out, to the person, or in"),
    Column("channel", String(8), nullable=False, doc="how: our own mail, or another way that was noted by hand"),
    Column("by", String(12), nullable=False, doc="the officer's pseudonym"),
    Column("title", LargeBinary, doc="sealed under the person's key"),
    Column("text", LargeBinary, doc="sealed under the person's key"),
    comment="What was written to a person about their request, and what they answered",
)

redaction = Table(
    "asklater_redaction",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(32), nullable=False, unique=True, doc="names it in addresses, and what is sealed"),
    Column("request_id", ForeignKey("asklater_privacy_request.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("section", String(60), nullable=False, doc="the key of the personal table that the text stands in"),
    Column("row", Text, nullable=False, doc="the key of its row, as JSON", info=names_field(within=in_row_key)),
    Column("part", String(60), nullable=False, doc="its column"),
    Column("passage", LargeBinary, doc="sealed under the person's key; empty where the whole text is blacked out"),
    Column("reason", LargeBinary, doc="sealed under the person's key; they are told"),
    Column("at", UTCDateTime, nullable=False),
    Column("by", String(12), nullable=False, doc="the officer's pseudonym"),
    comment="What of a person's own texts is blacked out in their exports, since it is about others (Art. 15(4) GDPR)",
)


def letter_label(row: Row, column: str) -> str:
    """Returns the label that a column of a letter is sealed under."""
    return f"request-letter:{row['public_id']}:{column}"


def redaction_label(row: Row, column: str) -> str:
    """Returns the label that a column of a redaction is sealed under."""
    return f"redaction:{row['public_id']}:{column}"
