"""Simulated people from their rates to the figures: written, rolled up, read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp import clock
from webapp.insights.question import Question
from webapp.insights.rollup.reading import Reading
from webapp.insights.rollup.rolling import roll_up
from webapp.profiling.engine import Engine
from webapp.shop.demo.rates import Rates
from webapp.shop.demo.removing import remove
from webapp.shop.demo.simulator.drawing import persons
from webapp.shop.demo.simulator.measuring import Compared, compare
from webapp.shop.demo.simulator.truth import claims
from webapp.shop.demo.simulator.writing import as_rows, by_verbs, write


@dataclass(frozen=True)
class Run:
    """Rates that people are drawn from in the days before `until`; `fast` writes rows instead of calling verbs."""

    rates: Rates
    until: datetime
    fast: bool = False


Told = Callable[[int], None]


def let_happen(engine: Engine, run: Run, written: Told, rolled: Told) -> None:
    """Write all of it and roll it up, telling how many persons and rows are done. Interrupted, it leaves nobody."""
    writer = (
        as_rows(engine.database, engine.manifest.window, run.until)
        if run.fast
        else by_verbs(engine.database, engine.episodes, run.until)
    )
    try:
        write(engine.database, writer, persons(run.rates, engine.manifest, run.until), written)
        roll_up(engine).run(told=rolled)
    except BaseException:  # half of them would pass for all
        with engine.database.unit_of_work():
            remove(engine)
        raise


def measure(engine: Engine, run: Run) -> list[Compared]:
    """What the dashboard measures of the simulated people in those days, beside what is true."""
    moment = clock.now()
    first = run.until - timedelta(days=run.rates.traffic.days)
    question = Question(first.date(), run.until.date(), moment, people="simulated")
    with engine.database.snapshot():
        reading = Reading(engine.database, engine.manifest.window, engine.uncounted, moment)
        return compare(reading, question, claims(run.rates))
