"""What an application that has the library is set to, and how Flask's configuration says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from asklater import master_keys

PREFIX = "ASKLATER_"


class ConfigurationError(Exception):
    """The environment does not hold what the application needs; the message names each setting."""


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

    worker_threads: int = 2
    """WORKER_THREADS: how many jobs that work on the database run at once; deliveries have threads of their own."""

    @property
    def demo(self) -> bool:
        return self.mode == "demo"


def from_config(app: Flask) -> Settings:
    """The settings in `app.config`, of which only SECRET_KEY and ASKLATER_MASTER_KEY have to be there.

    Raises ConfigurationError naming everything that is missing or wrong.
    """
    given: Mapping[str, Any] = {
        name.removeprefix(PREFIX): value for name, value in app.config.items() if name.startswith(PREFIX) and value
    }
    problems: list[str] = []
    if not app.secret_key:
        problems.append("SECRET_KEY must be set: it signs prompts")
    keys: tuple[bytes, ...] = (b"",)
    try:
        if "MASTER_KEY_FILE" in given:
            keys = master_keys.from_file(Path(given["MASTER_KEY_FILE"]))
        else:
            retired = master_keys.from_list(given.get("RETIRED_MASTER_KEYS", ""))
            keys = (master_keys.from_text(given.get("MASTER_KEY", "")), *retired)
    except master_keys.Unusable as error:
        problems.append(f"{PREFIX}MASTER_KEY {error}")
    instance = Path(given.get("INSTANCE", app.instance_path))
    if problems:
        raise ConfigurationError("The settings are not complete:\n" + "\n".join(f"  {p}" for p in problems))
    return Settings(
        mode=given.get("MODE", "production"),
        database_url=given.get("DATABASE_URL", f"sqlite:///{instance / 'asklater.sqlite3'}"),
        secret_key=str(app.secret_key),
        master_key=keys[0],
        instance=instance,
        manifest=Path(app.root_path, given.get("MANIFEST", "manifest.toml")),
        smtp_url=given.get("SMTP_URL", ""),
        mail_from=given.get("MAIL_FROM", ""),
        sms_url=given.get("SMS_URL", ""),
        proxies=int(given.get("TRUSTED_PROXIES", 0)),
        brand=given.get("BRAND", ""),
        public_url=given.get("PUBLIC_URL", "").rstrip("/"),
        providers=Path(given["PROVIDERS"]) if "PROVIDERS" in given else None,
        erasure_webhooks=tuple(given.get("ERASURE_WEBHOOKS", ())),
        retired_master_keys=keys[1:],
        master_key_file=Path(given["MASTER_KEY_FILE"]) if "MASTER_KEY_FILE" in given else None,
        worker_threads=int(given.get("WORKER_THREADS", 2)),
    )
