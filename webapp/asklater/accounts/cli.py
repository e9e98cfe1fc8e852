"""The `staff` and `accounts` verbs of the command line."""

import sys

import click
from flask.cli import AppGroup

from asklater.accounts.address_marks import renew_marks
from asklater.accounts.roles import ROLES, NoSuchAccount, set_role, staff_members
from asklater.database.access import current_database
from asklater.engine import current_engine

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


accounts_group = AppGroup("accounts", help="What accounts are found by.")


@accounts_group.command("addresses")
@click.option("--check", is_flag=True, help="Tell what would be done, and do nothing.")
def check_addresses(*, check: bool) -> None:
    """Give each account the mark of its address, where that mark is none's yet; tell which accounts collide.

    Accounts are told by number, no address is printed. Exits with 1 where somebody has to look at some of them.
    """
    report = renew_marks(current_engine(), only_check=check)
    verb = "would get" if check else "got"
    click.echo(f"{report.checked} accounts checked; {len(report.renewed)} {verb} a new mark.")
    for numbers in report.colliding:
        click.echo(f"accounts {', '.join(map(str, numbers))}: the same address by now; none of them was changed")
    for number in report.differing:
        click.echo(f"account {number}: holds another address than the one that it is found by; it was not changed")
    for number in report.unreadable:
        click.echo(f"account {number}: its address does not open; it was not changed")
    if report.colliding or report.differing or report.unreadable:
        sys.exit(1)
