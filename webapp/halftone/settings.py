"""Settings from the environment. In production the application refuses to start without its secrets."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asklater import ConfigurationError, Settings, read_settings
from asklater.private_files import private_folder

ROOT = Path(__file__).resolve().parents[2]
DEMO_PROVIDER = "DEMO_PROVIDER_URL"
"""In the environment: where `serve` runs the demo's own identity provider, for the processes that it starts."""
DEMO_PROVIDERS = ROOT / "seed_data" / "providers.toml"
CONTACT = "security@halftone.example"
"""Of the demo, where none is set: nobody reads it."""


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; one that is empty counts as left out.

    Raises ConfigurationError naming everything that is missing or wrong.
    """
    given: dict[str, Any] = {name: value for name, value in environment.items() if value}
    instance = Path(given.get("INSTANCE", ROOT / "instance"))
    problems: list[str] = []
    if given.get("MODE", "demo") == "demo":
        made_up = _demo_secrets(instance)
        if "MASTER_KEY_FILE" in given:
            del made_up["MASTER_KEY"]
        if DEMO_PROVIDER in given:
            made_up["PROVIDERS"] = str(DEMO_PROVIDERS)
        given = {"PUBLIC_URL": _here(environment), "SECURITY_CONTACT": CONTACT, **made_up, **given}
    else:
        if "SMTP_URL" not in given:
            problems.append("SMTP_URL must name an email server")
        if "PUBLIC_URL" not in given:
            problems.append("PUBLIC_URL must be where people find the site, such as https://shop.example")
    defaults = {
        "MODE": "demo",
        "SECRET_KEY": "",
        "MANIFEST": ROOT / "webapp" / "halftone" / "manifest.toml",
        "MAIL_FROM": "Halftone <hello@halftone.example>",
        "BRAND": "Halftone",
    }
    return read_settings({**defaults, **given, "INSTANCE": instance}, problems)


def _here(environment: Mapping[str, str]) -> str:
    """Where the demo is. By name: passkeys know no site that is a bare number."""
    return f"http://localhost:{environment.get('PORT') or '8000'}"


def _demo_secrets(instance: Path) -> dict[str, str]:
    """The demo's own secrets, made on the first start and kept, so that a restart signs nobody out.

    Raises ConfigurationError where what is kept is none, and OSError where the folder cannot be used.
    """
    path = instance / "secrets.json"
    if not path.exists():
        private_folder(instance)
        fresh = {"SECRET_KEY": secrets.token_urlsafe(48), "MASTER_KEY": secrets.token_hex(32)}
        draft = path.with_name(f".secrets-{secrets.token_hex(4)}")
        try:
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(fresh))
            os.link(draft, path)  # the first of two starting processes wins, both read the same
        except FileExistsError:
            pass
        finally:
            draft.unlink(missing_ok=True)
    try:
        kept = json.loads(path.read_text("utf-8"))
        return {name: str(kept[name]) for name in ("SECRET_KEY", "MASTER_KEY")}
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{path} does not hold the demo's secrets any more: put it back as it was, or move the folder {instance} "
            "away to begin anew."
        ) from error
