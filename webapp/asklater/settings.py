"""What an application that has the library is set to, and how Flask's configuration says it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, tzinfo
from difflib import get_close_matches
from os import PathLike
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from sqlalchemy import URL, Engine

from asklater import master_keys, settings_checks
from asklater.flask_proxies import unproxied

PREFIX = "ASKLATER_"
THIS_MACHINE = ("localhost", "127.0.0.1")


class ConfigurationError(Exception):
    """The application, or its environment, is not set up as the library needs it; the message says what to do."""


NOT_INSTALLED = (
    "Asklater is not installed in the application {!r}: create Profiling(app), or call profiling.init_app(app), where "
    "the application is made."
)


def installed(key: str) -> Any:
    """What the library keeps in the current application under a key. Raises ConfigurationError where it has not joined
    the application."""
    app = unproxied(current_app)
    try:
        return app.extensions[key]
    except KeyError:
        raise ConfigurationError(NOT_INSTALLED.format(app.name)) from None


@dataclass(frozen=True)
class Settings:
    """Every setting, with its name in capitals, which Flask's configuration has behind ASKLATER_ (not SECRET_KEY)."""

    mode: str
    """MODE: `demo` (the default; personas, a mailbox page, secrets made up once) or `production`."""
    database_url: str
    """DATABASE_URL: `sqlite:///...` or `postgresql://...`."""
    secret_key: str
    """SECRET_KEY: signs cookies, prompts and codes; at least 32 characters."""
    master_key: bytes
    """MASTER_KEY: 64 hexadecimal digits; it wraps each account's own key."""
    instance: Path
    """INSTANCE: the folder for the embedded database, the worker's queue and the demo's secrets."""
    manifest: Path
    """MANIFEST: the file of declarations."""
    smtp_url: str
    """SMTP_URL: `smtp://user:password@host:port`; without it, mail goes to the demo's mailbox page."""
    mail_from: str
    """MAIL_FROM: the sender of all mail."""
    sms_url: str
    """SMS_URL: `twilio://account:token@from`; without it, text messages go to the demo's page of messages."""
    proxies: int
    """TRUSTED_PROXIES: how many proxies in front may name the client's address."""
    brand: str
    """BRAND: the name in titles and headers; left out, it is the controller of the manifest."""
    public_url: str
    """PUBLIC_URL: where people find this site, `https://host`; links in mails, providers and passkeys go by it."""
    providers: Path | None
    """PROVIDERS: the file that declares who people can continue with (OpenID Connect); without it, nobody."""
    erasure_webhooks: tuple[tuple[str, str], ...] = ()
    """ERASURE_WEBHOOKS: who is told of erasures and where, `payment=https://...`, with commas between them."""
    retired_master_keys: tuple[bytes, ...] = ()
    """RETIRED_MASTER_KEYS: earlier ones, which open what `flask asklater keys rotate` has not gone over yet."""
    master_key_file: Path | None = None
    """MASTER_KEY_FILE: instead of both, a file with one key a line, the newest first; only its owner may read it."""
    trusted_hosts: tuple[str, ...] = ()
    """TRUSTED_HOSTS: names that the site answers to; in production, left out, that of PUBLIC_URL."""
    security_contact: str = ""
    """SECURITY_CONTACT: where somebody who found a hole reports it, a mail address or `https://...`."""
    web_workers: int = 2
    """WEB_WORKERS: how many processes answer requests."""
    web_threads: int = 8
    """WEB_THREADS: how many requests each of them works on at once."""
    metrics_address: str = ""
    """METRICS_ADDRESS: where figures for Prometheus are told, `127.0.0.1:9100`; without it, nowhere."""
    log_format: str = "plain"
    """LOG_FORMAT: `plain`, or `json`: one object a line."""
    log_requests: bool = False
    """LOG_REQUESTS: `yes` for a line in the log for each request and each job."""
    log_traces: bool = False
    """LOG_TRACES: `yes` for Python's trace after a plain line that tells of an error."""

    redis_url: str = ""
    """REDIS_URL: a Redis or Valkey that all machines share, `redis://host:6379/0`; else each has its queue."""
    rights_ledger: Path | None = None
    """RIGHTS_LEDGER: the file of exercised rights, where machines share one; else `rights.jsonl` of INSTANCE. Its
    former name, ERASURE_LOG, holds as well."""
    worker_threads: int = 2
    """WORKER_THREADS: how many jobs that work on the database run at once; deliveries have threads of their own."""
    time_zone: str = "UTC"
    """TIME_ZONE: by whose days the dashboard counts, a name such as `Europe/Berlin`."""

    @property
    def demo(self) -> bool:
        return self.mode == "demo"

    @property
    def zone(self) -> tzinfo:
        """The zone of TIME_ZONE."""
        return UTC if self.time_zone == "UTC" else ZoneInfo(self.time_zone)

    @property
    def hosts(self) -> list[str]:
        """The names that the site answers to, as Flask's TRUSTED_HOSTS; empty where any will do.

        Those of this machine itself are among them: health checks use them, and no address is built from them.
        """
        of_site = settings_checks.parts_of(self.public_url).hostname
        has_name = of_site and ":" not in of_site  # Flask compares no addresses of IPv6
        named = self.trusted_hosts or ((of_site,) if of_site and has_name and not self.demo else ())
        return [*named, *THIS_MACHINE] if named else []


