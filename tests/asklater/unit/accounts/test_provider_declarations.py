"""Declarations of providers: presets, overrides, secrets from the environment, and every finding at once."""

import tomllib
from pathlib import Path

import pytest

from asklater.accounts.providers.declarations import PRESETS, Provider, is_safe, presets, read_providers
from asklater.settings import ConfigurationError

PARTS = {
    "entra": 'tenant = "8f5c0d1e-0000-4000-8000-000000000000"',
    "auth0": 'domain = "shop.eu.auth0.com"',
    "okta": 'domain = "shop.okta.com"',
    "keycloak": 'domain = "id.shop.example"\nrealm = "people"',
    "fusionauth": 'domain = "id.shop.example"',
    "authentik": 'domain = "id.shop.example"\napplication = "shop"',
    "frontegg": 'domain = "app-shop.frontegg.com"',
    "stytch": 'domain = "shop.customers.stytch.com"',
    "clerk": 'domain = "clerk.shop.example"',
}
ISSUERS = {
    "google": "https://accounts.google.com",
    "entra": "https://8f5c0d1e-0000-4000-8000-000000000000.ciamlogin.com/8f5c0d1e-0000-4000-8000-000000000000/v2.0",
    "apple": "https://appleid.apple.com",
    "auth0": "https://shop.eu.auth0.com/",
    "okta": "https://shop.okta.com",
    "keycloak": "https://id.shop.example/realms/people",
    "fusionauth": "https://id.shop.example",
    "authentik": "https://id.shop.example/application/o/shop/",
    "frontegg": "https://app-shop.frontegg.com",
    "stytch": "https://shop.customers.stytch.com",
    "clerk": "https://clerk.shop.example",
}


def declared(folder: Path, text: str, *, demo: bool = False, **environment: str) -> dict[str, Provider]:
    file = folder / "providers.toml"
    file.write_text(text, "utf-8")
    return read_providers(file, demo=demo, environment=environment)


def one(folder: Path, text: str, **environment: str) -> Provider:
    return declared(folder, f'[providers.it]\nclient_id = "shop"\n{text}', **environment)["it"]


def findings(folder: Path, text: str, *, demo: bool = False, **environment: str) -> str:
    with pytest.raises(ConfigurationError) as refused:
        declared(folder, text, demo=demo, **environment)
    return str(refused.value)


def test_there_is_an_expectation_for_every_preset() -> None:
    assert presets().keys() == ISSUERS.keys()


@pytest.mark.parametrize("preset", ISSUERS)
def test_a_preset_needs_its_parts_and_no_more(tmp_path: Path, preset: str) -> None:
    provider = one(tmp_path, f'preset = "{preset}"\n{PARTS.get(preset, "")}')
    assert provider.issuer == ISSUERS[preset]
    assert provider.scopes[0] == "openid"
    assert "email" in provider.scopes
    assert "picture" not in provider.claims  # an address that somebody else chose is never fetched


@pytest.mark.parametrize("preset", PARTS)
def test_a_part_that_is_missing_is_named(tmp_path: Path, preset: str) -> None:
    said = findings(tmp_path, f'[providers.it]\nclient_id = "shop"\npreset = "{preset}"')
    parts = [line.partition(" =")[0] for line in PARTS[preset].splitlines()]
    assert all(f"providers.it.{part}: the issuer" in said for part in parts)


@pytest.mark.parametrize("part", ["", "a/b", "a?b", "a#b", "evil.example/", "a@b", "a b", "\\\\\\\\x"])
def test_a_part_leads_nowhere_else(tmp_path: Path, part: str) -> None:
    said = findings(tmp_path, f'[providers.it]\nclient_id = "shop"\npreset = "okta"\ndomain = "{part}"')
    assert "providers.it.domain" in said


def test_every_word_on_proof_has_its_reason_beside_it() -> None:
    lines = [line for line in PRESETS.read_text("utf-8").splitlines() if line.startswith("proves_email")]
    assert len(lines) == len(presets())
    assert all(len(line.partition("# ")[2]) > 20 for line in lines)


