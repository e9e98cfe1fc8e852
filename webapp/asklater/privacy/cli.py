"""The command groups: `privacy`, which the parts add their verbs to, and `keys`, which shows, rotates and renews
keys and never prints one.
"""

from collections.abc import Callable

import click
from flask.cli import AppGroup

from asklater.engine import current_engine
from asklater.rotation import account_keys, carry_on, master_key
from asklater.rotation.counts import MasterLine, count_keys
from asklater.rotation.records import ACCOUNT, MASTER, Rotation

privacy_group = AppGroup("privacy", help="Erasures, keys and records.")


keys_group = AppGroup("keys", help="The keys that everything sealed is under.")


@keys_group.command("show")
def show_keys() -> None:
    """List the master keys, how many accounts' keys each wraps, and rotations that are under way."""
    counts = count_keys(current_engine())
    for line in counts.masters:
        click.echo(f"{line.master:12}  {line.keys:>9,}  {_state_of(line)}")
    for rotation in counts.rotations:
        if rotation.finished_at is None:
            click.echo(f"{rotation.sort} keys, {rotation.phase}: {rotation.changed:,} of {rotation.total:,}")


@keys_group.command("rotate")
def rotate_keys() -> None:
    """Go over to the first master key of the settings. Stopped anywhere, the next call or the worker goes on."""
    engine = current_engine()
    if master_key.begin(engine) is None:
        click.echo(f"All keys are under master key {engine.keyring.service.ids[0]} already.")
        return
    carry_on(engine, MASTER, _progress("wrapped anew"))
    click.echo(f"All keys are under master key {engine.keyring.service.ids[0]}. Earlier ones can be taken out now.")


@keys_group.command("renew")
@click.option("--older-than", default="", metavar="SPAN", help="Only keys that are older, such as P12M (ISO 8601).")
def renew_keys(older_than: str) -> None:
    """Give the accounts fresh keys. The worker lets the old keys go an hour later."""
    engine = current_engine()
    try:
        begun = account_keys.begin(engine, older_than)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--older-than") from error
    click.echo(f"{begun.total - begun.changed:,} keys are to be renewed.")
    carry_on(engine, ACCOUNT, _progress("renewed"))
    click.echo("The old keys go in an hour, once nothing that has read them can be under way.")


def _progress(done: str) -> Callable[[Rotation], None]:
    """Prints a line each time that a further twentieth is done."""
    shown = [-1]

    def show(rotation: Rotation) -> None:
        if rotation.is_waiting and not rotation.finished_at:
            return  # the next phase, of which nothing is done yet
        twentieth = 20 * rotation.changed // max(1, rotation.total)
        if twentieth != shown[0]:
            shown[0] = twentieth
            click.echo(f"{rotation.changed:,} of {rotation.total:,} {done}")

    return show


def _state_of(line: MasterLine) -> str:
    if not line.here:
        return "MISSING: what it wraps cannot be opened"
    return "in use" if line.in_use else "here"
