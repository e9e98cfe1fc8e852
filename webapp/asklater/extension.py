"""`Profiling`: what an application creates to have the library, with its background jobs."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakSet

from flask import Flask, Response, current_app, has_app_context, request
from werkzeug.exceptions import HTTPException

from asklater import endpoints, errors, health, http, layout, logs, observation, rate_limits, translations
from asklater.asking import routes, stale_forms, unproved_forms
from asklater.checks.manifest import named
from asklater.cli import register_commands
from asklater.database import application_session
from asklater.database.access import PORTION, Database, current_database
from asklater.engine import Engine, current_engine
from asklater.flask_proxies import unproxied
from asklater.identity import answer_reauthentication
from asklater.jobs.claims import JobClaims
from asklater.jobs.heartbeats import WORKER, Heartbeat
from asklater.jobs.service import Jobs
from asklater.keys.service import service_of
from asklater.kinds.base import ReauthenticationRequired
from asklater.manifest.declarations import Manifest
from asklater.networks import behind_proxies
from asklater.operations import watchers
from asklater.records import retention
from asklater.records.consents import END_EVERY_MINUTES, END_PORTION
from asklater.records.sources import Read, Sources, Write
from asklater.schema import upgrade_all
from asklater.segments import APPLICATION
from asklater.services import Services
from asklater.settings import ConfigurationError, Settings, from_config
from asklater.start_checks import check_at_first_request
from asklater.subjects import renames, users, visits
from asklater.subjects.dormancy import VISITORS_AT_ONCE, forget_visitors
from asklater.subjects.profiles import Profile
from asklater.subjects.record_expiry import expire_records
from asklater.subjects.rights import end_outdated_consents, forget_measurement, forget_objectors
from asklater.view_checks import action_of, check_new_views
from asklater.web import request_limits

ENGINE, SERVICES = "asklater.engine", "asklater.services"
"""Where an application has them, among its `extensions`."""


class Joinable(Protocol):
    """A feature: a module or an object that joins an application by `init_app`."""

    def init_app(self, app: Flask, services: Services) -> None: ...


NO_APPLICATION = "This Profiling has joined no application yet: call profiling.init_app(app) before it is used."
SEVERAL_APPLICATIONS = (
    "This Profiling has joined several applications: use it within the app_context() of one of them."
)
TWICE = "Asklater is installed in the application {!r} already: one Profiling joins it, once."
NO_FLASK = "Profiling joins an application of Flask, not {!r}."
NO_FEATURES = (
    "features is a list of modules such as asklater.accounts, or of objects with init_app(app, services), not {!r}."
)
NO_PROFILING = "{0}(app, profiling) takes both, the Profiling once it has joined the application."
NOT_TOLD_BY_APPLICATION = 'The segment {0!r} is told by somebody else: declare it with from = "application".'
NO_LOADER = (
    "A source or a segment reads the application's users: say who makes a request and how a user is loaded by their "
    "id, Profiling(app, user=..., load_user=...)."
)
NO_USER = "user is a function that tells who makes a request, such as lambda: current_user.get_id(), not {!r}."
TWO_SIGN_INS = (
    "user= says that the application has users of its own, and a feature (asklater.accounts, say) brings others: "
    "leave out one of them."
)
URL_PREFIX = re.compile(r"(/[\w.~-]+)+")
NO_PREFIX = "url_prefix is a path such as /profile, without a slash at its end, not {!r}."
NO_BLUEPRINT = "blueprint is the name of a blueprint, such as profile, not {!r}."
NO_MANIFEST = "manifest is the path of a TOML file, or a Manifest, not {!r}."


class Profiling:
    """Progressive profiling in a Flask application.

    `Profiling(app, manifest="manifest.toml")` is all that a small application needs: it reads the settings from
    `app.config` (`ASKLATER_...`), joins the `features` in their order, then reads and checks the manifest, by default
    the one that the settings name. Raises ConfigurationError and ManifestError, each with everything that is wrong.

    With application factories, create `Profiling()` once and call `init_app(app, ...)` for each application.
    """

    def __init__(self, app: Flask | None = None, **options: Any) -> None:
        self._joined: WeakSet[Flask] = WeakSet()
        if app is not None or options:
            self.init_app(app, **options)  # type: ignore[arg-type] # which says so

    def init_app(
        self,
        app: Flask,
        *,
        manifest: Path | str | Manifest | None = None,
        features: Iterable[Joinable] = (),
        settings: Settings | None = None,
        user: Callable[[], object] | None = None,
        load_user: Callable[[str], object] | None = None,
        session: Any = None,
        url_prefix: str = "",
        blueprint: str = "",
    ) -> None:
        """Join `app`: the unit of work of each request, routes, templates (the application's own come first), words,
        commands and background jobs. What is registered on `services.engine.registry` by `features` is known to the
        manifest.

        `user` tells which of the application's own users makes the request, by their id (a text or a whole number),
        by an object whose `get_id()` gives it, or by None for nobody: `user=lambda: current_user.get_id()`. Without it
        people are recognised by the session's cookie, or by the accounts of a feature. `load_user(id)` gives the user
        of an id, which is a text, for `source`. `session` is the scoped session by which the application writes, such
        as `db.session`: the library's tables lie in its database, and in one file of SQLite neither waits for the
        other's lock. The library's own routes, `/ask` and `/asklater/static`, lie below
        `url_prefix`, such as "/profile"; those of features stay where they are. `blueprint` is a name below which the
        blueprints of library and features are registered, for an application that has one called `profiling`,
        `accounts` or `privacy` itself.
        """
        _refuse_unusable(app, manifest, user, url_prefix, blueprint)
        features = _joinable(features)
        theirs = None if session is None else application_session.engine_of(app, session)
        settings = settings or from_config(app, application_session.address_of(theirs) if theirs is not None else None)
        declared = Path(app.root_path, manifest) if isinstance(manifest, str) else manifest
        if isinstance(declared, Path):  # the commands read it as well
            settings = replace(settings, manifest=declared)
        app.extensions["asklater.settings"] = settings
        url = settings.database_url
        database = Database(url) if theirs is None else application_session.opened(url, session, theirs)
        database.init_app(app)
        app.url_map.converters[http.RowNumber.name] = http.RowNumber
        logs.init_app(app, settings.log_format, requests=settings.log_requests, traces=settings.log_traces)
        observation.init_app(app, settings.proxies)
        behind_proxies(app, settings.proxies)
        translations.init_app(app)
        endpoints.init_app(app, blueprint)
        engine = Engine(app, database, service_of(settings), settings.zone)
        layout.init_app(app, lambda: settings.brand or engine.manifest.controller.name, url_prefix)
        app.extensions[ENGINE] = engine
        health.init_app(app)
        jobs = Jobs(app, settings, database, JobClaims(database))
        services = app.extensions[SERVICES] = Services(settings, database, jobs, engine, register_commands(app))
        engine.identity = lambda: services.identity
        app.register_error_handler(ReauthenticationRequired, answer_reauthentication)
        _limit_requests(app)
        watchers.init_app(app, settings, engine, jobs)
        for part in (routes.blueprint, routes.background_blueprint):
            endpoints.register_blueprint(app, part, url_prefix=url_prefix + (part.url_prefix or ""))
        stale_forms.init_app(app)
        unproved_forms.init_app(app)
        if user is not None:
            users.init_app(app, engine, user).load = load_user
        people = engine.people
        visits.init_app(app, engine)
        for feature in features:
            feature.init_app(app, services)
        if user is not None and engine.people is not people:
            raise ConfigurationError(TWO_SIGN_INS)
        engine.start(declared or settings.manifest)
        engine.episodes.on_objection = partial(forget_measurement, engine)
        register_jobs(engine, jobs, settings.secret_key)
        check_new_views(app, lambda: engine.manifest.actions)
        check_at_first_request(app, engine)
        self._joined.add(app)

    def join(self, feature: Joinable, app: Flask) -> None:
        """Have a feature join an application which this object has joined before: so `Dashboard(app, profiling)` does.

        The manifest is checked anew. Raises ManifestError, and ConfigurationError where there is no such application.
        """
        if app not in self._joined:
            raise ConfigurationError(NO_APPLICATION)
        (feature,) = _joinable((feature,))
        services: Services = app.extensions[SERVICES]
        feature.init_app(app, services)
        services.engine.check(services.engine.manifest)

    def create_tables(self) -> None:
        """Bring the database to the newest schema, as `flask asklater database upgrade` does."""
        upgrade_all(self.services.database, self.engine.registry.histories)
        renames.rename_fields(self.engine)

    def profile(self, user: object = None) -> Profile:
        """What is held of a user of the application, who is named as `user=` names them; of whoever makes the request
        where nobody is named. Needs an application context."""
        return Profile(current_engine(), user)

    def source(self, field: str, read: Read, write: Write | None = None) -> None:
        """Say where the application holds a field of its users itself: `read(user)` gives the value, None for none, as
        `profile.get` would. It counts as held, is never asked or copied, and people are told of it.

        `write(user, value)` stores an answer there, None for one that is removed, and commits it; without it, an
        answer that the application lacks is held here. Call it where the application is made. Raises UndeclaredError,
        and ConfigurationError where there is no `user=` and `load_user=`, and for a field that can have no source.
        """
        engine = self.engine
        people = engine.people
        if not isinstance(people, users.UserPeople) or people.load is None:
            raise ConfigurationError(NO_LOADER)
        if engine.answers.sources is None:
            engine.answers.sources = Sources(people.load, people.users.id_of)
        engine.answers.sources.register(engine.field(field), engine.kind_of(field), read, write)

    def segment(self, key: str, read: Callable[[Any], object]) -> None:
        """Say what the application tells people apart by, a segment that its manifest declares `from = "application"`:
        `read(user)` gives one of the declared values, None for none, and is asked whenever a prompt is shown.

        `user` is one of the application's own, as `load_user=` loads them, and None for a visitor; where it has none,
        the subject's number. Raises UndeclaredError, and ConfigurationError for a segment that others tell.
        """
        engine = self.engine
        if named("segment", key, engine.manifest.segments_by).tells != (APPLICATION,):
            raise ConfigurationError(NOT_TOLD_BY_APPLICATION.format(key))
        people = engine.people
        if isinstance(people, users.UserPeople):
            if people.load is None:
                raise ConfigurationError(NO_LOADER)
            read = partial(_read_of_user, people, people.load, read)
        engine.registry.register_segment(key, read)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what the block writes through profiles, or roll all of it back when it raises. A view needs none: its
        writes are committed with its answer. Needs an application context."""
        with current_database().unit_of_work():
            yield

    def run_jobs(self) -> None:
        """Run every background job that is due, and return, as `flask asklater run-jobs` does: for a scheduler of the
        application's own, once a minute."""
        from asklater.jobs import worker  # noqa: PLC0415 - it is slow to load, and only this needs it

        worker.run_due(self.services.jobs)

    @property
    def services(self) -> Services:
        """What features of this application are given: of the current one, where this object has joined several.

        Raises ConfigurationError where it has joined none.
        """
        joined = tuple(self._joined)
        if len(joined) > 1:
            joined = tuple(app for app in joined if has_app_context() and app is unproxied(current_app))
        if not joined:
            raise ConfigurationError(SEVERAL_APPLICATIONS if self._joined else NO_APPLICATION)
        services: Services = joined[0].extensions[SERVICES]
        return services

    @property
    def engine(self) -> Engine:
        """The engine of this application. Raises ConfigurationError where it has joined none."""
        return self.services.engine


def _read_of_user(
    people: users.UserPeople, load: Callable[[str], object], read: Callable[[Any], object], subject_id: int
) -> object:
    user = people.users.id_of(subject_id)
    return read(None if user is None else load(user))


def join_if_told(feature: Joinable, app: Flask | None, profiling: Profiling | None) -> None:
    """Let a feature that was made for an application join it; nothing for one that waits for its `init_app`. Raises
    ConfigurationError where only one of the two is there."""
    if app is None and profiling is None:
        return
    if app is None or not isinstance(profiling, Profiling):
        raise ConfigurationError(NO_PROFILING.format(type(feature).__name__))
    profiling.join(feature, app)


def _refuse_unusable(app: Any, manifest: Any, user: Any, url_prefix: Any, blueprint: Any) -> None:
    """Raise ConfigurationError for what is of another sort than `init_app` takes."""
    if not isinstance(app, Flask):
        raise ConfigurationError(NO_FLASK.format(app))
    if ENGINE in app.extensions:
        raise ConfigurationError(TWICE.format(app.name))
    if not isinstance(manifest, str | Path | Manifest | None):
        raise ConfigurationError(NO_MANIFEST.format(manifest))
    if user is not None and not callable(user):
        raise ConfigurationError(NO_USER.format(user))
    if url_prefix and not URL_PREFIX.fullmatch(str(url_prefix)):
        raise ConfigurationError(NO_PREFIX.format(url_prefix))
    if blueprint and not endpoints.NAME.fullmatch(str(blueprint)):
        raise ConfigurationError(NO_BLUEPRINT.format(blueprint))


def _joinable(features: Any) -> tuple[Joinable, ...]:
    """The features as they are to join. Raises ConfigurationError where one cannot."""
    given = tuple(features) if isinstance(features, Iterable) and not isinstance(features, str) else (features,)
    for feature in given:
        if not callable(getattr(feature, "init_app", None)) or given[0] is features:
            raise ConfigurationError(NO_FEATURES.format(feature))
    return given


def _limit_requests(app: Flask) -> None:
    """Look at what comes to gated views and to the library's own before anything parses it: `CSRFProtect`, for one.

    An application that has `asklater.security` looks at every request.
    """

    def refuse_too_much() -> Response | None:
        sent = unproxied(request)
        view = app.view_functions.get(sent.endpoint or "")
        if not (action_of(view, sent.method) or getattr(view, "__module__", "").startswith("asklater.")):
            return None
        try:
            request_limits.check(sent)
        except HTTPException as refused:
            return errors.known(refused)
        return None

    if "asklater.security" not in app.extensions:
        app.before_request_funcs.setdefault(None, []).insert(0, refuse_too_much)


def register_jobs(engine: Engine, jobs: Jobs, secret_key: str) -> None:
    """Register the engine's jobs; it must have started."""

    def abandon() -> None:
        engine.episodes.abandon()  # another one's, once the manifest was changed

    heart = Heartbeat(engine.database, WORKER, secret_key)
    jobs.beat, jobs.end = heart.beat, heart.end
    if engine.manifest.renamed:
        _rename_first(engine, jobs)
    jobs.register("abandon_prompts", abandon, every_minutes=5)
    jobs.register("forget_objectors", partial(forget_objectors, engine), every_minutes=60, portion=PORTION)
    expire = partial(retention.expire_some, engine.database, tell=engine.events.tell)
    jobs.register("expire_answers", expire, every_minutes=retention.EVERY_MINUTES, portion=retention.BATCH)
    jobs.register(
        "end_outdated_consents",
        partial(end_outdated_consents, engine),
        every_minutes=END_EVERY_MINUTES,
        at_start=True,
        portion=END_PORTION,
    )
    jobs.register("expire_records", partial(expire_records, engine), every_minutes=30, portion=PORTION)
    jobs.register("forget_visitors", partial(forget_visitors, engine), every_minutes=60, portion=VISITORS_AT_ONCE)
    limits = partial(rate_limits.delete_unused, engine.database)
    jobs.register("forget_limits", limits, every_minutes=60, portion=PORTION)
    jobs.register("expire_suspended_requests", engine.suspended_requests.expire, every_minutes=30, portion=PORTION)


def _rename_first(engine: Engine, jobs: Jobs) -> None:
    """Let a worker rename fields before it does anything else, and again now and then: machines that still run with
    the manifest of before write under the former keys."""
    rename, minutes = partial(renames.rename_fields, engine), renames.EVERY_MINUTES
    jobs.register("rename_fields", rename, every_minutes=minutes, one_unit=False)

    def at_once() -> None:
        jobs.lanes.ask("rename_fields")
        jobs.work_off()

    jobs.at_work.append(at_once)
