"""Declarations: which providers there are, read from a file of the site's own and checked all at once."""

import os
import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field as Limits, ValidationError

from asklater import http
from asklater.settings import ConfigurationError

PRESETS = Path(__file__).with_name("presets.toml")
KEY = re.compile(r"[a-z][a-z0-9-]{0,19}")
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,199}")
"""What fills a named part of an issuer: a host, a realm, an id; nothing that would lead to another path."""
FROM_ENVIRONMENT = "env:"
LEFT_TO_ENVIRONMENT = ("issuer", "client_secret")
"""What a declaration may leave to the environment: `env:NAME`."""
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
Table = dict[str, Any]


def _no_list(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _openid_first(scopes: tuple[str, ...]) -> tuple[str, ...]:
    if "openid" not in scopes:
        raise ValueError("must hold openid")
    return scopes


Word = Annotated[str, Limits(min_length=1, max_length=300)]
Words = Annotated[tuple[Word, ...], BeforeValidator(_no_list)]


class Provider(BaseModel):
    """One provider. `claims` maps what it says to fields, `address.locality` to `shipping_address.city` if need be.

    Its word proves an address when `proves_email`, `verified_claim` is true, and, where `authoritative_for` or
    `authoritative_claim` say so, the address is of one of these domains or comes with that claim.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    key: str
    label: Annotated[str, Limits(min_length=1, max_length=60)]
    issuer: Word
    client_id: Word
    client_secret: str = ""
    client_secret_key: str = ""
    team_id: str = ""
    key_id: str = ""
    scopes: Annotated[Words, AfterValidator(_openid_first)] = ("openid", "email")
    claims: Mapping[Word, Word] = {}
    proves_email: bool = False
    verified_claim: Word = "email_verified"
    authoritative_for: Words = ()
    authoritative_claim: str = ""
    response_mode: Literal["query", "form_post"] = "query"


def read_providers(path: Path, *, demo: bool, environment: Mapping[str, str] = os.environ) -> dict[str, Provider]:
    """Every provider of the file, by key. Raises ConfigurationError that names everything that is wrong."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"PROVIDERS: {path.name} cannot be read: {error}") from error
    tables = document.pop("providers", {})
    findings = [f"{key}: is not known; every provider is a table [providers.<key>]" for key in document]
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        findings, tables = [*findings, "providers: must be a table of tables"], {}
    found: dict[str, Provider] = {}
    for key, table in tables.items():
        wrong: list[str] = []
        provider = _read_one(key, table, environment, wrong)
        if provider is not None:
            wrong += _check(provider, demo=demo)
            found[key] = provider
        findings += [f"providers.{key}{finding}" for finding in wrong]
    if findings:
        raise ConfigurationError(
            "PROVIDERS: the declarations are not complete:\n" + "\n".join(f"  {f}" for f in findings)
        )
    return found


def presets() -> dict[str, Table]:
    """The providers that are known by name."""
    return tomllib.loads(PRESETS.read_text("utf-8"))


def is_safe(url: str, *, demo: bool) -> bool:
    """Whether secrets may be sent there: by TLS, or in the demo to this machine."""
    parts = http.parts_of(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (demo and parts.scheme == "http" and parts.hostname in LOCAL_HOSTS)
    )


def _read_one(key: str, table: Table, environment: Mapping[str, str], wrong: list[str]) -> Provider | None:
    """The declaration over its preset; what is wrong with it is added to `wrong`."""
    known, declared = presets(), dict(table)
    name = declared.pop("preset", "")
    if name and name not in known:
        wrong.append(f".preset: no preset is called {name!r}; there are {', '.join(known)}")
    merged = {**known.get(name if isinstance(name, str) else "", {}), **declared, "key": key}
    wrong += _look_up(merged, environment)
    wrong += _fill(merged)
    try:
        return Provider.model_validate(merged)
    except ValidationError as error:
        wrong += [f".{'.'.join(map(str, entry['loc']))}: {_explained(entry['msg'])}" for entry in error.errors()]
        return None


def _fill(merged: Table) -> Iterator[str]:
    """Put the named parts into the issuer; those that are missing or unfit are findings."""
    issuer = merged.get("issuer")
    if not isinstance(issuer, str):
        return
    for part in sorted({name for _text, name, *_more in string.Formatter().parse(issuer) if name}):
        given = merged.pop(part, None)
        if not isinstance(given, str) or not IDENTIFIER.fullmatch(given):
            yield f".{part}: the issuer {issuer} needs it, such as the host or the id in your provider's settings"
            continue
        merged["issuer"] = merged["issuer"].replace("{" + part + "}", given)


def _look_up(merged: Table, environment: Mapping[str, str]) -> Iterator[str]:
    """Put in what the declaration leaves to the environment; what that does not hold is a finding."""
    for part in LEFT_TO_ENVIRONMENT:
        given = merged.get(part)
        if isinstance(given, str) and given.startswith(FROM_ENVIRONMENT):
            name = given.removeprefix(FROM_ENVIRONMENT)
            merged[part] = environment.get(name, "")
            if not merged[part]:
                yield f".{part}: the environment holds no {name}"


def _check(provider: Provider, *, demo: bool) -> Iterator[str]:
    if not KEY.fullmatch(provider.key):
        yield ": a key has at most 20 small letters, digits and hyphens"
    parts = http.parts_of(provider.issuer)
    if "{" not in provider.issuer and (not is_safe(provider.issuer, demo=demo) or parts.query or parts.fragment):
        yield ".issuer: must be https://..., without a query (http://localhost works in the demo)"
    if provider.client_secret_key:
        if not Path(provider.client_secret_key).is_file():
            yield ".client_secret_key: there is no such file"
        if not (provider.team_id and provider.key_id):
            yield ".client_secret_key: needs team_id and key_id too"


def _explained(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Field required", "is missing")
