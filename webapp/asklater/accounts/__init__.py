"""Accounts: who somebody is. One field signs up; a code by email proves the address when that matters.

Begin with `init_app` here; sessions.py recognises people, login.py switches to an account, one_time_codes.py sends
and takes codes, address_ownership.py says whose an address is. Each sub-package is a method to sign in, or to get
back in.
"""

from asklater.extras import require

require("accounts")

from functools import partial

from flask import Flask, request
from flask_babel import gettext
from flask_login import current_user

from asklater.accounts import (
    cli,
    devices,
    dormancy,
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
from asklater.accounts.address_ownership import address_field, address_proof_field, check_proofs
from asklater.accounts.blueprint import blueprint
from asklater.accounts.email_addresses import EmailKind, owner_of_address
from asklater.accounts.enrolment import AccountEnrolment
from asklater.accounts.identity import AccountIdentity
from asklater.accounts.login import FACTORS_EXTENSION, SecondFactor, SecondFactors, current_second_factors
from asklater.accounts.panels import Panel, add_account_panel, add_security_panel
from asklater.accounts.passkeys.service import Credential, import_passkey
from asklater.accounts.personal_tables import PERSONAL_TABLES, AddressErasure
from asklater.accounts.phones.enrolment import enrol_proved_phone, has_strong_factor
from asklater.accounts.reauthentication import current_account
from asklater.accounts.recognition import CodeRecognition
from asklater.accounts.recovery.holders import register_holders
from asklater.accounts.roles import READERS, ROLES, set_role
from asklater.accounts.sessions import SESSIONS_EXTENSION, Sessions, current_sessions
from asklater.accounts.tables import STAFF_IDS, Account
from asklater.accounts.verification import VerifiedEmailKind
from asklater.email_addresses import normalise_address
from asklater.endpoints import register_blueprint, url_for
from asklater.identity import provide_identity
from asklater.layout import Link, add_account_links, add_links
from asklater.records.people import note_visit
from asklater.registry import FieldPages
from asklater.services import Services
from asklater.settings import ConfigurationError
from asklater.subjects import deletion as subject_deletion

__all__ = [
    "ROLES",
    "THIRD_VISIT_SIGNAL",
    "Account",
    "AccountIdentity",
    "Accounts",
    "Credential",
    "Panel",
    "SecondFactor",
    "Sessions",
    "add_account_panel",
    "add_security_panel",
    "address_field",
    "address_proof_field",
    "current_account",
    "current_second_factors",
    "current_sessions",
    "enrol_proved_phone",
    "has_strong_factor",
    "import_passkey",
    "init_app",
    "normalise_address",
    "owner_of_address",
    "set_role",
]

_NO_PUBLIC_URL = (
    "asklater.accounts writes addresses into mails, and passkeys belong to the site's name: set ASKLATER_PUBLIC_URL, "
    "such as https://shop.example."
)
THIRD_VISIT_SIGNAL = "third_visit"
"""The signal of people who keep coming: seen on two days after their first one."""
_ROUTES = (routes, login_routes, security_routes)
"""These files add their pages to the blueprint; those of the sub-features are imported by them."""
_FIELD_PAGES = FieldPages(
    change="accounts.change",
    remove="accounts.confirm_remove",
    picture="accounts.picture",
    give="accounts.give_consent",
    withdraw="accounts.withdraw_consent",
)


class Accounts:
    """Accounts as one of the `features` of `Profiling`: sign-up, sessions, proofs, second factors, passkeys, providers
    and recovery. They are the application's identity, so they come before the features that ask for one.
    """

    def init_app(self, app: Flask, services: Services) -> None:
        init_app(app, services)


def init_app(app: Flask, services: Services) -> None:
    """Recognise people by sessions, register the kinds `email` and `verified_email`, keep staff out of the figures.

    Raises ConfigurationError where nobody said under which address people find the site, in a demo excepted.
    """
    if not (services.settings.public_url or services.settings.demo):
        raise ConfigurationError(_NO_PUBLIC_URL)
    sessions = Sessions(services.database)
    sessions.login_manager().init_app(app)
    app.extensions[SESSIONS_EXTENSION] = sessions
    app.extensions[FACTORS_EXTENSION] = SecondFactors()
    services.identity = AccountIdentity(sessions)
    provide_identity(app, services.identity)
    _register(services, sessions)
    for part in (recovery, providers, passkeys, second_factors, phones):  # each brings a method to get in, or back in
        part.init_app(app, services)
    register_holders(app, services.engine)
    app.before_request(_note_presence)
    register_blueprint(app, blueprint)
    register_blueprint(app, staff_routes.blueprint)
    services.commands.add_command(cli.group)
    services.commands.add_command(cli.accounts_group)
    add_account_panel(app, 5, preferences.REFUSED_MAIL_PANEL)
    add_account_panel(app, 60, preferences.PREFERENCES_PANEL)
    add_account_links(app, 10, _account_links)
    add_links(app, 90, _links)
    add_links(app, 86, _staff_links)
    prune = partial(jobs.prune_accounts, services.engine)
    services.jobs.register("prune_accounts", prune, every_minutes=60, portion=jobs.PRUNED_AT_ONCE)
    finish = partial(subject_deletion.finish_retained, services.engine)
    services.jobs.register("finish_retained", finish, every_minutes=60, portion=subject_deletion.FINISHED_AT_ONCE)
    rarely = partial(services.jobs.register, every_minutes=60, portion=dormancy.ACCOUNTS_AT_ONCE)
    rarely("warn_dormant_accounts", partial(dormancy.warn_dormant, services.engine))
    rarely("forget_dormant_accounts", partial(dormancy.forget_dormant, services.engine))


def _register(services: Services, sessions: Sessions) -> None:
    """Register what accounts bring to the engine."""
    engine = services.engine
    engine.people = sessions
    engine.registry.settings_endpoint = "accounts.account"
    engine.registry.field_pages = _FIELD_PAGES
    engine.registry.register_signal(THIRD_VISIT_SIGNAL, lambda: gettext("Third visit"), times=2)
    sessions.on_return.append(partial(note_visit, engine.database))
    sessions.on_return.append(lambda number: engine.signal_day(number, THIRD_VISIT_SIGNAL))
    engine.registry.register_kind(EmailKind(sessions))
    engine.registry.register_kind(VerifiedEmailKind(engine, sessions))
    engine.registry.enrolment = AccountEnrolment(engine)
    engine.registry.recognition = CodeRecognition(engine, sessions)
    engine.registry.register_uncounted(STAFF_IDS)
    engine.registry.register_staff(STAFF_IDS)
    engine.registry.register_cookie(devices.device_cookie())
    for key, label in READERS.items():
        engine.registry.register_reader(key, label)
    engine.registry.register_personal_tables(*PERSONAL_TABLES)
    engine.registry.in_session = dormancy.in_session
    engine.registry.register_traces(AddressErasure(engine))
    engine.registry.register_check(check_proofs)


def _note_presence() -> None:
    if request.endpoint != "static":
        current_sessions().note_presence()


def _account_links() -> list[Link]:
    own = [Link(gettext("Profile"), url_for("accounts.account"))]
    if current_user.is_authenticated:
        own.append(Link(gettext("Sign-in and security"), url_for("accounts.security")))
    return own


def _staff_links() -> list[Link]:
    if current_user.role not in staff_routes.AUDITOR_ROLES:
        return []
    return [Link(gettext("Audit trail"), url_for("staff.events"))]


def _links() -> list[Link]:
    if current_user.is_authenticated:
        return [Link(gettext("Account"), url_for("accounts.account"))]
    return [Link(gettext("Sign in"), url_for("accounts.sign_in"))]
