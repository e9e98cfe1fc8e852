"""The ledger of rights: what people have exercised (erasure, withdrawal, objection, restriction, removal, correction,
taking down), kept apart from the database, so that a restored backup takes none of it back.

Begin with entries.py, what an entry says; recording.py writes one in the act's transaction and then into the file,
replay.py does everything in the file again, acts.py knows how.
"""

from functools import partial

from flask import Flask

from asklater.privacy.ledger import replay
from asklater.privacy.ledger.acts import replayers
from asklater.privacy.ledger.file import LEDGER_FILE, ledger_file
from asklater.privacy.ledger.recording import file_what_waits, record_merge, record_right
from asklater.privacy.ledger.replay import LEDGER_EXTENSION, Ledger
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, services: Services) -> None:
    """Listen to what people exercise, and let each backup take the ledger along."""
    engine, registry, file = services.engine, services.engine.registry, ledger_file(services.settings)
    ledger = app.extensions[LEDGER_EXTENSION] = Ledger()
    ledger.replayers |= replayers()
    registry.register_right_listener(partial(record_right, engine))
    registry.register_merge(partial(record_merge, engine))
    registry.register_kept_beside(LEDGER_FILE, file, partial(replay.after_restoring, engine, file))
    work = partial(file_what_waits, engine, file)
    services.jobs.register("file_rights", work, every_minutes=1, at_start=True, one_unit=False)