PATHS = frozenset({"INSTANCE", "MANIFEST", "MASTER_KEY_FILE", "PROVIDERS", "RIGHTS_LEDGER", "ERASURE_LOG"})
"""The settings that name a file or a folder."""
SEVERAL = frozenset({"ERASURE_WEBHOOKS", "TRUSTED_HOSTS"})
"""The settings that may be a list."""
NO_FILE = frozenset({"sqlite://", "sqlite:///", "sqlite:///:memory:"})
"""Addresses of databases that live in one connection."""
SWITCHES = frozenset({"LOG_REQUESTS", "LOG_TRACES"})
"""Those that are yes or no."""
NAMES = {"TRUSTED_PROXIES" if it.name == "proxies" else it.name.upper() for it in fields(Settings)} | {"ERASURE_LOG"}
COUNTS = {
    "TRUSTED_PROXIES": (0, 0),
    "WEB_WORKERS": (1, Settings.web_workers),
    "WEB_THREADS": (1, Settings.web_threads),
    "WORKER_THREADS": (1, Settings.worker_threads),
}
"""The settings that are whole numbers up to 999: their least, and what they are where left out."""


def from_config(app: Flask, database: URL | None = None) -> Settings:
    """The settings in `app.config`, of which only SECRET_KEY and ASKLATER_MASTER_KEY have to be there; `database` is
    the one for which no ASKLATER_DATABASE_URL is needed.

    Raises ConfigurationError naming everything that is missing, wrong or misspelt.
    """
    given = {name.removeprefix(PREFIX): value for name, value in configured(app).items() if value}
    if database is not None:
        given.setdefault("DATABASE_URL", database)
    unusable = {name: wrong for name, value in given.items() if (wrong := _wrong_with_type(name, value))}
    given = {name: value for name, value in given.items() if name not in unusable}
    if "DATABASE_URL" in given:
        given["DATABASE_URL"] = _url_of(given["DATABASE_URL"], Path(given.get("INSTANCE", app.instance_path)))
        if given["DATABASE_URL"] in NO_FILE:
            unusable["DATABASE_URL"] = "must name a file: without one, each connection has a database of its own"
    secret = app.secret_key or ""
    given |= {
        "MODE": given.get("MODE", "production"),
        "SECRET_KEY": secret.decode("latin-1") if isinstance(secret, bytes) else str(secret),
        "INSTANCE": Path(given.get("INSTANCE", app.instance_path)),
        "MANIFEST": Path(app.root_path, given.get("MANIFEST", "manifest.toml")),
    }
    return read_settings(given, [f"{PREFIX}{name} {wrong}" for name, wrong in unusable.items()], PREFIX)


