"""`webapp privacy replay`: after a backup was restored."""

import sys
from pathlib import Path

import click
from flask import current_app

from webapp.privacy.commands import group
from webapp.privacy.erasing.filing import FILE
from webapp.privacy.erasing.replaying import replay
from webapp.profiling.engine import current_engine


@group.command("replay")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def replay_erasures(file: Path | None) -> None:
    """Repeat the erasures of FILE (erasures.jsonl of INSTANCE by default) after a backup was restored.

    Lines that are no receipts of this application are refused and named, and make the exit status 1.
    """
    path: Path = file or current_app.extensions["settings"].instance / FILE
    try:
        done = replay(current_engine(), path)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error
    click.echo(f"Erased again: {done.again}. Gone already: {done.already}. Receipts put back: {done.restored}.")
    for number, reason in done.refused:
        click.echo(f"Line {number} is refused: {reason}.", err=True)
    if done.refused:
        sys.exit(1)
