"""Asklater: progressive profiling for Flask. Ask for each thing at the moment it is needed; measure what came of it.

Begin with `Profiling` (extension.py) and `gate` (asking/gate.py); what an application adds is in `registry.py`. Public
is what stands in `__all__` here and in the packages `kinds`, `manifest`, `records`, `accounts`, `api`, `insights`,
`privacy`, `messages`, and the modules `http`, `clock`, `events`, `schema`, `security`, `errors`, `assets`, `health`,
`request_bodies`, `logs`, `master_keys`, `private_files`, `start_errors`, `security_txt` and `testing`. All others are
inner ones.
"""

from asklater.asking.gate import attempt, gate
from asklater.asking.secret_inputs import secret_inputs
from asklater.checks.manifest import Finding, ManifestError, UndeclaredError, read as read_manifest
from asklater.cli import check_master_keys
from asklater.clock import now
from asklater.database.access import (
    NAMING_CONVENTION,
    Database,
    UTCDateTime,
    current_database,
    current_session,
    table_of,
)
from asklater.database.errors import MissingTablesError
from asklater.engine import Engine, Unmet, current_engine
from asklater.errors import ErrorPage
from asklater.extension import Profiling
from asklater.forms import Form, errors_of, inputs_of
from asklater.i18n import gettext
from asklater.identity import Identity, NoIdentity, current_identity, reauthenticated
from asklater.jobs.service import Jobs, current_jobs
from asklater.keys.keyring import record
from asklater.keys.service import MissingMasterKey
from asklater.layout import Link, add_account_links, add_footer_links, add_links
from asklater.networks import client_network
from asklater.personal_tables import WITH_ITS_OWNER, ColumnText, LegalHold, PersonalTable, Retention
from asklater.policy.decision import Decision
from asklater.rate_limits import RateLimit, try_to_spend
from asklater.registry import Alternative, Cookie, Disclosure, Gauge, Ordered, Publication, Registry, Traces
from asklater.services import Services
from asklater.settings import ConfigurationError, Settings, read_settings
from asklater.subjects.profiles import Profile
from asklater.subjects.rights import consents, unrestricted, with_consent
from asklater.tables import subject
from asklater.web.csv_files import csv_text

__all__ = [
    "NAMING_CONVENTION",
    "WITH_ITS_OWNER",
    "Alternative",
    "ColumnText",
    "ConfigurationError",
    "Cookie",
    "Database",
    "Decision",
    "Disclosure",
    "Engine",
    "ErrorPage",
    "Finding",
    "Form",
    "Gauge",
    "Identity",
    "Jobs",
    "LegalHold",
    "Link",
    "ManifestError",
    "MissingMasterKey",
    "MissingTablesError",
    "NoIdentity",
    "Ordered",
    "PersonalTable",
    "Profile",
    "Profiling",
    "Publication",
    "RateLimit",
    "Registry",
    "Retention",
    "Services",
    "Settings",
    "Traces",
    "UTCDateTime",
    "UndeclaredError",
    "Unmet",
    "add_account_links",
    "add_footer_links",
    "add_links",
    "attempt",
    "check_master_keys",
    "client_network",
    "consents",
    "csv_text",
    "current_database",
    "current_engine",
    "current_identity",
    "current_jobs",
    "current_session",
    "errors_of",
    "gate",
    "gettext",
    "inputs_of",
    "now",
    "read_manifest",
    "read_settings",
    "reauthenticated",
    "record",
    "secret_inputs",
    "subject",
    "table_of",
    "try_to_spend",
    "unrestricted",
    "with_consent",
]