def _url_of(given: str | URL | Engine, instance: Path) -> str:
    """DATABASE_URL as a text. A relative file of SQLite lies in INSTANCE, where Flask-SQLAlchemy has it as well."""
    url = given.url if isinstance(given, Engine) else given
    text = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    backend, found, name = text.partition(":///")
    if not found or not backend.startswith("sqlite") or not name or name.startswith(("/", ":", "file:")):
        return text
    return f"{backend}:///{Path(instance, name).absolute()}"


def _wrong_with_type(name: str, value: Any) -> str:
    """Why a setting of this name can hold no such value, whatever it says; "" where it can."""
    if name == "SECRET_KEY":
        return "is not read: the key is Flask's own SECRET_KEY, without the prefix"
    if name not in NAMES:
        near = get_close_matches(name, NAMES, 1)
        return f"is no setting{f': did you mean {PREFIX}{near[0]}?' if near else ''}"
    if name in PATHS:
        return "" if isinstance(value, str | PathLike) else "must be a path, as a text or a Path"
    if name in SEVERAL:
        return "" if isinstance(value, str | Iterable) else "must be a text with commas between the values, or a list"
    if name == "DATABASE_URL" and isinstance(value, URL | Engine):
        return ""
    free = name in COUNTS or name in SWITCHES or isinstance(value, str)
    return "" if free else f"must be a text, not {type(value).__name__}"


def configured(app: Flask) -> dict[str, Any]:
    """What `app.config` holds for the library now, by the whole name; SECRET_KEY is Flask's own."""
    return {name: value for name, value in app.config.items() if name.startswith(PREFIX)}


def read_settings(given: Mapping[str, Any], problems: list[str], prefix: str = "") -> Settings:
    """The settings in `given`, by their names: MODE, SECRET_KEY, INSTANCE and MANIFEST are there, the others may be.

    Raises ConfigurationError naming everything that is missing or wrong, each with `prefix` but SECRET_KEY; what is
    known to be wrong already stands in `problems`.
    """

    def told(name: str, *wrong: str) -> None:
        problems.extend(f"{prefix if name != 'SECRET_KEY' else ''}{name} {sentence}" for sentence in wrong if sentence)

    mode, production = given["MODE"], given["MODE"] != "demo"
    if mode not in settings_checks.MODES:
        told("MODE", "must be demo or production")
    told("SECRET_KEY", settings_checks.wrong_with_secret(given["SECRET_KEY"]))
    keys = _master_keys(given, told)
    sms_url = given.get("SMS_URL", "")
    if sms_url and not settings_checks.PROVIDER.fullmatch(sms_url):
        told("SMS_URL", "must be twilio://account:token@from")
    public_url = str(given.get("PUBLIC_URL", "")).rstrip("/")
    if public_url:
        told("PUBLIC_URL", settings_checks.wrong_with_public_url(public_url, production=production))
    counts = _counts(given, told)
    try:
        webhooks = settings_checks.webhooks_of(given.get("ERASURE_WEBHOOKS", ()))
    except (TypeError, ValueError):
        webhooks = (("", ""),)
    told("ERASURE_WEBHOOKS", *settings_checks.wrong_with_webhooks(webhooks, production=production))
    hosts = settings_checks.words_of(given.get("TRUSTED_HOSTS", ()))
    if not all(settings_checks.HOST.fullmatch(host) for host in hosts):
        told("TRUSTED_HOSTS", "must be names of hosts without port, such as shop.example, with commas between them")
    contact = settings_checks.contact_of(str(given.get("SECURITY_CONTACT", "")))
    if contact and not settings_checks.CONTACT.fullmatch(contact):
        told("SECURITY_CONTACT", "must be an email address, or https://...")
    redis_url = str(given.get("REDIS_URL", ""))
    if redis_url and not settings_checks.REDIS.fullmatch(redis_url):
        told("REDIS_URL", "must be redis://host:6379/0, rediss://... with TLS, or unix:///path/to/socket")
    time_zone = str(given.get("TIME_ZONE", Settings.time_zone))
    told("TIME_ZONE", settings_checks.wrong_with_time_zone(time_zone))
    watching = _watching(given, told)
    ledger = given.get("RIGHTS_LEDGER") or given.get("ERASURE_LOG")
    if problems:
        raise ConfigurationError("The settings are not complete:\n" + "\n".join(f"  {p}" for p in problems))
    instance = Path(given["INSTANCE"])
    return Settings(
        mode=mode,
        database_url=given.get("DATABASE_URL", f"sqlite:///{instance / 'asklater.sqlite3'}"),
        secret_key=given["SECRET_KEY"],
        master_key=keys[0],
        instance=instance,
        manifest=Path(given["MANIFEST"]),
        smtp_url=given.get("SMTP_URL", ""),
        mail_from=given.get("MAIL_FROM", ""),
        sms_url=sms_url,
        proxies=counts["TRUSTED_PROXIES"],
        brand=given.get("BRAND", ""),
        public_url=public_url,
        providers=Path(given["PROVIDERS"]) if "PROVIDERS" in given else None,
        erasure_webhooks=webhooks,
        retired_master_keys=keys[1:],
        master_key_file=Path(given["MASTER_KEY_FILE"]) if "MASTER_KEY_FILE" in given else None,
        trusted_hosts=hosts,
        security_contact=contact,
        redis_url=redis_url,
        rights_ledger=Path(ledger) if ledger else None,
        worker_threads=counts["WORKER_THREADS"],
        web_workers=counts["WEB_WORKERS"],
        web_threads=counts["WEB_THREADS"],
        time_zone=time_zone,
        **watching,
    )


