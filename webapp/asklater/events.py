"""Events: signals (of blinker) that tell an application what has become of people's profiles, once it is committed.

    from asklater.events import answered

    @answered.connect_via(app)
    def on_answered(app, event):
        ...

A receiver is called with the application as its sender and the `Event`. It has keys of fields, never a value. What a
receiver raises is logged: the event has happened, and the others are told all the same.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from blinker import NamedSignal, Namespace
from flask import Flask

from asklater import clock
from asklater.database.access import Database

log = logging.getLogger(__name__)
_signals = Namespace()

asked = _signals.signal("asked", doc="Fields were put to somebody, who had not been asked for them here yet.")
answered = _signals.signal("answered", doc="An answer was stored, or changed.")
removed = _signals.signal("removed", doc="An answer was removed by its person, or for them.")
completed = _signals.signal("completed", doc="An action ran after its prompt, or a background prompt was answered.")
dismissed = _signals.signal("dismissed", doc="Somebody said no to a prompt.")
merged = _signals.signal("merged", doc="Two subjects turned out to be one person.")
erased = _signals.signal("erased", doc="Everything that was held of a subject is deleted.")
expired = _signals.signal("expired", doc="Answers were deleted when their retention was over.")
SIGNALS: Mapping[str, NamedSignal] = {
    signal.name: signal for signal in (asked, answered, removed, completed, dismissed, merged, erased, expired)
}


@dataclass(frozen=True)
class Event:
    """What happened to one subject. `name` is that of its signal."""

    name: str
    subject_id: int
    at: datetime
    user: str | None = None
    """The application's own id of the subject, None for a visitor and where `Profiling` was given no `user`."""
    context: str = ""
    """The action or the placement; of answers also `settings`, `import` and the like. "" where there is none."""
    fields: tuple[str, ...] = ()
    """The keys of the fields that it is about."""
    from_subject_id: int | None = None
    """Of `merged`: the subject that is no more."""


Tell = Callable[..., None]
"""Takes what `Events.tell` takes."""


def tell_nobody(_name: str, _subject_id: int, **_about: object) -> None:
    """The `Tell` of records that no engine has started."""


class Events:
    """Tells of events. `listeners` hear of each within its transaction, which the signal's receivers do not."""

    def __init__(self, app: Flask, database: Database) -> None:
        self._app = app
        self._database = database
        self.listeners: list[Callable[[Event], None]] = []
        self.user_of: Callable[[int], str | None] = lambda _subject_id: None
        """Gives the application's own id of a subject."""

    def tell(
        self,
        name: str,
        subject_id: int,
        *,
        context: str = "",
        fields: Collection[str] = (),
        from_subject_id: int | None = None,
    ) -> None:
        """Tell of an event that the open transaction makes true; it costs nothing where nobody listens."""
        signal = SIGNALS[name]
        if not (self.listeners or signal.has_receivers_for(self._app)):
            return
        user = self.user_of(subject_id)
        event = Event(name, subject_id, clock.now(), user, context, tuple(fields), from_subject_id)
        for heard in self.listeners:
            heard(event)
        self._database.after_commit(partial(self._send, signal, event))

    def _send(self, signal: NamedSignal, event: Event) -> None:
        for receiver in signal.receivers_for(self._app):
            try:
                self._app.ensure_sync(receiver)(self._app, event=event)
            except Exception:
                log.exception("a receiver of the signal %s failed", event.name)
