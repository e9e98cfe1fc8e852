"""Links that show figures to somebody without a role, and what an export tells of them to whoever made them."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from asklater.database.access import UTCDateTime, metadata
from asklater.field_columns import in_query_string, names_field
from asklater.i18n import gettext
from asklater.personal_tables import ColumnText, PersonalTable, Retention

figures_link = Table(
    "asklater_figures_link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("token_hash", LargeBinary(32), nullable=False, doc="SHA-256 of what the link ends in"),
    Column("name", String(80), nullable=False, doc="for whom, or what for"),
    Column(
        "query",
        Text,
        nullable=False,
        doc="days and filters, as a query string",
        info=names_field(within=in_query_string),
    ),
    Column("made_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("revoked_at", UTCDateTime, doc="null while it stands"),
    Column("opened", Integer, nullable=False, doc="how many times"),
    Column("opened_at", UTCDateTime, doc="the last time, null for never"),
    UniqueConstraint("token_hash"),
    comment="Links that a product manager made, by which others see figures of fixed days and filters",
    sqlite_autoincrement=True,
)


def _links() -> ColumnText:
    return ColumnText(
        gettext("Links to figures that you made"),
        gettext("you"),
        gettext("%(span)s after they expire"),
        {
            "id": gettext("number"),
            "name": gettext("name"),
            "query": gettext("days and filters"),
            "made_at": gettext("made"),
            "expires_at": gettext("expires"),
            "revoked_at": gettext("revoked"),
            "opened": gettext("times opened"),
            "opened_at": gettext("last opened"),
        },
    )


LINK_TABLE = PersonalTable(
    figures_link,
    "account",
    _links,
    frozenset({"token_hash"}),
    retention=Retention("expires_at", "P90D"),
    free_text=frozenset({"name"}),
)
