"""`compose.yaml` and `Dockerfile` fit to the application, and nothing in them may do more than it has to."""

import re
from typing import Any

import pytest
import yaml

from asklater.cli import library_group
from halftone.cli import cli
from tests.support.paths import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
OF_SHOP = sorted(name for name, service in SERVICES.items() if service.get("image") == "halftone")
SECRETS = re.compile(r"KEY|PASSWORD|SECRET|SMTP_URL")

each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def known_settings() -> set[str]:
    chapter = (ROOT / "webapp" / "asklater" / "docs" / "settings.md").read_text("utf-8")
    return set(re.findall(r"^\| `([A-Z_]+)`", chapter, re.MULTILINE))


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The command that `python -m halftone ...` runs, with the options that are left."""
    assert words[:3] == ["python", "-m", "halftone"]
    found: Any = cli
    rest = words[3:]
    if rest[0] == "asklater":  # which joins with the application
        found, rest = library_group, rest[1:]
    while rest and hasattr(found, "commands") and rest[0] in found.commands:
        found, rest = found.commands[rest[0]], rest[1:]
    return found, rest


def test_it_is_the_topology_that_is_told_of() -> None:
    assert set(SERVICES) == {"upgrade", "web-1", "web-2", "worker-1", "worker-2", "postgres", "redis", "proxy"}
    ran = {name: SERVICES[name]["command"][3] for name in OF_SHOP}
    assert ran == {"upgrade": "asklater", "web-1": "web", "web-2": "web", "worker-1": "work", "worker-2": "work"}


@pytest.mark.parametrize("name", OF_SHOP)
def test_the_shops_commands_exist(name: str) -> None:
    command, rest = command_of(SERVICES[name]["command"])
    assert not hasattr(command, "commands"), "a command, not a group of them"
    options = {option for parameter in command.params for option in parameter.opts}
    assert set(rest) <= options


@pytest.mark.parametrize("name", OF_SHOP)
def test_the_shops_settings_exist(name: str) -> None:
    assert set(SERVICES[name]["environment"]) <= known_settings()


def test_the_images_settings_exist() -> None:
    own = set(re.findall(r"\b([A-Z_]+)=", DOCKERFILE)) - {"PATH", "PYTHONPATH"}
    assert {name for name in own if not name.startswith("PYTHON")} <= known_settings()
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*\n?.*/healthz", DOCKERFILE, re.MULTILINE)


@each_service
def test_nothing_may_do_more_than_it_has_to(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["healthcheck"].get("test") or name == "upgrade", "it ends, and says itself how"
    assert not service.get("privileged")
    assert bool(service.get("ports")) is (name == "proxy"), "the proxy alone is reached from outside"


@each_service
def test_no_secret_stands_in_it(name: str) -> None:
    for setting, value in SERVICES[name].get("environment", {}).items():
        if SECRETS.search(setting):
            assert re.fullmatch(r"\$\{[A-Z_]+:(\?.+|-)\}", value), setting
        assert value.startswith("${") or not re.search(r"://[^:/@$]+:[^$@]+@", value), setting


@each_service
def test_what_a_service_waits_for_and_keeps_is_there(name: str) -> None:
    service = SERVICES[name]
    assert set(service.get("depends_on", {})) <= set(SERVICES)
    assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"])
    assert {config["source"] for config in service.get("configs", [])} <= set(COMPOSE["configs"])
    assert set(service["networks"]) <= set(COMPOSE["networks"])


def test_the_proxy_knows_both_web_machines() -> None:
    said = COMPOSE["configs"]["caddyfile"]["content"]
    assert "reverse_proxy web-1:8000 web-2:8000" in said
    assert said.count("{") == said.count("}")
