"""The `webapp` command. Rooms add their own verbs when they join."""

import sys

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup, with_appcontext

from webapp import create_app
from webapp.config import ConfigurationError, from_environment
from webapp.db import current_database
from webapp.profiling.checking import ManifestError, read
from webapp.profiling.engine import current_engine
from webapp.upgrading import draft, upgrade


def _app() -> Flask:
    return create_app(from_environment())


@click.group(cls=FlaskGroup, create_app=_app, add_version_option=False)
def cli() -> None:
    """Asklater: ask for each thing at the moment that it is needed."""


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


@cli.group()
def database() -> None:
    """The database's schema."""


@database.command("upgrade")
@with_appcontext
def upgrade_database() -> None:
    """Bring the database to the newest schema."""
    upgrade(current_database())
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
    except (ConfigurationError, ManifestError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
