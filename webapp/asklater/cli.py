"""The command line: `flask asklater ...` in an application, and `asklater manifest check FILE` on its own."""

import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import click
from flask import Flask, current_app, has_app_context
from flask.cli import AppGroup, ScriptInfo, with_appcontext
from sqlalchemy.engine import make_url

from asklater import clock
from asklater.checks.manifest import Finding, ManifestError, check, located, read
from asklater.checks.reads import unread
from asklater.database.access import current_database
from asklater.database.migration_rules import broken_rules
from asklater.engine import current_engine
from asklater.extras import MissingPackageError
from asklater.jobs.heartbeats import other_machines
from asklater.jobs.service import current_jobs
from asklater.keys import in_use
from asklater.kinds.base import Kind
from asklater.manifest.diff import compare
from asklater.manifest.drafts.draft import READERS, draft as draft_of
from asklater.manifest.drafts.fields import NotReadable
from asklater.operations.backup import CannotBackUp, back_up, restore
from asklater.records.impact import ImpactQueries, impact_sentences
from asklater.records.people import count_subjects
from asklater.records.reads import load_reads
from asklater.registry import Kinds
from asklater.schema import check_schema, draft, remove_tables, upgrade_all
from asklater.settings import ConfigurationError, Settings
from asklater.start_errors import EXPLAINED, explained
from asklater.subjects.renames import rename_fields

file_argument = click.Path(exists=True, dir_okay=False, path_type=Path)
COMMANDS = "asklater.commands"
UNLIKE_OTHERS = (
    "{machines} uses this database with another SECRET_KEY: people would be signed out from one page to the next. "
    "Give all machines the same SECRET_KEY and MASTER_KEY; of the demo, copy secrets.json of INSTANCE to the others."
)
SEVERAL_LOGS = (
    "{machines} uses this database, too, and the rights that people exercise go into a ledger on each machine. Set "
    "RIGHTS_LEDGER to one file on a volume that all of them have, or keep the file of each."
)


class Told(click.ClickException):
    """Ends a command with status 1 and a message that needs no "Error:" before it."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file, err=True)


class LibraryGroup(AppGroup):
    """The verbs that every application has, and those that the features of this one add.

    What is wrong with settings, manifest or keys is told in sentences, without a trace.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        try:
            added = self._of_application(ctx)
        except EXPLAINED as error:
            click.echo(f"{_sentence(error)}\n", err=True)
            added = {}
        return sorted({*super().list_commands(ctx), *added})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        try:
            return own or self._of_application(ctx).get(cmd_name)
        except EXPLAINED as error:
            raise Told(_sentence(error)) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except EXPLAINED as error:
            raise Told(_sentence(error)) from error

    @staticmethod
    def _of_application(ctx: click.Context) -> dict[str, click.Command]:
        app = current_app if has_app_context() else ctx.ensure_object(ScriptInfo).load_app()
        added: AppGroup | None = app.extensions.get(COMMANDS)
        return dict(added.commands) if added else {}


def _sentence(error: BaseException) -> str:
    """What to say of an error. Raises it again where there is no sentence for it."""
    said = explained(error)
    if said is None:
        raise error
    return said


def register_commands(app: Flask) -> AppGroup:
    """Give `app` the group `asklater`; features add their verbs to what is returned."""
    added = app.extensions[COMMANDS] = AppGroup("asklater")
    app.cli.add_command(library_group)
    return added


def check_master_keys() -> None:
    """Stop before anything is written where a master key is missing; say so where a new one waits, and where this
    machine is not set up as others that use the same database.

    Raises MissingMasterKey, and in the demo ConfigurationError where the SECRET_KEY of another machine is another.
    """
    engine = current_engine()
    notice = in_use.check(engine.database, engine.keyring.service)
    if notice:
        click.echo(notice, err=True)
    settings: Settings = current_app.extensions["asklater.settings"]
    others = other_machines(engine.database, settings.secret_key)
    engine.database.release()
    strange = ", ".join(machine.name for machine in others if not machine.same_secret)
    if strange and settings.demo:
        raise ConfigurationError(UNLIKE_OTHERS.format(machines=strange))
    if strange:
        click.echo(UNLIKE_OTHERS.format(machines=strange), err=True)
    if others and settings.rights_ledger is None:
        click.echo(SEVERAL_LOGS.format(machines=", ".join(sorted({machine.name for machine in others}))), err=True)


