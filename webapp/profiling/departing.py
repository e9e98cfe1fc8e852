"""Departing: what was measured of a person goes. The figures that it is part of stay true: rooms see to that first."""

from sqlalchemy import BindParameter, bindparam, delete, exists, or_, update

from webapp import clock
from webapp.db import UTCDateTime
from webapp.profiling.engine import Engine
from webapp.profiling.own_holdings import MEASUREMENT
from webapp.profiling.people import OBJECTORS
from webapp.profiling.tables import answer, prompt, prompt_field

WHO: BindParameter[int] = bindparam("of_subject")
UNNAME = update(answer).where(answer.c.subject_id == WHO, answer.c.prompt_id.is_not(None)).values(prompt_id=None)
HORIZON = bindparam("horizon", type_=UTCDateTime)


def forget_measurement(engine: Engine, subject_id: int) -> None:
    """Delete every row of measurement of this person, in the caller's transaction, once the rooms have counted them.

    Does nothing where there are none, so it may be called again.
    """
    for before in engine.departures:
        before(subject_id)
    connection = engine.database.writing()
    connection.execute(UNNAME, {"of_subject": subject_id})
    measured = [held for held in engine.holdings.values() if held.purpose == MEASUREMENT]
    for holding in sorted(measured, key=lambda held: not held.link):  # what hangs on other rows goes before them
        holding.erase(connection, subject_id)


def forget_what_closed(engine: Engine) -> int:
    """Delete what prompts of those who object to measurement needed while they were open; how many episodes.

    Nothing of it was ever counted.
    """
    connection = engine.database.writing()
    binds = {"horizon": clock.now() - engine.manifest.window}
    episodes, prompts = (
        delete(table).where(
            table.c.subject_id.in_(OBJECTORS), or_(table.c.closed_at.is_not(None), table.c.opened_at < HORIZON)
        )
        for table in (prompt_field, prompt)
    )
    forgotten = connection.execute(episodes, binds).rowcount
    needed = exists().where(prompt_field.c.prompt_id == prompt.c.id)  # a later step is open for longer than its prompt
    connection.execute(prompts.where(~needed), binds)
    return forgotten
