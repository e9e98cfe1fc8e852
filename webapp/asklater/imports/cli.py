"""The commands `import` and `readiness`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import with_appcontext

from asklater.checks.manifest import UndeclaredError
from asklater.engine import Engine, current_engine
from asklater.imports.formats import FORMATS
from asklater.imports.readiness import ACTION_COLUMNS, readiness, sentences
from asklater.imports.runs import ImportRun, Options, PastRun, RunsElsewhere, Told, past_runs
from asklater.imports.source import UnreadableFile
from asklater.imports.tally import Tally
from asklater.web.csv_files import csv_text

NO_SECRETS = (
    "Passwords, passkeys and second factors are not taken along: people prove their address by a code, once, and "
    "choose anew here."
)
WITHOUT_PROOF = (
    "{count} of them have no proved address in the file. What it says of them is only suggested, for 30 days, to "
    "whoever proves the address here."
)


def _named(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = [entry.partition("=") for entry in given]
    if not all(name and sign and target for name, sign, target in pairs):
        raise click.BadParameter("write ATTRIBUTE=FIELD, or ATTRIBUTE=FIELD.PART")
    return {name: target for name, _sign, target in pairs}


@click.command("import")
@click.argument("system", type=click.Choice(list(FORMATS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "applies", is_flag=True, help="Bring them. Without it, nothing of anybody is written.")
@click.option(
    "--map", "named", multiple=True, callback=_named, help="ATTRIBUTE=FIELD, where they are called otherwise."
)
@click.option("--keep", multiple=True, help="A field to bring although no action needs it.")
@click.option("--user-id", default="id", help="The attribute by which an application with its own users knows them.")
@click.option("--origin", default="", help="Who people are told that it comes from.")
@with_appcontext
def import_people(
    system: str, file: Path, *, applies: bool, named: dict[str, str], keep: tuple[str, ...], user_id: str, origin: str
) -> None:
    """Bring people from an export FILE of another SYSTEM: first a dry run, then with --apply.

    Whoever is here already keeps what they hold. A second run of a file goes on where the first one stopped.
    """
    engine = current_engine()
    try:
        run = ImportRun(engine, FORMATS[system], file, Options(named, keep, user_id, origin), Told(_fault, _progress))
        tally = run.apply() if applies else run.dry()
    except UnreadableFile as wrong:
        raise click.ClickException(f"{file.name} cannot be read: {wrong}") from wrong
    except UndeclaredError as wrong:
        raise click.UsageError(str(wrong)) from wrong
    except RunsElsewhere as wrong:
        raise click.ClickException(
            "This file is being imported by another process. Nothing was done twice."
        ) from wrong
    if run.resumed_at:
        click.echo(f"An earlier run had done {run.resumed_at} rows of this file.")
    for line in _told(tally, applied=applies):
        click.echo(line)
    for line in sentences(readiness(engine, tally)):
        click.echo(line)
    click.echo(NO_SECRETS)
    if not applies:
        click.echo("Nothing of anybody was written. Run it again with --apply to bring them.")


def _fault(row: int, reason: str) -> None:
    click.echo(f"row {row}: {reason}")


def _progress(rows: int, share: float) -> None:
    click.echo(f"{rows:,} rows, {share:.0%} of the file", err=True)


def _told(tally: Tally, *, applied: bool) -> Iterator[str]:
    """What became of the rows."""
    verb = "came" if applied else "would come"
    yield f"{tally.rows} rows: {tally.new} people {verb}, {tally.known} are here already, {tally.faulty} are faulty."
    yield from (f"{count} stay away: {reason}." for reason, count in sorted(tally.left_out.items()))
    if tally.unproved:
        yield WITHOUT_PROOF.format(count=tally.unproved)
    for title, counts in (
        ("answers", tally.answers),
        ("suggestions", tally.suggestions),
        ("held here already, and kept as they are", tally.held),
        ("refused by their kind", tally.refused),
    ):
        told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if count)
        if told:
            yield f"{title}: {told}"
    if tally.with_secrets:
        yield f"{tally.with_secrets} records hold secrets, which were not read."


@click.command("readiness")
@click.argument("number", type=int, required=False)
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text")
@with_appcontext
def print_readiness(number: int | None, form: str) -> None:
    """Print the report of a dry run or an import, by default of the latest: what would stop how many of the people."""
    run = run_of(current_engine(), number)
    if run is None:
        click.echo("There is no such run of an import.", err=True)
        sys.exit(1)
    report = readiness(current_engine(), run.tally)
    if form == "json":
        click.echo(json.dumps(report.as_json(), indent=2))
    elif form == "csv":
        click.echo(csv_text(ACTION_COLUMNS, report.action_rows()), nl=False)
    else:
        click.echo("\n".join(sentences(report)))


def run_of(engine: Engine, number: int | None) -> PastRun | None:
    """The run of this number among the latest ones; by default the latest of all."""
    found = past_runs(engine.database)
    return next((run for run in found if number in {None, run.id}), None)