manifest_group = AppGroup("manifest", help="The declarations of what is asked.")


@manifest_group.command("check")
@click.option("--reads", type=file_argument, help="What tests saw the actions' code read: engine.reads.save wrote it.")
def check_manifest(reads: Path | None) -> None:
    """Print every finding about the manifest, each with its key. Exits with 1 when there is one."""
    path = current_app.extensions["asklater.settings"].manifest
    declared = read(path)
    try:
        seen = load_reads(reads) if reads else {}
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--reads") from error
    found = sorted([*current_engine().findings(declared), *unread(declared, seen)])
    _print_findings(path.name, located(found, path.read_text("utf-8")))


@manifest_group.command("compare")
@click.argument("old", type=file_argument)
@click.argument("new", type=file_argument)
def compare_manifests(old: Path, new: Path) -> None:
    """Tell how many accounts each action would newly stop when NEW takes the place of OLD, and what is unneeded."""
    try:
        difference = compare(read(old), read(new))
    except ManifestError as error:
        raise Told(str(error)) from error
    impact = ImpactQueries(current_database(), current_engine().registry.uncounted).impact(difference)
    for line in impact_sentences(difference, impact):
        click.echo(line)


@click.command("draft")
@click.argument("system", type=click.Choice(list(READERS)))
@click.argument("file", type=file_argument)
def draft_manifest(system: str, file: Path) -> None:
    """Print a manifest to edit, made of what FILE of another SYSTEM declares; what it could not tell is a to-do."""
    try:
        click.echo(draft_of(system, file))
    except NotReadable as wrong:
        raise Told(f"{file.name} cannot be read: {wrong}") from wrong


manifest_group.add_command(draft_manifest)
database_group = AppGroup("database", help="The database's schema.")


@database_group.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to the newest schema: the library's tables, then those of the application. What is
    held of fields that have another key goes on under it."""
    upgrade_all(current_database(), current_engine().registry.histories)
    rename_fields(current_engine())
    click.echo("The database is up to date.")


@database_group.command("draft")
@click.argument("message")
@click.option("--library", is_flag=True, help="One of the library's tables, instead of the application's own.")
def draft_migration(message: str, *, library: bool) -> None:
    """Write a migration from what the tables of the code and of the database differ in."""
    history = current_engine().registry.histories[0 if library else -1]
    draft(current_database(), message, history)
    for said in broken_rules(history.versions):
        click.echo(said, err=True)


@click.command("work")
@click.option("--reload", is_flag=True, help="Start anew when the code changes.")
@with_appcontext
def run_worker(*, reload: bool) -> None:
    """Run background jobs until stopped."""
    check_schema(current_database(), current_engine().registry.histories)
    check_master_keys()
    jobs = current_jobs()
    told = f"Background jobs run until Ctrl-C: {len(jobs.runs)} of them, {jobs.lanes.threads} at once at most."
    click.echo(told, err=True)  # where the log goes
    (_worker().work_reloading if reload else _worker().work)(jobs)


@click.command("job")
@click.argument("name")
@with_appcontext
def run_job(name: str) -> None:
    """Run one background job now, such as deliver_mail."""
    jobs = current_jobs()
    if name not in jobs.runs:
        raise click.BadParameter(f"there are {', '.join(sorted(jobs.runs))}", param_hint="NAME")
    with _worker().keeping_claims(jobs), jobs.lanes.running_here(name):
        if not jobs.run_alone(name):
            click.echo(f"{name} runs already, in a worker. It will run once more when that has ended.", err=True)
    jobs.work_off()  # somebody may have asked for it meanwhile


@click.command("run-jobs")
@with_appcontext
def run_due_jobs() -> None:
    """Run every background job that is due, and end: for cron, once a minute, in the place of a worker."""
    check_schema(current_database(), current_engine().registry.histories)
    check_master_keys()
    _worker().run_due(current_jobs())


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def make_backup(file: Path) -> None:
    """Write the database and the ledger of rights into FILE while the application runs. Master keys are not in it."""
    engine = current_engine()
    try:
        said = back_up(engine, file)
    except CannotBackUp as error:
        raise Told(str(error)) from error
    click.echo(f"{file} holds the database. To be read it needs master key {', '.join(said.master_keys)}.")


@click.command("restore")
@click.argument("file", type=file_argument)
@click.option("--replace", is_flag=True, help="Overwrite a database in which there is something.")
@with_appcontext
def restore_backup(file: Path, *, replace: bool) -> None:
    """Put the backup FILE in the place of the database, then what rights were exercised since in force again. Stop web
    and worker before."""
    try:
        for sentence in restore(current_engine(), file, replace=replace):
            click.echo(sentence)
    except CannotBackUp as error:
        raise Told(str(error)) from error


REMOVE = "remove"
"""What is typed to confirm."""


@click.command("remove")
@click.option("--yes", is_flag=True, help="Do not ask before.")
@with_appcontext
def remove_library(*, yes: bool) -> None:
    """Drop the library's tables, with everything that people gave. Stop web and worker before, and make a backup."""
    database, settings = current_database(), current_app.extensions["asklater.settings"]
    where = make_url(database.url).render_as_string()
    people = count_subjects(database)
    click.echo(f"This deletes all that the library holds of {people} people and visitors in {where}, for good.")
    if not yes and click.prompt(f'Type "{REMOVE}" to go on') != REMOVE:
        raise Told("Nothing was removed.")
    click.echo(f"{remove_tables(database)} tables are gone. The application's own are as they were.")
    click.echo(f"Files are left in {settings.instance}: delete that folder where nothing else is in it.")


