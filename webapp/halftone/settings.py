"""Settings from the environment. In production the application refuses to start without its secrets."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from asklater import ConfigurationError, Settings, master_keys

ROOT = Path(__file__).resolve().parents[2]
PROVIDER = re.compile(r"twilio://[^\s:@/]+:[^\s@/]+@[^\s@/]+")
WEBHOOK = re.compile(r"[a-z_]{1,40}=https?://[^\s/]\S*")


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; one that is empty counts as left out.

    Raises ConfigurationError naming everything that is missing or wrong.
    """
    environment = {name: value for name, value in environment.items() if value}
    mode = environment.get("MODE", "demo")
    instance = Path(environment.get("INSTANCE", ROOT / "instance"))
    made_up = _demo_secrets(instance) if mode == "demo" else {}
    problems: list[str] = []
    if mode not in {"demo", "production"}:
        problems.append("MODE must be demo or production")
    secret_key = environment.get("SECRET_KEY", made_up.get("SECRET_KEY", ""))
    if len(secret_key) < 32:
        problems.append("SECRET_KEY must hold at least 32 characters")
    master_key, *retired = _master_keys(environment, made_up, problems)
    smtp_url = environment.get("SMTP_URL", "")
    if mode == "production" and not smtp_url:
        problems.append("SMTP_URL must name a mail server")
    sms_url = environment.get("SMS_URL", "")
    if sms_url and not PROVIDER.fullmatch(sms_url):
        problems.append("SMS_URL must be twilio://account:token@from")
    public_url = environment.get("PUBLIC_URL", "" if mode == "production" else _here(environment)).rstrip("/")
    if not public_url.startswith(("http://", "https://")) or public_url.count("/") != 2:
        problems.append("PUBLIC_URL must be where people find the site, such as https://shop.example")
    proxies = environment.get("TRUSTED_PROXIES", "0")
    if not proxies.isdecimal():
        problems.append("TRUSTED_PROXIES must be a whole number")
    worker_threads = environment.get("WORKER_THREADS", "2")
    if not (worker_threads.isdecimal() and 0 < int(worker_threads) <= 64):
        problems.append("WORKER_THREADS must be a whole number from 1 to 64")
    webhooks = [entry.strip() for entry in environment.get("ERASURE_WEBHOOKS", "").split(",") if entry.strip()]
    if not all(WEBHOOK.fullmatch(entry) for entry in webhooks):
        problems.append("ERASURE_WEBHOOKS must be name=https://..., with commas between them")
    if problems:
        raise ConfigurationError("The settings are not complete:\n" + "\n".join(f"  {p}" for p in problems))
    return Settings(
        mode=mode,
        database_url=environment.get("DATABASE_URL", f"sqlite:///{instance / 'asklater.sqlite3'}"),
        secret_key=secret_key,
        master_key=master_key,
        instance=instance,
        manifest=Path(environment.get("MANIFEST", ROOT / "webapp" / "halftone" / "manifest.toml")),
        smtp_url=smtp_url,
        mail_from=environment.get("MAIL_FROM", "Halftone <hello@halftone.example>"),
        sms_url=sms_url,
        proxies=int(proxies),
        brand=environment.get("BRAND", "Halftone"),
        public_url=public_url,
        providers=Path(environment["PROVIDERS"]) if "PROVIDERS" in environment else None,
        erasure_webhooks=tuple((name, url) for name, _, url in (entry.partition("=") for entry in webhooks)),
        retired_master_keys=tuple(retired),
        master_key_file=Path(environment["MASTER_KEY_FILE"]) if "MASTER_KEY_FILE" in environment else None,
        worker_threads=int(worker_threads),
    )


def _here(environment: Mapping[str, str]) -> str:
    """Where the demo is. By name: passkeys know no site that is a bare number."""
    return f"http://localhost:{environment.get('PORT', '8000')}"


def _master_keys(environment: Mapping[str, str], made_up: Mapping[str, str], problems: list[str]) -> tuple[bytes, ...]:
    """The master key and the retired ones, from the file where one is named. What is wrong is added to `problems`."""
    current, retired = environment.get("MASTER_KEY"), environment.get("RETIRED_MASTER_KEYS", "")
    name = "MASTER_KEY_FILE"
    try:
        if name in environment and (current or retired):
            raise master_keys.Unusable("takes the place of MASTER_KEY and RETIRED_MASTER_KEYS: set it, or them")
        if name in environment:
            return master_keys.from_file(Path(environment[name]))
        name = "MASTER_KEY"
        key = master_keys.from_text(current or made_up.get(name, ""))
        name = "RETIRED_MASTER_KEYS"
        return (key, *master_keys.from_list(retired))
    except master_keys.Unusable as error:
        problems.append(f"{name} {error}")
        return (b"",)


def _demo_secrets(instance: Path) -> dict[str, str]:
    """The demo's own secrets, made on the first start and kept, so that a restart signs nobody out."""
    path = instance / "secrets.json"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        fresh = {"SECRET_KEY": secrets.token_urlsafe(48), "MASTER_KEY": secrets.token_hex(32)}
        draft = path.with_name(f".secrets-{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(fresh))
        try:
            os.link(draft, path)  # the first of two starting processes wins, both read the same
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept: dict[str, str] = json.loads(path.read_text())
    return kept
