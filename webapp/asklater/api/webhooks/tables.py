"""The tables of webhooks: where events go, and the outbox of what goes there."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from asklater.database.access import Base, UTCDateTime
from asklater.messages.outbox import Outgoing

LONGEST_URL = 500


class WebhookEndpoint(Base):
    """Where another system wants to be told of events."""

    __tablename__ = "asklater_webhook_endpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    url: Mapped[str] = mapped_column(String(LONGEST_URL))
    events: Mapped[str] = mapped_column(String(200), doc="the events that it wants, with spaces between")
    with_values: Mapped[bool] = mapped_column(doc="whether it is sent the values of answers")
    secret: Mapped[bytes] = mapped_column(LargeBinary, doc="sealed under the application's key")
    former_secret: Mapped[bytes | None] = mapped_column(LargeBinary, doc="sealed alike; it signs until former_until")
    former_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="the first try since one arrived")
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class WebhookDelivery(Outgoing):
    """One event on its way to one endpoint. The body goes once it has arrived or is given up."""

    __tablename__ = "asklater_webhook_delivery"

    endpoint_id: Mapped[int] = mapped_column(
        ForeignKey("asklater_webhook_endpoint.id", ondelete="CASCADE"), index=True
    )
    message_id: Mapped[str] = mapped_column(String(40), unique=True, doc="the same at each try")
    event: Mapped[str] = mapped_column(String(20))
    body: Mapped[bytes | None] = mapped_column(LargeBinary, doc="sealed under the subject's key; null once it is over")
    answer: Mapped[str] = mapped_column(String(40), default="", doc="what the last try met: a status or an error")
