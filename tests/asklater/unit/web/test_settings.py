"""What an application is set to: whatever is weak or wrong is refused with a sentence, all of it at once."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from asklater.settings import ConfigurationError, Settings, from_config

KEY = sha256(b"a key of these tests").hexdigest()
GOOD = {"SECRET_KEY": "a secret of these tests, long enough", "ASKLATER_MASTER_KEY": KEY}


def read(**given: Any) -> Settings:
    app = Flask(__name__)
    app.config.update(GOOD, **given)
    return from_config(app)


def refusal(**given: Any) -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        read(**given)
    return str(refused.value).splitlines()[1:]


@pytest.mark.parametrize("key", ["", "00ff", "no digits"])
def test_a_master_key_that_is_none_is_told_how_to_make_one(key: str) -> None:
    [said] = refusal(ASKLATER_MASTER_KEY=key)
    assert said.strip().startswith("ASKLATER_MASTER_KEY must hold 64 hexadecimal digits; make one by: python -c")


def test_a_setting_that_is_misspelt_is_told_with_the_right_one() -> None:
    assert refusal(ASKLATER_DATABSE_URL="sqlite://")[0].endswith("did you mean ASKLATER_DATABASE_URL?")
    assert "Flask's own SECRET_KEY" in refusal(ASKLATER_SECRET_KEY="a secret of these tests, long enough")[0]


def test_a_secret_of_bytes_is_as_good() -> None:
    assert read(SECRET_KEY=b"a secret of these tests, in bytes").secret_key == "a secret of these tests, in bytes"


def test_two_settings_are_enough() -> None:
    settings = read()
    assert (settings.mode, settings.public_url, settings.hosts, settings.proxies) == ("production", "", [], 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "a"),
        ("SECRET_KEY", "a" * 64),
        ("SECRET_KEY", "abcabcabc" * 8),
        ("SECRET_KEY", "32 characters or more, from your secrets"),
        ("ASKLATER_MASTER_KEY", ""),
        ("ASKLATER_MASTER_KEY", "00" * 32),
        ("ASKLATER_MASTER_KEY", "a7" * 32),
        ("ASKLATER_MASTER_KEY", "0123456789abcdef" * 4),
        ("ASKLATER_MASTER_KEY", bytes(range(32)).hex()),
        ("ASKLATER_MODE", "prodution"),
        ("ASKLATER_PUBLIC_URL", "http://shop.example"),
        ("ASKLATER_PUBLIC_URL", "shop.example"),
        ("ASKLATER_PUBLIC_URL", "https://shop.example/pa th"),
        ("ASKLATER_PUBLIC_URL", "https://shop.example//other.example"),
        ("ASKLATER_PUBLIC_URL", "https://user@shop.example"),
        ("ASKLATER_PUBLIC_URL", "https://shop.example:port"),
        ("ASKLATER_PUBLIC_URL", "ftp://shop.example"),
        ("ASKLATER_TRUSTED_PROXIES", "one"),
        ("ASKLATER_TRUSTED_PROXIES", -1),
        ("ASKLATER_TRUSTED_HOSTS", "https://shop.example"),
        ("ASKLATER_TRUSTED_HOSTS", "shop.example:8443"),
        ("ASKLATER_TRUSTED_HOSTS", "[::1]"),
        ("ASKLATER_TIME_ZONE", "Europe/Atlantis"),
        ("ASKLATER_TIME_ZONE", "Europe"),
        ("ASKLATER_TIME_ZONE", "../etc/localtime"),
        ("ASKLATER_SMS_URL", "https://api.example"),
        ("ASKLATER_SECURITY_CONTACT", "somebody"),
        ("ASKLATER_SECURITY_CONTACT", "http://shop.example/contact"),
        ("ASKLATER_ERASURE_WEBHOOKS", "https://pay.example"),
        ("ASKLATER_ERASURE_WEBHOOKS", 7),
        ("ASKLATER_ERASURE_WEBHOOKS", [("payment",)]),
        ("ASKLATER_SECRET_KEY", "a secret of these tests, long enough"),
        ("ASKLATER_DATABSE_URL", "sqlite://"),
        ("ASKLATER_BRAND", 5),
        ("ASKLATER_MODE", ["demo"]),
        ("ASKLATER_MANIFEST", 7),
        ("ASKLATER_TRUSTED_HOSTS", 7),
        ("ASKLATER_RETIRED_MASTER_KEYS", [1]),
        *(
            ("ASKLATER_ERASURE_WEBHOOKS", f"payment={url}")
            for url in (
                "http://pay.example/erase",
                "https://localhost/erase",
                "https://a.localhost",
                "https://127.0.0.1",
                "https://127.1",
                "https://2130706433",
                "https://0x7f000001",
                "https://[::1]",
                "https://[::ffff:10.0.0.1]",
                "https://[64:ff9b::a9fe:a9fe]",
                "https://10.1.2.3",
                "https://192.168.1.1",
                "https://169.254.169.254/latest",
                "https://100.100.100.200",
                "https://[fd00:ec2::254]",
                "https://[fe80::1]",
                "https://0.0.0.0",
                "https://224.0.0.1",
            )
        ),
    ],
)
def test_what_is_weak_or_wrong_in_production_is_refused_by_its_name(name: str, value: object) -> None:
    said = refusal(**{name: value})
    assert [line.split()[0] for line in said] == [name]
    assert len(str(value)) < 20 or str(value) not in said[0], "no secret is printed"


def test_everything_is_said_at_once() -> None:
    assert len(refusal(SECRET_KEY="x", ASKLATER_MASTER_KEY="00" * 32, ASKLATER_PUBLIC_URL="http://x.example")) == 3


def test_a_demo_is_less_strict_about_addresses_and_as_strict_about_secrets() -> None:
    demo = {"ASKLATER_MODE": "demo"}
    settings = read(
        **demo, ASKLATER_PUBLIC_URL="http://localhost:5000/", ASKLATER_ERASURE_WEBHOOKS="a=http://127.0.0.1:1/"
    )
    assert (settings.public_url, settings.hosts) == ("http://localhost:5000", [])
    assert refusal(**demo, SECRET_KEY="a" * 32)


def test_webhooks_are_pairs_or_one_text() -> None:
    pairs = (("payment", "https://p.example/a?b=c"), ("carrier", "https://8.8.8.8/"))
    text = ", ".join(f"{name}={url}" for name, url in pairs)
    for given in (pairs, list(pairs), [list(pair) for pair in pairs], dict(pairs), text):
        assert read(ASKLATER_ERASURE_WEBHOOKS=given).erasure_webhooks == pairs


def test_a_retired_key_may_be_weak_so_that_it_can_be_retired() -> None:
    assert read(ASKLATER_RETIRED_MASTER_KEYS="00" * 32).retired_master_keys == (bytes(32),)


def test_a_file_and_a_key_cannot_both_be_named(tmp_path: Path) -> None:
    assert "takes the place" in refusal(ASKLATER_MASTER_KEY_FILE=str(tmp_path / "keys"))[0]


def test_hosts_are_those_of_the_public_address_unless_named() -> None:
    machine = ["localhost", "127.0.0.1"]
    assert read(ASKLATER_PUBLIC_URL="https://shop.example:8443").hosts == ["shop.example", *machine]
    assert read(ASKLATER_PUBLIC_URL="https://[2606:4700::1111]").hosts == []
    for named in (".shop.example, shop.example", [".shop.example", "shop.example"]):
        assert read(ASKLATER_TRUSTED_HOSTS=named).hosts == [".shop.example", "shop.example", *machine]


def test_a_contact_is_an_address_that_a_program_can_follow() -> None:
    for given, contact in (
        ("security@shop.example", "mailto:security@shop.example"),
        ("https://shop.example/contact", "https://shop.example/contact"),
    ):
        assert read(ASKLATER_SECURITY_CONTACT=given).security_contact == contact
