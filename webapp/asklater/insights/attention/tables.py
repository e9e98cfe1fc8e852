"""Who is mailed the list of losses, and what an export tells them of it."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table

from asklater.database.access import UTCDateTime, metadata
from asklater.i18n import gettext
from asklater.personal_tables import WITH_ITS_OWNER, ColumnText, PersonalTable

attention_subscriber = Table(
    "asklater_attention_subscriber",
    metadata,
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), primary_key=True),
    Column("since", UTCDateTime, nullable=False),
    Column("even_if_none", Boolean, nullable=False, doc="whether a mail comes in a week in which nothing was lost"),
    Column("told_for", Integer, nullable=False, doc="the Monday of the last week told, in days since 1970"),
    comment="Product managers who want the losses by mail every week",
)


def _subscriber() -> ColumnText:
    return ColumnText(
        gettext("The weekly email about losses that you asked for"),
        gettext("you"),
        gettext("until you stop the emails"),
        {
            "since": gettext("since"),
            "even_if_none": gettext("also when nothing was lost"),
        },
    )


SUBSCRIBER_TABLE = PersonalTable(
    attention_subscriber, "account", _subscriber, frozenset({"told_for"}), retention=WITH_ITS_OWNER
)
