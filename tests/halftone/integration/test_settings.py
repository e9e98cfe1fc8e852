"""Settings from the environment: secrets that are missing, made up, or agreed on."""

import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from asklater.database.access import Database
from asklater.settings import ConfigurationError
from halftone.settings import ROOT, from_environment

KEY = sha256(b"a key of these tests").digest()
COMPLETE = {
    "MODE": "production",
    "SECRET_KEY": "a secret of these tests, long enough",
    "MASTER_KEY": KEY.hex(),
    "SMTP_URL": "smtp://mail.example",
    "PUBLIC_URL": "https://shop.example",
    "INSTANCE": "unused",
}


def test_production_refuses_to_start_without_its_secrets_and_names_all_of_them() -> None:
    with pytest.raises(ConfigurationError) as refused:
        from_environment({"MODE": "production"})
    assert all(name in str(refused.value) for name in ("SECRET_KEY", "MASTER_KEY", "SMTP_URL", "PUBLIC_URL"))


def test_production_starts_with_them() -> None:
    settings = from_environment(COMPLETE)
    assert not settings.demo
    assert settings.master_key == KEY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODE", "prodution"),
        ("PUBLIC_URL", "shop.example"),
        ("SECRET_KEY", "short"),
        ("MASTER_KEY", "0f" * 31),
        ("MASTER_KEY", "x" * 64),
        ("SMTP_URL", ""),
        ("SMS_URL", "twilio://account@+15005550006"),
        ("SMS_URL", "https://account:token@api.example"),
        ("ERASURE_WEBHOOKS", "https://pay.example"),
        ("ERASURE_WEBHOOKS", "payment=pay.example"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "one"),
        ("WEB_WORKERS", "0"),
        ("WEB_THREADS", "many"),
        ("WORKER_THREADS", "0"),
        ("WORKER_THREADS", "many"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        from_environment({**COMPLETE, name: value})


def test_several_webhooks_are_told_of_erasures() -> None:
    settings = from_environment(
        {**COMPLETE, "ERASURE_WEBHOOKS": "payment=https://p.example/a?b=c, carrier=https://c.example"}
    )
    assert settings.erasure_webhooks == (("payment", "https://p.example/a?b=c"), ("carrier", "https://c.example"))


def test_an_empty_variable_counts_as_left_out(tmp_path: Path) -> None:
    settings = from_environment({"INSTANCE": str(tmp_path), "MODE": "", "DATABASE_URL": "", "BRAND": ""})
    assert settings.demo
    assert settings.brand == "Halftone"
    assert settings.database_url.startswith("sqlite:///")


def test_the_demo_makes_its_secrets_once_and_keeps_them_to_itself(tmp_path: Path) -> None:
    first = from_environment({"INSTANCE": str(tmp_path / "new")})
    assert from_environment({"INSTANCE": str(tmp_path / "new")}) == first
    kept = tmp_path / "new" / "secrets.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert from_environment({"INSTANCE": str(tmp_path / "other")}).secret_key != first.secret_key


@pytest.mark.thorough
def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    ask = "from halftone.settings import from_environment as f; s = f(); print(s.secret_key, s.master_key.hex())"
    environment = {"INSTANCE": str(tmp_path), "PYTHONPATH": str(ROOT / "webapp")}
    asked = [
        subprocess.Popen([sys.executable, "-c", ask], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = {process.communicate()[0] for process in asked}
    assert len(answers) == 1
    assert len(answers.pop()) > 100
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://localhost/shop", "oracle://x", "sqlite+nodriver:///x"])
def test_a_database_that_is_none_is_said_so(url: str) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL"):
        Database(url)
