"""Delivering the mails that are due, with growing pauses between tries: 8 of them in about 2 days."""

from datetime import timedelta

from webapp.mail.models import OutgoingMail
from webapp.outbox import Outbox

MOST_TRIES = 8
LONGEST_PAUSE = timedelta(hours=18)
PAUSES = tuple(min(timedelta(minutes=4**tries), LONGEST_PAUSE) for tries in range(MOST_TRIES - 1))
"""1, 4, 16 minutes and so on, at most 18 hours."""

OUTBOX = Outbox(OutgoingMail, PAUSES)
