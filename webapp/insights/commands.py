"""The `insights` verbs of the command line."""

import click
from flask.cli import AppGroup

from webapp.insights.rollup.rolling import roll_up
from webapp.profiling.engine import current_engine

group = AppGroup("insights", help="What the dashboard counts.")


@group.command("roll-up")
def count() -> None:
    """Count what is due, as the worker does every minute."""
    click.echo(f"{roll_up(current_engine()).run()} rows were counted.")


@group.command("rebuild")
def rebuild() -> None:
    """Throw the totals away and count every row anew. Until it is done, the dashboard counts the rest itself."""
    click.echo(f"{roll_up(current_engine()).rebuild()} rows were counted anew.")
