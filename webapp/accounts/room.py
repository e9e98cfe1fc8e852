"""What the accounts room brings to an application."""

from functools import partial

from flask import Flask, request, url_for
from flask_babel import gettext
from flask_login import current_user

from webapp.accounts import (
    auditing,
    commands,
    entering_routes,
    limits,
    preferences,
    pruning,
    routes,
    security_routes,
    staff_routes,
)
from webapp.accounts.addresses import EmailKind
from webapp.accounts.authenticators import joining as authenticators, routes as authenticator_routes
from webapp.accounts.blueprint import blueprint
from webapp.accounts.holdings import HOLDINGS
from webapp.accounts.models import STAFF
from webapp.accounts.panels import ACCOUNT, SECURITY, Panels
from webapp.accounts.passkeys import account_routes, entering_routes as passkey_entering_routes, joining as passkeys
from webapp.accounts.phones import factor_routes as phone_factor_routes, joining as phones, routes as phone_routes
from webapp.accounts.providers import joining as providers, routes as provider_routes
from webapp.accounts.proving import VerifiedEmailKind
from webapp.accounts.recovery import address_routes, factor_routes, joining as recovery, link_routes, mail_routes
from webapp.accounts.recovery_codes import joining as recovery_codes, routes as recovery_code_routes
from webapp.accounts.signing_in import Factors
from webapp.accounts.sweeping import AddressSweep
from webapp.accounts.visits import Visits, current_visits
from webapp.house import House
from webapp.layout import Link, add_links

ROUTES = (
    *(routes, preferences, entering_routes, security_routes, provider_routes),
    *(account_routes, passkey_entering_routes, authenticator_routes, recovery_code_routes),
    *(phone_routes, phone_factor_routes),
    *(mail_routes, factor_routes, link_routes, address_routes),
)
"""The files that add their pages to the blueprint."""
THIRD_VISIT = "third_visit"
"""The signal of people who keep coming: seen on two days after their first one."""
PARTS = (recovery, providers, passkeys, authenticators, phones, recovery_codes)
"""Each brings a way in, or a way back."""


def join(app: Flask, house: House) -> None:
    """Recognise people by visits, bring the kinds `email` and `verified_email`, keep staff out of the figures."""
    engine = house.engine
    visits = Visits(house.database)
    visits.manager().init_app(app)
    app.extensions["visits"] = visits
    app.extensions["factors"] = Factors()
    for page in (SECURITY, ACCOUNT):
        app.extensions[page] = Panels()
    app.extensions[ACCOUNT].register(preferences.PANEL)
    engine.settings_endpoint = "accounts.account"
    engine.register_signal(THIRD_VISIT, lambda: gettext("Third visit"), times=2)
    visits.came_back.append(lambda number: engine.signal_day(number, THIRD_VISIT))
    engine.people = visits
    engine.register_kind(EmailKind(visits))
    engine.register_kind(VerifiedEmailKind(engine, visits))
    engine.register_uncounted(STAFF)
    for holding in HOLDINGS:
        engine.register_holding(holding)
    engine.register_sweep(AddressSweep(engine))
    for part in PARTS:
        part.join(app, house)
    app.before_request(_note_presence)
    app.register_blueprint(blueprint)
    app.register_blueprint(staff_routes.blueprint)
    app.cli.add_command(commands.group)
    visits.account_links.append(_security_link)
    add_links(app, 90, _links)
    add_links(app, 86, _staff_links)
    house.jobs.register("prune_visits", partial(pruning.prune_visits, house.database), every_minutes=60)
    house.jobs.register("prune_accounts", partial(pruning.prune_accounts, engine), every_minutes=60)
    house.jobs.register("forget_limits", partial(limits.forget_unused, house.database), every_minutes=60)
    house.jobs.register("forget_events", partial(auditing.forget_old, house.database), every_minutes=60)


def _note_presence() -> None:
    if request.endpoint != "static":
        current_visits().note_presence()


def _security_link() -> list[tuple[str, str]]:
    if not current_user.is_authenticated:
        return []
    return [(gettext("Sign-in and security"), url_for("accounts.security"))]


def _staff_links() -> list[Link]:
    if current_user.role not in staff_routes.ROLES:
        return []
    return [Link(gettext("Audit trail"), url_for("staff.events"))]


def _links() -> list[Link]:
    if current_user.is_authenticated:
        return [Link(gettext("Account"), url_for("accounts.account"))]
    return [Link(gettext("Sign in"), url_for("accounts.sign_in"))]
