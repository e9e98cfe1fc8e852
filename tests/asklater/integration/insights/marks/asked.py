"""People who are asked for their address, on one day after another."""

from datetime import date, datetime, time, timedelta

from asklater import clock
from asklater.engine import Engine
from asklater.records.people import record_arrival


def ask_daily(
    engine: Engine, first: date, days: int, completed: float, *, persons: int = 20, action: str = "publish"
) -> None:
    """Each day so many new persons are asked once, at noon; the same share of them completes it within the minute."""
    for place in range(days):
        moment = datetime.combine(first + timedelta(days=place), time(10), engine.zone)
        with engine.database.unit_of_work(), clock.at(moment):
            for number in range(persons):
                person = record_arrival(engine.database)
                engine.episodes.see(person, action, ["email"])
                if number < completed * persons:
                    engine.episodes.saved(person, "email", action)