def _watching(given: Mapping[str, Any], told: Callable[..., None]) -> dict[str, Any]:
    """Where figures are told, and what the log holds. What is wrong is `told`."""
    address, log_format = str(given.get("METRICS_ADDRESS", "")), given.get("LOG_FORMAT", "plain")
    switches = {name: str(given.get(name.upper(), "no")).lower() for name in ("log_requests", "log_traces")}
    if address:
        told("METRICS_ADDRESS", settings_checks.wrong_with_metrics_address(address))
    if log_format not in settings_checks.LOG_FORMATS:
        told("LOG_FORMAT", "must be plain or json")
    for name, chosen in switches.items():
        if chosen not in settings_checks.SWITCH:
            told(name.upper(), "must be yes or no")
    chosen_switches = {name: settings_checks.SWITCH.get(chosen, False) for name, chosen in switches.items()}
    return {"metrics_address": address, "log_format": log_format, **chosen_switches}


def _counts(given: Mapping[str, Any], told: Callable[..., None]) -> dict[str, int]:
    """The settings that are numbers. What is wrong is `told`."""
    counts = dict.fromkeys(COUNTS, 0)
    for name, (least, usual) in COUNTS.items():
        text = str(given.get(name, usual))
        if settings_checks.COUNT.fullmatch(text) and int(text) >= least:
            counts[name] = int(text)
        else:
            told(name, f"must be a whole number from {least} to 999")
    return counts


def _master_keys(given: Mapping[str, Any], told: Callable[..., None]) -> tuple[bytes, ...]:
    """The master key and the retired ones, from the file where one is named. What is wrong is `told`.

    A retired one may be weak: it opens what was written under it, until that is written anew.
    """
    current, retired = given.get("MASTER_KEY", ""), given.get("RETIRED_MASTER_KEYS", "")
    name = "MASTER_KEY_FILE"
    try:
        if name in given:
            if current or retired:
                raise master_keys.Unusable("takes the place of MASTER_KEY and RETIRED_MASTER_KEYS: set it, or them")
            keys = master_keys.from_file(Path(given[name]))
        else:
            name = "MASTER_KEY"
            keys = (master_keys.from_text(current),)
        told(name, settings_checks.wrong_with_master_key(keys[0]))
        name = "RETIRED_MASTER_KEYS"
        return (*keys, *master_keys.from_list(retired))
    except master_keys.Unusable as error:
        told(name, str(error))
        return (b"",)
