"""`flask asklater webhooks`: endpoints declared, shown and removed by whoever has a shell."""

import click
from flask import current_app
from flask.cli import AppGroup

from asklater.api.webhooks import endpoints
from asklater.api.webhooks.presenters import state_of
from asklater.database.access import current_database
from asklater.engine import current_engine
from asklater.events import SIGNALS

group = AppGroup("webhooks", help="Where other systems are told of events.")


@group.command("add")
@click.argument("url")
@click.option("--event", "events", multiple=True, required=True, type=click.Choice(list(SIGNALS)))
@click.option("--values", is_flag=True, help="Send what people answered, too.")
def add(url: str, events: tuple[str, ...], values: bool) -> None:
    """Tell URL of these events, and print the id and the secret. Nobody can be shown the secret again."""
    local = current_app.extensions["asklater.settings"].demo
    try:
        with current_database().unit_of_work():
            made = endpoints.declare_endpoint(current_engine(), url, events, with_values=values, local=local)
    except endpoints.WrongEndpoint as wrong:
        raise click.ClickException(str(wrong)) from wrong
    click.echo("  ".join(made))


@group.command("list")
def list_all() -> None:
    """Print every endpoint without its secret: id, state, values or keys, events and address."""
    for one in endpoints.all_endpoints(current_database()):
        events = ",".join(name for name in SIGNALS if name in one.events)
        click.echo(f"{one.public_id}  {state_of(one)}  {'values' if one.with_values else 'keys'}  {events}  {one.url}")


@group.command("rotate")
@click.argument("webhook")
def rotate(webhook: str) -> None:
    """Give the endpoint with this id another secret, and print it. For a day messages are signed by both."""
    with current_database().unit_of_work():
        secret = endpoints.rotate_secret(current_engine(), webhook)
    click.echo(_found(secret, webhook))


@group.command("enable")
@click.argument("webhook")
def enable(webhook: str) -> None:
    """Send to a disabled endpoint again what happens from now on."""
    with current_database().unit_of_work():
        enabled = endpoints.enable_endpoint(current_database(), webhook)
    click.echo(_found(f"The webhook {webhook} is enabled." if enabled else None, f"{webhook} that is disabled"))


@group.command("remove")
@click.argument("webhook")
def remove(webhook: str) -> None:
    """Send nothing to the endpoint with this id any more."""
    with current_database().unit_of_work():
        removed = endpoints.remove_endpoint(current_database(), webhook)
    click.echo(_found(f"The webhook {webhook} is removed." if removed else None, webhook))


def _found(text: str | None, webhook: str) -> str:
    """The text. Raises ClickException where there was no such webhook."""
    if text is None:
        raise click.ClickException(f"there is no webhook {webhook}")
    return text
