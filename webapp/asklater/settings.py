"""What an application that has the library is set to."""

from dataclasses import dataclass
from pathlib import Path


class ConfigurationError(Exception):
    """The environment does not hold what the application needs; the message names each setting."""


@dataclass(frozen=True)
class Settings:
    """Every setting, with its environment variable in capitals."""

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
    """BRAND: the name in titles and headers."""
    public_url: str
    """PUBLIC_URL: where people find this site, `https://host`; links in mails, providers and passkeys go by it."""
    providers: Path | None
    """PROVIDERS: the file that declares who people can continue with (OpenID Connect); without it, nobody."""
    erasure_webhooks: tuple[tuple[str, str], ...] = ()
    """ERASURE_WEBHOOKS: who is told of erasures and where, `payment=https://...`, with commas between them."""
    retired_master_keys: tuple[bytes, ...] = ()
    """RETIRED_MASTER_KEYS: earlier ones, which open what `halftone keys rotate` has not gone over yet."""
    master_key_file: Path | None = None
    """MASTER_KEY_FILE: instead of both, a file with one key a line, the newest first; only its owner may read it."""

    @property
    def demo(self) -> bool:
        return self.mode == "demo"
