"""Accounts: who you are. One field signs up; a code by mail proves the address when that matters."""

from functools import partial

from flask import Flask, request, url_for
from flask_babel import gettext
from flask_login import current_user

from asklater.accounts import (
    audit_log,
    cli,
    jobs,
    login_routes,
    passkeys,
    phones,
    preferences,
    providers,
    recovery,
    routes,
    second_factors,
    security_routes,
    staff_routes,
)
from asklater.accounts.blueprint import blueprint
from asklater.accounts.email_addresses import EmailKind
from asklater.accounts.login import SecondFactors
from asklater.accounts.panels import ACCOUNT_PANELS, SECURITY_PANELS, Panels
from asklater.accounts.passkeys import login_routes as passkey_login_routes, routes as passkey_routes
from asklater.accounts.personal_tables import PERSONAL_TABLES, AddressErasure
from asklater.accounts.phones import routes as phone_routes
from asklater.accounts.providers import routes as provider_routes
from asklater.accounts.recovery import lost_factor_routes, routes as recovery_routes, second_address_routes
from asklater.accounts.second_factors import routes as second_factor_routes
from asklater.accounts.sessions import Sessions, current_sessions
from asklater.accounts.tables import STAFF_IDS
from asklater.accounts.verification import VerifiedEmailKind
from asklater.layout import Link, add_links
from asklater.services import Services

ROUTES = (
    *(routes, preferences, login_routes, security_routes, provider_routes, passkey_routes, passkey_login_routes),
    *(second_factor_routes, phone_routes, recovery_routes, lost_factor_routes, second_address_routes),
)
"""The files that add their pages to the blueprint."""
THIRD_VISIT_SIGNAL = "third_visit"
"""The signal of people who keep coming: seen on two days after their first one."""
SUBFEATURES = (recovery, providers, passkeys, second_factors, phones)
"""Each brings a way in, or a way back."""


def init_app(app: Flask, services: Services) -> None:
    """Recognise people by visits, bring the kinds `email` and `verified_email`, keep staff out of the figures."""
    engine = services.engine
    visits = Sessions(services.database)
    visits.manager().init_app(app)
    app.extensions["visits"] = visits
    app.extensions["factors"] = SecondFactors()
    for page in (SECURITY_PANELS, ACCOUNT_PANELS):
        app.extensions[page] = Panels()
    app.extensions[ACCOUNT_PANELS].register(preferences.PREFERENCES_PANEL)
    engine.registry.settings_endpoint = "accounts.account"
    engine.registry.register_signal(THIRD_VISIT_SIGNAL, lambda: gettext("Third visit"), times=2)
    visits.came_back.append(lambda number: engine.signal_day(number, THIRD_VISIT_SIGNAL))
    engine.people = visits
    engine.registry.register_kind(EmailKind(visits))
    engine.registry.register_kind(VerifiedEmailKind(engine, visits))
    engine.registry.register_uncounted(STAFF_IDS)
    engine.registry.register_personal_tables(*PERSONAL_TABLES)
    engine.registry.register_traces(AddressErasure(engine))
    for part in SUBFEATURES:
        part.init_app(app, services)
    app.before_request(_note_presence)
    app.register_blueprint(blueprint)
    app.register_blueprint(staff_routes.blueprint)
    app.cli.add_command(cli.group)
    visits.account_links.append(_security_link)
    add_links(app, 90, _links)
    add_links(app, 86, _staff_links)
    services.jobs.register("prune_visits", partial(jobs.prune_sessions, services.database), every_minutes=60)
    services.jobs.register("prune_accounts", partial(jobs.prune_accounts, engine), every_minutes=60)
    services.jobs.register("forget_events", partial(audit_log.delete_old_events, services.database), every_minutes=60)


def _note_presence() -> None:
    if request.endpoint != "static":
        current_sessions().note_presence()


def _security_link() -> list[tuple[str, str]]:
    if not current_user.is_authenticated:
        return []
    return [(gettext("Sign-in and security"), url_for("accounts.security"))]


def _staff_links() -> list[Link]:
    if current_user.role not in staff_routes.AUDITOR_ROLES:
        return []
    return [Link(gettext("Audit trail"), url_for("staff.events"))]


def _links() -> list[Link]:
    if current_user.is_authenticated:
        return [Link(gettext("Account"), url_for("accounts.account"))]
    return [Link(gettext("Sign in"), url_for("accounts.sign_in"))]
