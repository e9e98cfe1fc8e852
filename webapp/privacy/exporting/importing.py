"""The verb `webapp privacy import`: an export, read back into an account."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp.accounts.addresses import owner_of
from webapp.db import current_database
from webapp.privacy.exporting.reading_back import NoExport, Outcome, read_back
from webapp.profiling.engine import current_engine


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--email", required=True, help="The proved address of the account that it goes to.")
@with_appcontext
def import_document(file: Path, email: str) -> None:
    """Read what a person gave from an export, FILE, into their account here; what is held there stays."""
    document = _document(file)
    with current_database().unit_of_work():
        number = owner_of(email)
        if number is None:
            raise click.ClickException(f"no account has proved the address {email}: sign up with it first")
        try:
            outcomes = read_back(current_engine(), number, document)
        except NoExport as error:
            raise click.ClickException(str(error)) from error
    for it in outcomes:
        click.echo(f"{it.state}  {it.field}" + (f": {it.reason}" if it.reason else ""))
    taken = sum(it.state == Outcome.TAKEN for it in outcomes)
    click.echo(f"{taken} of {len(outcomes)} fields were taken over.")


def _document(file: Path) -> object:
    try:
        return json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file} is no JSON document in UTF-8") from error
