"""The `staff` verbs of the command line."""

import click
from flask.cli import AppGroup

from asklater.accounts.roles import ROLES, NoSuchAccount, set_role, staff_members
from asklater.db import current_database

group = AppGroup("staff", help="Who works here.")


@group.command("list")
def list_staff() -> None:
    """Print everybody who has a role."""
    with current_database().unit_of_work():
        for email, role in staff_members():
            click.echo(f"{role}  {email}")


@group.command("give")
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
def give(email: str, role: str) -> None:
    """Give the account that has proved EMAIL a ROLE. It works once its person shows a second factor."""
    _change(email, role, f"{email} has the role {role} now.")


@group.command("take")
@click.argument("email")
def take(email: str) -> None:
    """Take the role from the account that has proved EMAIL; it stops working at once."""
    _change(email, "", f"{email} has no role any more.")


def _change(email: str, role: str, done: str) -> None:
    try:
        with current_database().unit_of_work():
            changed = set_role(email, role)
    except NoSuchAccount as nobody:
        raise click.ClickException(f"no account has proved the address {email}: sign up with it first") from nobody
    click.echo(done if changed else f"Nothing to do: {done}")
