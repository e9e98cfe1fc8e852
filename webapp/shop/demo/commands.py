"""The `demo` verbs of the command line."""

from datetime import UTC, datetime, time

import click
from flask.cli import AppGroup

from webapp import clock
from webapp.environment import ROOT
from webapp.insights.rollup.rolling import roll_up
from webapp.profiling.engine import Engine, current_engine
from webapp.shop import catalogue
from webapp.shop.demo import cast, personas
from webapp.shop.demo.checking_rates import read
from webapp.shop.demo.removing import remove
from webapp.shop.demo.simulating import simulate
from webapp.shop.demo.simulator.command import simulate as simulate_world

SEED = ROOT / "seed_data"
group = AppGroup("demo", help="The demonstration: personas, and a simulated history.")
group.add_command(simulate_world)


@group.command("load")
@click.option("--without-history", is_flag=True, help="Only products and personas.")
def load(without_history: bool) -> None:
    """Stock the catalogue, settle the personas, draw the history. What is there already stays as it is."""
    engine, people = current_engine(), cast.read(SEED / "people.toml")
    with engine.database.unit_of_work():
        products = catalogue.stock(SEED / "products.toml")
        known = personas.subjects(engine, people.personas)
        for persona in people.personas:
            if persona.email:
                personas.settle(engine, persona)
        settled = len(personas.subjects(engine, people.personas)) - len(known)
    click.echo(f"{products} products are in the catalogue.")
    click.echo(f"{settled} personas were settled." if settled else "The personas were settled already.")
    if not without_history:
        _draw(engine, people.crowd)


@group.command("remove")
def remove_history() -> None:
    """Delete the simulated shoppers and all that hangs on them. Products, personas and real people stay."""
    engine = current_engine()
    with engine.database.unit_of_work():
        count = remove(engine)
    click.echo(f"{count} simulated shoppers were removed." if count else "There are no simulated shoppers.")


def _draw(engine: Engine, stock: cast.Stock) -> None:
    there = personas.simulated(engine)
    if there:
        click.echo(f"The history is loaded already: {there} simulated shoppers. Nothing was changed.")
        return
    rates = read(SEED / "rates.toml", engine.manifest)
    click.echo(f"Drawing {rates.history.days if rates.history else 0} days of history; this takes some seconds.")
    try:
        simulate(engine, rates, stock, datetime.combine(clock.now().date(), time(), UTC))
        roll_up(engine).run()
    except BaseException:  # an interrupted history would pass for a whole one
        with engine.database.unit_of_work():
            remove(engine)
        raise
    click.echo(f"{personas.simulated(engine)} simulated shoppers were drawn. `webapp demo remove` takes them out.")
