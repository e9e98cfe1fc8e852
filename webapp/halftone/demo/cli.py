"""The `demo` verbs of the command line: load, simulate, remove."""

import gc
import sys
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from time import monotonic

import click
from flask.cli import AppGroup, with_appcontext

from asklater import Engine, clock, current_engine
from asklater.insights import count_details, rollup_of
from asklater.schema import one_at_a_time
from halftone import catalogue
from halftone.demo import cast, personas
from halftone.demo.accuracy import plausible, table_lines
from halftone.demo.history import draw_history
from halftone.demo.rates_file import RatesError, read
from halftone.demo.simulated_people import remove_simulated
from halftone.demo.simulation import Simulation, measure, run_simulation
from halftone.settings import ROOT

# Progress

SECONDS_BETWEEN_LINES = 2.0
"""Seconds after which another line is due."""


class Progress:
    """Prints how much is done, every other second. Short work is done without a word."""

    def __init__(self, what: str, clock: Callable[[], float] = monotonic) -> None:
        self._what = what
        self._clock = clock
        self._told: float | None = None

    def __call__(self, done: int) -> None:
        now = self._clock()
        if self._told is None:
            self._told = now
        if now - self._told >= SECONDS_BETWEEN_LINES:
            self._told = now
            click.echo(f"{done:,} {self._what} ...")


# Simulate

DEFAULT = ROOT / "seed_data" / "rates.toml"
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)


@click.command("simulate")
@click.option(
    "--rates", "path", type=click.Path(path_type=Path), default=DEFAULT, help="The file of rates; else the demo's."
)
@click.option("--persons", type=int, help="How many persons come; else as the file says.")
@click.option("--days", type=int, help="In how many days; else as the file says.")
@click.option("--seed", help="Another one draws other persons from the same rates; else as the file says.")
@click.option("--until", help="The day (UTC) before which it all happens, such as 2026-11-01; else now.")
@click.option("--fast", is_flag=True, help="Write rows in bulk, not through the engine's verbs: for millions.")
@click.option("--check", is_flag=True, help="Exit with 1 when too few intervals hold the truth.")
@with_appcontext
def simulate_rates(
    path: Path,
    persons: int | None,
    days: int | None,
    seed: str | None,
    until: str | None,
    *,
    fast: bool,
    check: bool,
) -> None:
    """Let simulated people be asked at declared true rates, then tell the truth beside what the dashboard measures.

    They are asked and counted like everybody; they hold no answers, accounts or orders. `demo remove` takes
    them out.
    """
    engine = current_engine()
    given = {"persons": persons, "days": days, "seed": seed}
    problems: list[str] = []
    end = _until(until, problems)
    try:
        rates = read(path, engine.manifest, {name: value for name, value in given.items() if value is not None})
    except RatesError as error:
        problems.append(str(error))
    there = personas.count_simulated(engine)
    if there:
        problems.append(f"There are {there:,} simulated people already, of other rates: `demo remove` first.")
    if problems:
        raise click.ClickException("\n".join(problems))
    traffic = rates.traffic
    click.echo(f"{traffic.persons:,} people come in the {traffic.days} days before {end:%Y-%m-%d %H:%M} UTC.")
    run = Simulation(rates, end, fast)
    run_simulation(engine, run, Progress("people are written"), Progress("rows are rolled up"))
    compared = measure(engine, run)
    for line in table_lines(compared):
        click.echo(line)
    if not plausible(compared):
        click.echo("That is implausibly few: chance alone does it less than once in a thousand worlds.", err=True)
        if check:
            sys.exit(1)


def _until(until: str | None, problems: list[str]) -> datetime:
    """The moment before which it happens; what is wrong with it joins the problems."""
    now = clock.now()
    if until is None:
        return now
    try:
        end = datetime.strptime(until, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        problems.append(f"--until: enter year, month and day, such as {now:%Y-%m-%d}, not {until!r}")
        return now
    if end > now:
        problems.append(f"--until: {until} has not come yet; today is {now:%Y-%m-%d} (UTC)")
    elif end < OLDEST:
        problems.append(f"--until: enter a day from {OLDEST:%Y-%m-%d} on, not {until}")
    return end


# Load and remove

SEED = ROOT / "seed_data"
group = AppGroup("demo", help="The demonstration: personas, and a simulated history.")
group.add_command(simulate_rates)


@group.command("load")
@click.option("--without-history", is_flag=True, help="Only products and personas.")
def load(without_history: bool) -> None:
    """Stock the catalogue, settle the personas, draw the history. What is there already stays as it is."""
    with one_at_a_time(current_engine().database):  # of several that start at once, one loads
        _load(without_history)


def _load(without_history: bool) -> None:
    engine, people = current_engine(), cast.read(SEED / "people.toml")
    with engine.database.unit_of_work():
        products = catalogue.stock(SEED / "products.toml")
        known = personas.subjects(engine, people.personas)
        for persona in people.personas:
            if persona.email:
                personas.ensure_account(engine, persona)
        settled = len(personas.subjects(engine, people.personas)) - len(known)
    click.echo(f"{products} products are in the catalogue.")
    click.echo(f"{settled} personas were settled." if settled else "The personas were settled already.")
    if not without_history:
        _load_history(engine, people.crowd)


@group.command("remove")
def remove_history() -> None:
    """Delete the simulated shoppers and all that hangs on them. Products, personas and real people stay."""
    engine = current_engine()
    with engine.database.unit_of_work():
        count = remove_simulated(engine)
    click.echo(f"{count} simulated shoppers were removed." if count else "There are no simulated shoppers.")


def _load_history(engine: Engine, stock: cast.Stock) -> None:
    there = personas.count_simulated(engine)
    if there:
        click.echo(f"The history is loaded already: {there} simulated shoppers. Nothing was changed.")
        return
    rates = read(SEED / "rates.toml", engine.manifest)
    click.echo(f"Drawing {rates.history.days if rates.history else 0} days of history; this takes some seconds.")
    gc.freeze()  # what was loaded until now stays: to look through it for garbage takes a tenth of all time
    try:
        draw_history(engine, rates, stock, datetime.combine(clock.now().date(), time(), UTC))
        rollup_of(engine).run()
        count_details(engine)
    except BaseException:  # an interrupted history would pass for a whole one
        with engine.database.unit_of_work():
            remove_simulated(engine)
        raise
    finally:
        gc.unfreeze()
    click.echo(f"{personas.count_simulated(engine)} simulated shoppers were drawn. `demo remove` takes them out.")
