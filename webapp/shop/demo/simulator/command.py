"""`webapp demo simulate`: the verb of the command line."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp import clock
from webapp.environment import ROOT
from webapp.profiling.engine import current_engine
from webapp.shop.demo import personas
from webapp.shop.demo.checking_rates import RatesError, read
from webapp.shop.demo.simulator.measuring import plausible
from webapp.shop.demo.simulator.progress import Progress
from webapp.shop.demo.simulator.running import Run, let_happen, measure
from webapp.shop.demo.simulator.telling import told

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
def simulate(
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

    They are asked and counted like everybody; they hold no answers, accounts or orders. `webapp demo remove` takes
    them out.
    """
    engine = current_engine()
    given = {"persons": persons, "days": days, "seed": seed}
    problems: list[str] = []
    end = _end(until, problems)
    try:
        rates = read(path, engine.manifest, {name: value for name, value in given.items() if value is not None})
    except RatesError as error:
        problems.append(str(error))
    there = personas.simulated(engine)
    if there:
        problems.append(f"There are {there:,} simulated people already, of other rates: `webapp demo remove` first.")
    if problems:
        raise click.ClickException("\n".join(problems))
    traffic = rates.traffic
    click.echo(f"{traffic.persons:,} people come in the {traffic.days} days before {end:%Y-%m-%d %H:%M} UTC.")
    run = Run(rates, end, fast)
    let_happen(engine, run, Progress("people are written"), Progress("rows are rolled up"))
    compared = measure(engine, run)
    for line in told(compared):
        click.echo(line)
    if not plausible(compared):
        click.echo("That is implausibly few: chance alone does it less than once in a thousand worlds.", err=True)
        if check:
            sys.exit(1)


def _end(until: str | None, problems: list[str]) -> datetime:
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
