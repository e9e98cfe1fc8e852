"""Key rotation as an administrator sees it: ids, counts and moments, never a key; another signing key by a press or a
command; and the job that carries begun rotations on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import click
from flask import Blueprint, Flask, Response, flash, make_response, render_template
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.endpoints import register_blueprint, url_for
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.identity import current_identity, reauthenticated
from asklater.jobs.service import Jobs
from asklater.layout import Link, add_links
from asklater.privacy import cli, signing_keys
from asklater.privacy.kept_counts import KeptCount
from asklater.privacy.ledger.replay import ledger_of
from asklater.privacy.record_of_processing.measures import add_measure
from asklater.privacy.signing_keys import SigningKey
from asklater.rotation import carry_on_a_while
from asklater.rotation.counts import KeyCounts, MasterLine, count_keys
from asklater.rotation.records import MASTER, SETTLING, Rotation, by_master
from asklater.services import Services

blueprint = Blueprint("keys", __name__, url_prefix="/staff/keys")
ADMIN_ROLE = "admin"
ROTATION_JOB = "rotate_keys"


@dataclass(frozen=True)
class KeyLine:
    """One master key: its short id, how many accounts' keys it wraps, and in words what it is there for."""

    name: str
    keys: int
    what: str


@dataclass(frozen=True)
class RotationLine:
    """One rotation: what it does, how far it is (a whole percentage), and in words what becomes of it."""

    what: str
    began_at: datetime
    percent: int
    changed: int
    state: str


@dataclass(frozen=True)
class KeysPage:
    """The master keys, the last rotations, the keys that sign, and what to do, "" when there is nothing.

    `counted_at` is when the keys were counted, None for now.
    """

    keys: tuple[KeyLine, ...]
    rotations: tuple[RotationLine, ...]
    signing: tuple[SigningKey, ...]
    advice: str
    counted_at: datetime | None


KEY_COUNTS = KeptCount("account_keys", lambda engine: by_master(engine.database.reading()))


def keys_page(counts: KeyCounts, signing: Sequence[SigningKey], counted_at: datetime | None) -> KeysPage:
    """Returns the page of the keys and rotations that there are."""
    return KeysPage(
        tuple(KeyLine(line.master, line.keys, _master_state(line)) for line in counts.masters),
        tuple(_rotation(rotation) for rotation in counts.rotations),
        tuple(signing),
        _advice(counts),
        counted_at,
    )


def _master_state(line: MasterLine) -> str:
    if not line.here:
        return gettext("Missing: what it wraps cannot be opened")
    if line.in_use:
        return gettext("In use: new keys are wrapped by it")
    return gettext("Opens what is not rotated yet") if line.keys else gettext("Here, and wraps nothing")


def _rotation(rotation: Rotation) -> RotationLine:
    label = gettext("Another master key, %(name)s", name=rotation.master)
    if rotation.sort != MASTER:
        label = gettext("Fresh keys for the accounts")
    done = min(99, 100 * rotation.changed // max(1, rotation.total))
    return RotationLine(
        label,
        rotation.began_at,
        100 if rotation.is_waiting else done,
        rotation.total if rotation.is_waiting and not rotation.finished_at else rotation.changed,
        _state(rotation),
    )


def _state(rotation: Rotation) -> str:
    if rotation.finished_at:
        text = gettext("Done")
    elif rotation.is_waiting and rotation.resumes_at:
        text = gettext("All are renewed; the old keys stay for an hour, for what was under way")
    elif rotation.phase == SETTLING:
        text = gettext("The old keys are being removed")
    else:
        text = gettext("Going on")
    if rotation.failed:
        text += gettext("; %(count)s keys do not open, and were left as they are", count=rotation.failed)
    return text


def _advice(counts: KeyCounts) -> str:
    if counts.missing:
        names = ", ".join(counts.missing)
        return gettext(
            "Give back the master key that is missing (%(names)s). Nothing is lost until then.", names=names
        )
    waiting = [line for line in counts.masters if line.here and not line.in_use]
    if waiting and any(line.keys for line in waiting):
        return gettext("Not all keys are under the one in use: “flask asklater keys rotate” brings them there.")
    if waiting:
        names = ", ".join(line.master for line in waiting)
        return gettext(
            "%(names)s wraps nothing. A new one is put in use by “flask asklater keys rotate”; "
            "an old one can be taken out of the settings.",
            names=names,
        )
    return ""


@blueprint.before_request
def only_administrators() -> Response | None:
    text = gettext("The keys are for administrators.")
    return current_identity().require_role(
        (ADMIN_ROLE,), text, gettext("In the demo, look around as the administrator.")
    )


@blueprint.get("", strict_slashes=False)
def overview() -> ResponseReturnValue:
    kept, counted_at = KEY_COUNTS.read(current_engine())
    page = keys_page(count_keys(current_engine(), kept), signing_keys.signing_keys(current_engine()), counted_at)
    return http.personal(make_response(render_template("asklater/privacy/key_rotation/page.html", page=page)))


@blueprint.post("/signing")
@reauthenticated
def rotate_signing() -> ResponseReturnValue:
    signing_keys.rotate(current_engine())
    flash(gettext("Receipts are signed with a new key from now on. What earlier ones signed stays valid."), "success")
    return http.go_to(url_for("keys.overview"))


@cli.keys_group.command("rotate-signing")
def rotate_signing_key() -> None:
    """Sign receipts with a new key from now on. The public halves of earlier ones stay published."""
    engine = current_engine()
    with engine.database.unit_of_work():
        kid = signing_keys.rotate(engine)
    click.echo(f"Receipts are signed with key {kid} from now on.")


def key_links() -> list[Link]:
    """Returns the link to the page, for administrators alone."""
    return [Link(gettext("Keys"), url_for("keys.overview"))] if current_identity().acts_as(ADMIN_ROLE) else []


def init_app(app: Flask, services: Services) -> None:
    register_blueprint(app, blueprint)
    services.commands.add_command(cli.keys_group)
    signing_keys.register(ledger_of(app))
    services.jobs.register("make_signing_key", lambda: signing_keys.signing_keys(services.engine), at_start=True)
    add_links(app, 88, key_links)
    add_measure(app, 20, _measure)
    KEY_COUNTS.register(services)
    services.jobs.register(
        ROTATION_JOB, lambda: _carry_on(services.engine, services.jobs), every_minutes=1, one_unit=False
    )


def _measure() -> str:
    return gettext(
        "The master key is replaced and the accounts' keys are renewed while the application runs; what was sealed "
        "under an earlier key is sealed anew before that key goes."
    )


def _carry_on(engine: Engine, jobs: Jobs) -> None:
    """Carry rotations on for a while, then queue the rest behind the jobs that wait."""
    if carry_on_a_while(engine):
        jobs.enqueue(ROTATION_JOB)
