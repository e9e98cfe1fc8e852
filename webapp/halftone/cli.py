"""The `halftone` command. Features add their own verbs when they join."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup, ScriptInfo, with_appcontext
from sqlalchemy.exc import OperationalError

from asklater.checks.manifest import ManifestError, read
from asklater.db import Database, current_database
from asklater.engine import Engine, current_engine
from asklater.jobs import current_jobs
from asklater.keys import in_use
from asklater.keys.service import KeyService, MissingMasterKey
from asklater.manifest.diff import compare
from asklater.records.impact import ImpactQueries, told
from asklater.schema import draft, upgrade
from asklater.settings import ConfigurationError
from asklater.worker import work, work_reloading
from halftone import create_app
from halftone.server import Address, CannotServe, claim, commands, serve
from halftone.settings import from_environment

PLACES = {
    "Look around as somebody": "/demo/",
    "Mails that were sent": "/mailbox/",
    "The dashboard, as the PM": "/insights",
}


def _app() -> Flask:
    """The application of this command, closed when the command ends."""
    app = create_app(from_environment())
    database: Database = app.extensions["database"]
    for close in (database.close, app.extensions["jobs"].close):
        click.get_current_context().find_root().call_on_close(close)
    return app


class Commands(FlaskGroup):
    """Flask's commands and ours; the list of them is shown even where the application cannot start."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        try:
            ctx.ensure_object(ScriptInfo).load_app()
        except (ConfigurationError, ManifestError) as error:
            click.echo(f"{error}\n", err=True)
            return sorted(self.commands)
        return super().list_commands(ctx)


@click.group(cls=Commands, create_app=_app, add_version_option=False)
def cli() -> None:
    """Asklater: ask for each thing at the moment that it is needed."""


@cli.command("serve")
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Where to listen; HOST.")
@click.option("--port", envvar="PORT", default=8000, show_default=True, help="On which port; PORT.")
@click.option("--dev", is_flag=True, help="Reload when the code changes, and open the debugger on errors.")
@click.pass_context
def serve_all(ctx: click.Context, host: str, port: int, *, dev: bool) -> None:
    """Start the web server and the worker, with the schema up to date and the demo loaded."""
    address = Address(host, port)
    claim(address)
    app = ctx.ensure_object(ScriptInfo).load_app()
    database: Database = app.extensions["database"]
    upgrade(database, _keys(app))
    _check_master_keys(app.extensions["profiling"])
    if app.extensions["settings"].demo:
        _load_demo(ctx, app)
    database.close()
    serve(address, commands(address, dev=dev), _greeting(app, address.url))


def _keys(app: Flask) -> KeyService:
    engine: Engine = app.extensions["profiling"]
    return engine.keyring.service


def _check_master_keys(engine: Engine) -> None:
    """Stop before anything is written where one is missing; say so where a new one waits."""
    said = in_use.check(engine.database, engine.keyring.service)
    if said:
        click.echo(said, err=True)


def _greeting(app: Flask, url: str) -> str:
    """Where the application is, and the places in it that are worth a look."""
    there = app.url_map.bind("localhost")
    places = {label: path for label, path in PLACES.items() if there.test(path)}
    lines = [f"  {label + ':':<27}{url}{path}" for label, path in places.items()]
    title = f"{app.extensions['settings'].brand} is open"
    return "\n".join(["", f"{title + ':':<29}{url}/", *lines, "Ctrl-C stops everything.", ""])


def _load_demo(ctx: click.Context, app: Flask) -> None:
    """Have the shop load its demo; it knows whether it did so before. Without the shop there is none."""
    demo = app.cli.commands.get("demo")
    load = demo.commands.get("load") if isinstance(demo, click.Group) else None
    if load is not None:
        with app.app_context():
            ctx.invoke(load)


@cli.command("work")
@click.option("--reload", is_flag=True, help="Start anew when the code changes.")
@with_appcontext
def run_worker(*, reload: bool) -> None:
    """Run background jobs until stopped."""
    _check_master_keys(current_engine())
    (work_reloading if reload else work)(current_jobs())


@cli.group()
def manifest() -> None:
    """The declarations of what is asked."""


@manifest.command("check")
def check_manifest() -> None:
    """Print every finding about the manifest, each with its key. Exits with 1 when there is one."""
    settings = from_environment()
    try:
        app = create_app(settings)
        with app.app_context():
            findings = current_engine().findings(read(settings.manifest))
    except ManifestError as error:
        findings = list(error.findings)
    for finding in findings:
        click.echo(f"{'warning: ' if finding.warning else ''}{finding}")
    if findings:
        sys.exit(1)
    click.echo(f"{settings.manifest.name}: no findings")


@manifest.command("compare")
@click.argument("old", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def compare_manifests(old: Path, new: Path) -> None:
    """Tell how many accounts each action would newly stop when NEW takes the place of OLD, and what is unneeded."""
    try:
        comparison = compare(read(old), read(new))
    except ManifestError as error:
        raise click.ClickException(str(error)) from error
    stopping = ImpactQueries(current_database(), current_engine().registry.uncounted)
    for line in told(comparison, stopping.impact(comparison)):
        click.echo(line)


@cli.group()
def database() -> None:
    """The database's schema."""


@database.command("upgrade")
@with_appcontext
def upgrade_database() -> None:
    """Bring the database to the newest schema."""
    upgrade(current_database(), _keys(current_app))
    click.echo("The database is up to date.")


@database.command("draft")
@click.argument("message")
@with_appcontext
def draft_migration(message: str) -> None:
    """Write a migration from what the tables of the code and of the database differ in."""
    draft(current_database(), message)


@cli.command("job")
@click.argument("name")
@with_appcontext
def run_job(name: str) -> None:
    """Run one background job now, such as deliver_mail."""
    jobs = current_app.extensions["jobs"].runs
    if name not in jobs:
        raise click.BadParameter(f"there are {', '.join(sorted(jobs))}", param_hint="NAME")
    jobs[name]()


def main() -> None:
    """Run the command line; settings and manifest that are wrong are told without a trace."""
    try:
        cli()
    except (ConfigurationError, ManifestError, CannotServe, MissingMasterKey) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except OperationalError as error:
        click.echo(f"The database of DATABASE_URL does not answer: {error.orig}", err=True)
        sys.exit(1)
