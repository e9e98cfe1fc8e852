"""Everything that leaves this machine by HTTP goes through one module, which has deadlines and limits."""

import ast
from pathlib import Path

import pytest

import asklater
from tests.support.paths import ROOT

LIBRARY = Path(asklater.__file__).parent
CLIENTS = frozenset({"requests", "urllib3", "urllib.request", "http.client", "httpx", "aiohttp", "socket"})
ALLOWED = {
    "asklater/web/outside_calls.py": CLIENTS,
    "asklater/accounts/providers/callback.py": {"requests"},  # its errors; Authlib's session is guarded
    "asklater/operations/metrics.py": {"socket"},  # listens
    "asklater/networks.py": {"socket"},  # reads how an address is written
    "asklater/jobs/heartbeats.py": {"socket"},  # names its machine
    "asklater/messages/smtp.py": {"socket"},  # cuts a line that takes too long
    "halftone/server.py": {"socket"},  # looks whether its port is free
}


def imported(path: Path) -> set[str]:
    """What a module imports, of the clients."""
    found, text = set[str](), path.read_text("utf-8")
    if not any(client in text for client in CLIENTS):
        return found
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {client for client in CLIENTS for name in found if name == client or name.startswith(f"{client}.")}


@pytest.mark.thorough
def test_no_other_module_calls_by_http() -> None:
    for path in sorted(LIBRARY.parent.rglob("*.py")):
        allowed = ALLOWED.get(str(path.relative_to(LIBRARY.parent)), set())
        assert imported(path) <= allowed, f"{path.relative_to(ROOT)}: use asklater.web.outside_calls"


def test_every_session_of_authlib_is_guarded() -> None:
    used = [path for path in LIBRARY.rglob("*.py") if "fetch_token(" in path.read_text("utf-8")]
    assert used
    for path in used:
        assert "outside_calls.guard(session" in path.read_text("utf-8")
