"""`python -m halftone`: serving, the demo's verbs, and those of the library (`asklater`)."""

import os
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

import click
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo

from asklater import Database, Settings, check_master_keys
from asklater.schema import check_schema
from asklater.start_errors import EXPLAINED, explained
from halftone import create_app
from halftone.schema import HISTORIES, refuse_unreleased, upgrade
from halftone.server import (
    LOOPBACK,
    PROVIDER,
    Address,
    CannotServe,
    claim,
    commands,
    free_port,
    provider_command,
    serve,
)
from halftone.settings import DEMO_PROVIDER, from_environment


def _app() -> Flask:
    """The application of this command, closed when the command ends. Raises ConfigurationError, ManifestError."""
    app = create_app(from_environment())
    database: Database = app.extensions["asklater.database"]
    for close in (database.close, app.extensions["asklater.jobs"].close):
        click.get_current_context().find_root().call_on_close(close)
    refuse_unreleased(database)
    return app


class Commands(FlaskGroup):
    """Flask's commands and ours; the list of them is shown even where the application cannot start."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        try:
            ctx.ensure_object(ScriptInfo).load_app()
        except EXPLAINED as error:
            click.echo(f"{explained(error) or error}\n", err=True)
            return sorted(self.commands)
        return super().list_commands(ctx)


@click.group(cls=Commands, create_app=_app, add_version_option=False)
def cli() -> None:
    """Halftone, the demo of Asklater."""


leaving_schema = click.option(
    "--no-migrate", is_flag=True, help="Leave the schema as it is, and end where it does not fit."
)


@cli.command("serve")
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Where to listen; HOST.")
@click.option("--port", envvar="PORT", default=8000, show_default=True, help="On which port; PORT.")
@click.option("--dev", is_flag=True, help="Reload when the code changes, and open the debugger on errors.")
@leaving_schema
@click.pass_context
def serve_all(ctx: click.Context, host: str, port: int, *, dev: bool, no_migrate: bool) -> None:
    """Start the web server and the worker, with the schema up to date and the demo loaded."""
    _serve(ctx, Address(host, port), ("web server", "worker", PROVIDER), dev=dev, no_migrate=no_migrate)


@cli.command("web")
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Where to listen; HOST.")
@click.option("--port", envvar="PORT", default=8000, show_default=True, help="On which port; PORT.")
@leaving_schema
@click.pass_context
def serve_web(ctx: click.Context, host: str, port: int, *, no_migrate: bool) -> None:
    """Start the web server alone, as serve does: its worker runs somewhere else."""
    _serve(ctx, Address(host, port), ("web server",), no_migrate=no_migrate)


@cli.command("work")
@leaving_schema
@click.pass_context
def serve_worker(ctx: click.Context, *, no_migrate: bool) -> None:
    """Start the worker alone, as serve does: its web server runs somewhere else."""
    _serve(ctx, None, ("worker",), no_migrate=no_migrate)


def _serve(
    ctx: click.Context, address: Address | None, names: Sequence[str], *, dev: bool = False, no_migrate: bool
) -> None:
    """Bring everything up to date, then run these children until a signal asks to stop."""
    if address is not None:
        claim(address)
    app = ctx.ensure_object(ScriptInfo).load_app()
    settings: Settings = app.extensions["asklater.settings"]
    if dev and not settings.demo:
        raise CannotServe("serve --dev opens a console to whoever meets an error: leave it out with MODE=production.")
    _prepare(ctx, app, no_migrate=no_migrate)
    known = commands(address, dev=dev, workers=settings.web_workers, threads=settings.web_threads)
    if address is not None and PROVIDER in names and _can_have_provider(settings, address):
        provider = Address(LOOPBACK, free_port(address.port + 1))
        os.environ[DEMO_PROVIDER] = provider.url  # for the children
        known[PROVIDER] = provider_command(provider.port)
    greeting = _greeting(app, address.url) if address else "\nThe worker runs.\nCtrl-C stops it.\n"
    serve(address, {name: known[name] for name in names if name in known}, greeting, restart=not dev)


def _can_have_provider(settings: Settings, address: Address) -> bool:
    """Whether the demo may run its own identity provider: none is declared, and whoever comes is on this machine."""
    by_name = urlsplit(settings.public_url).hostname
    return settings.demo and settings.providers is None and address.is_loopback and by_name in {"localhost", LOOPBACK}


def _prepare(ctx: click.Context, app: Flask, *, no_migrate: bool) -> None:
    """The newest schema, unless it is to be left as it is, keys that fit what is stored, and the demo."""
    database: Database = app.extensions["asklater.database"]
    if no_migrate:
        check_schema(database, HISTORIES)
    else:
        upgrade(database)
    with app.app_context():
        check_master_keys()
    if app.extensions["asklater.settings"].demo:
        _load_demo(ctx, app)
    database.close()


def _greeting(app: Flask, url: str) -> str:
    """Where the application is; its pages lead on."""
    brand = app.extensions["asklater.settings"].brand
    return f"\n{brand} is open: {url}/\nCtrl-C stops everything.\n"


def _load_demo(ctx: click.Context, app: Flask) -> None:
    """Have the shop load its demo; it knows whether it did so before. Without the shop there is none."""
    demo = app.cli.commands.get("demo")
    load = demo.commands.get("load") if isinstance(demo, click.Group) else None
    if load is not None:
        with app.app_context():
            ctx.invoke(load)


def main() -> None:
    """Run the command line; what keeps it from its work is told in a sentence, without a trace."""
    try:
        cli()
    except CannotServe as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except EXPLAINED as error:
        said = explained(error)
        if said is None:
            raise
        click.echo(said, err=True)
        sys.exit(1)
