"""`webapp privacy record`: the record of processing on paper, or for a program."""

import json

import click
from flask import current_app
from flask.cli import with_appcontext

from webapp.privacy.commands import group
from webapp.privacy.record_of_processing.live import live_record
from webapp.privacy.record_of_processing.record import document
from webapp.privacy.record_of_processing.sheet import as_csv
from webapp.profiling.engine import current_engine


@group.command("record")
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@with_appcontext
def print_record(form: str) -> None:
    """Print the record of processing (GDPR Art. 30), made from the live declarations and settings."""
    record = live_record(current_app, current_engine())
    text = as_csv(record) if form == "csv" else json.dumps(document(record), ensure_ascii=False, indent=2)
    click.echo(text.rstrip("\n"))
