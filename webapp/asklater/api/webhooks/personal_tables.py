"""What is on its way to other systems, as one of the tables that lead to a person."""

from sqlalchemy import select, update

from asklater.api.webhooks.deliveries import label_of
from asklater.api.webhooks.endpoints import delivery
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.keys.keyring import record
from asklater.personal_tables import ColumnText, PersonalTable, Retention

PURPOSE = "account"
"""The purpose that deliveries serve, as a key of the manifest."""


def _delivery() -> ColumnText:
    return ColumnText(
        gettext("What other systems of ours are told of you"),
        gettext("what you did here"),
        gettext("%(span)s after it was written, once it has arrived or was given up"),
        {
            "id": gettext("number"),
            "event": gettext("what happened"),
            "body": gettext("text"),
            "written_at": gettext("written"),
            "urgent": gettext("sent before others"),
            "next_try_at": gettext("next try"),
            "sent_at": gettext("sent"),
            "tries": gettext("tries"),
            "answer": gettext("answer"),
        },
    )


DELIVERY_TABLE = PersonalTable(
    delivery,
    PURPOSE,
    _delivery,
    frozenset({"endpoint_id", "message_id"}),
    sealed={"body": lambda row: record(label_of(row["message_id"]))},
    retention=Retention("written_at", "P30D", waits_for="next_try_at"),
    free_text=frozenset(),
)


def carry_deliveries(engine: Engine, from_subject: int, into_subject: int) -> None:
    """Let what is still to be told of somebody go on under the key of the subject whom they turned out to be."""
    connection = engine.database.writing()
    wanted = select(delivery.c.id, delivery.c.message_id, delivery.c.body).where(
        delivery.c.subject_id == from_subject, delivery.c.body.is_not(None)
    )
    for row in connection.execute(wanted).all():
        label = label_of(row.message_id)
        body = engine.open(from_subject, {label: row.body})[label]
        sealed = {"body": engine.seal(into_subject, label, body)}
        connection.execute(update(delivery).where(delivery.c.id == row.id).values(sealed))
    moved = update(delivery).where(delivery.c.subject_id == from_subject)
    connection.execute(moved.values(subject_id=into_subject))