library_group = LibraryGroup("asklater", help="Progressive profiling: the manifest, the database, background work.")
for verb in (
    manifest_group,
    database_group,
    run_worker,
    run_job,
    run_due_jobs,
    make_backup,
    restore_backup,
    remove_library,
):
    library_group.add_command(verb)


@click.group()
def main() -> None:
    """Asklater: ask for each thing at the moment that it is needed. In an application: `flask asklater`."""


@main.group("manifest")
def standalone_manifest() -> None:
    """The declarations of what is asked."""


@standalone_manifest.command("check")
@click.argument("file", type=file_argument)
def check_file(file: Path) -> None:
    """Print every finding about FILE, without the application that it belongs to.

    Kinds, conditions and effects that only an application knows are told as warnings, which are no failure here.
    """
    try:
        declared = read(file)
    except ManifestError as error:
        _print_findings(file.name, list(error.findings))
        return
    found = check(declared, _installed_kinds(), (), clock.now().date(), declared.purposes)
    findings = [_leniently(finding) for finding in located(found, file.read_text("utf-8"))]
    _print_findings(file.name, findings, failed=not all(finding.warning for finding in findings))


standalone_manifest.add_command(draft_manifest)


def _installed_kinds() -> dict[str, Kind]:
    known, found = Kinds(), {}
    for name in known:
        with suppress(MissingPackageError):
            found[name] = known[name]
    return found


def _leniently(finding: Finding) -> Finding:
    if finding.key.endswith((".kind", ".when", ".changes")):
        return replace(finding, message=f"{finding.message} (the application may)", warning=True)
    return finding


def _print_findings(name: str, findings: list[Finding], *, failed: bool | None = None) -> None:
    """Print them, one a line, and exit: with 1 when there is any, or as `failed` says."""
    for finding in findings:
        click.echo(f"{'warning: ' if finding.warning else ''}{finding}")
    if not findings:
        click.echo(f"{name}: no findings")
    sys.exit(int(bool(findings) if failed is None else failed))


def _worker() -> Any:
    from asklater.jobs import worker  # noqa: PLC0415 - it is slow to load, and only these commands need it

    return worker