def test_a_declaration_says_some_things_differently(tmp_path: Path) -> None:
    provider = one(
        tmp_path,
        'preset = "google"\nlabel = "Work"\nscopes = ["openid"]\nproves_email = false\n'
        'claims = { given_name = "name" }',
    )
    assert (provider.label, provider.scopes, provider.proves_email) == ("Work", ("openid",), False)
    assert provider.claims == {"given_name": "name"}


def test_one_without_a_preset(tmp_path: Path) -> None:
    provider = one(tmp_path, 'label = "Acme"\nissuer = "https://id.acme.example"')
    assert not provider.proves_email  # nothing is believed that nobody declared
    assert provider.claims == {}


def test_a_secret_comes_from_the_environment(tmp_path: Path) -> None:
    text = 'preset = "google"\nclient_secret = "env:GOOGLE"'
    assert one(tmp_path, text, GOOGLE="hush").client_secret == "hush"
    assert "the environment holds no GOOGLE" in findings(tmp_path, f'[providers.it]\nclient_id = "shop"\n{text}')


def test_an_issuer_comes_from_the_environment_and_is_checked_like_any(tmp_path: Path) -> None:
    text = 'label = "Acme"\nissuer = "env:ACME"'
    assert one(tmp_path, text, ACME="https://id.acme.example").issuer == "https://id.acme.example"
    declared = f'[providers.it]\nclient_id = "shop"\n{text}'
    assert ".issuer: the environment holds no ACME" in findings(tmp_path, declared)
    assert ".issuer: must be https://" in findings(tmp_path, declared, ACME="http://id.acme.example")


def test_every_finding_comes_at_once(tmp_path: Path) -> None:
    said = findings(
        tmp_path,
        """
        unknown = 1
        [providers.a]
        preset = "gogle"
        [providers.b]
        preset = "google"
        client_id = "shop"
        colour = "blue"
        scopes = ["email"]
        proves_email = "yes"
        [providers.Shouting]
        client_id = "shop"
        label = "Acme"
        issuer = "http://id.acme.example"
        [providers.apple]
        preset = "apple"
        client_id = "shop"
        client_secret_key = "nowhere.p8"
        """,
    )
    for expected in (
        "unknown: is not known",
        "providers.a.preset: no preset is called 'gogle'; there are google, entra, apple",
        "providers.a.client_id: is missing",
        "providers.b.colour",
        "providers.b.scopes: must hold openid",
        "providers.b.proves_email",
        "providers.Shouting: a key has at most 20 small letters",
        "providers.Shouting.issuer: must be https://",
        "providers.apple.client_secret_key: there is no such file",
        "providers.apple.client_secret_key: needs team_id and key_id too",
    ):
        assert expected in said


@pytest.mark.parametrize(
    "text", ["[providers", 'providers = "google"', "providers = { a = 1 }", "[providers.a]\npreset = 7", "\x00"]
)
def test_what_is_no_declaration_is_said_so(tmp_path: Path, text: str) -> None:
    assert "PROVIDERS" in findings(tmp_path, text)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.toml cannot be read"):
        read_providers(tmp_path / "missing.toml", demo=True)


@pytest.mark.parametrize(
    ("url", "demo", "safe"),
    [
        ("https://id.example", False, True),
        ("http://id.example", True, False),
        ("http://localhost:8080", True, True),
        ("http://localhost:8080", False, False),
        ("http://localhost.evil.example", True, False),
        ("http://localhost@evil.example", True, False),
        ("https://", False, False),
        ("javascript:alert(1)", True, False),
        ("https://[", False, False),
    ],
)
def test_where_secrets_may_be_sent(url: str, demo: bool, safe: bool) -> None:
    assert is_safe(url, demo=demo) is safe


def test_the_presets_are_a_few_lines_each() -> None:
    tables = tomllib.loads(PRESETS.read_text("utf-8"))
    assert all(len(table) <= 8 for table in tables.values())
