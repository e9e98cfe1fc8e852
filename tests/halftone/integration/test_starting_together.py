"""Four starts at once on an empty database, as four machines would: all go on, and the demo is loaded once."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen

import pytest
from sqlalchemy import create_engine, text

from halftone.settings import ROOT
from tests.support.databases import postgres_binaries, postgres_server
from tests.support.waiting import PATIENCE

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="it is about processes, and brings its own database"),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'shared.sqlite3'}"
        return
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres_server(binaries) as server:
        yield server.url


@pytest.mark.thorough
def test_four_load_the_demo_once(url: str, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    own = {"INSTANCE": str(tmp_path / "instance"), "DATABASE_URL": url, "PYTHONPATH": str(ROOT / "webapp")}
    script = "from click.testing import CliRunner as R; from halftone.cli import cli; import sys; "
    script += "a = R().invoke(cli, ['asklater', 'database', 'upgrade']); b = R().invoke(cli, ['demo', 'load', "
    script += "'--without-history']); print(a.output, b.output); sys.exit(a.exit_code or b.exit_code)"
    starts = [
        Popen([sys.executable, "-c", script], cwd=ROOT, env={**kept, **own}, stdout=PIPE, stderr=STDOUT, text=True)
        for _ in range(4)
    ]
    said = [start.communicate(timeout=PATIENCE)[0] for start in starts]
    assert [start.returncode for start in starts] == [0] * 4, said
    assert sorted("personas were settled." in words for words in said) == [False, False, False, True]
    engine = create_engine(url)
    with engine.connect() as connection:
        doubled = text("SELECT count(*) - count(DISTINCT slug) FROM product")
        assert connection.scalar(doubled) == 0
    engine.dispose()
