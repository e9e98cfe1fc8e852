"""What is distributed works for somebody else: installed into an empty environment outside the tree, and tried."""

import re
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.contracts.files import tracked
from tests.running.distribution import Distribution, build, environment, run
from tests.support.paths import ROOT

pytestmark = pytest.mark.thorough
HERE = Path(__file__).parent
LIBRARY = ROOT / "webapp" / "asklater"
MEGABYTE = 1_000_000
EXAMPLE = re.compile(r"<!-- ([\w-]+\.\w+) -->\n```\w+\n(.*?)```", re.DOTALL)
ABOUT = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE", "top_level.txt"}
BESIDE = {"LICENSE", "PKG-INFO", "README.md", "pyproject.toml", "setup.cfg"}


@pytest.fixture(scope="module")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Distribution:
    return build(tmp_path_factory.mktemp("built"))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with nothing in it."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def of_library() -> set[str]:
    """The library's files, as both archives name them."""
    return {str(path.relative_to(LIBRARY.parent)) for path in tracked() if path.is_relative_to(LIBRARY)}


def write_examples(folder: Path, *wanted: str) -> None:
    """What README and chapters show, as somebody would copy it."""
    pages = [ROOT / "README.md", *(LIBRARY / "docs").glob("*.md")]
    shown = dict(EXAMPLE.findall("\n".join(page.read_text("utf-8") for page in pages)))
    for name in wanted:
        (folder / name).write_text(shown[name], "utf-8")


def set_in(example: Path, setting: str, value: str) -> None:
    text = example.read_text("utf-8")
    assert text.count("\nCSRFProtect(app)\n") == 1
    changed = text.replace("\nCSRFProtect(app)\n", f"\napp.config[{setting!r}] = {value!r}\nCSRFProtect(app)\n")
    example.write_text(changed, "utf-8")


def try_in(folder: Path, python: Path, script: str) -> str:
    shutil.copy(HERE / script, folder)
    return run(str(python), "-W", "error", script, folder=folder)


def apart(names: Iterable[str]) -> set[str]:
    """The names of files without the folder that holds everything."""
    return {name.partition("/")[2] for name in names if not name.endswith("/")}


def test_the_wheel_holds_the_library_and_nothing_else(distribution: Distribution) -> None:
    with zipfile.ZipFile(distribution.wheel) as archive:
        names = set(archive.namelist())
    about = {name for name in names if name.startswith("asklater-")}
    assert names - about == of_library()
    assert apart(about) == ABOUT
    needed = (
        "py.typed",
        "docs/getting-started.md",
        "accounts/providers/presets.toml",
        "migrations/script.py.mako",
        "translations/asklater.pot",
    )
    assert {f"asklater/{name}" for name in needed} <= names
    folders = ("templates/asklater/", "static/css/", "static/js/", "static/vendor/", "migrations/versions/")
    assert all(any(name.startswith(f"asklater/{folder}") for name in names) for folder in folders)


def test_the_source_archive_holds_what_the_wheel_is_made_from(distribution: Distribution) -> None:
    with tarfile.open(distribution.source) as archive:
        names = apart(member.name for member in archive.getmembers() if member.isfile())
    made = {name for name in names if "asklater.egg-info/" in name}
    assert names - made == BESIDE | {f"webapp/{name}" for name in of_library()}


def test_its_description_can_be_shown(distribution: Distribution) -> None:
    said = run(sys.executable, "-m", "twine", "check", "--strict", str(distribution.wheel), str(distribution.source))
    assert said.count("PASSED") == 2


def test_the_core_alone_runs_the_example(distribution: Distribution, tmp_path: Path, empty: Path) -> None:
    python = environment(tmp_path / "core", str(distribution.wheel))
    write_examples(empty, "letters.py", "letters.toml")
    try_in(empty, python, "try_letters.py")
    try_in(empty, python, "serve_letters.py")
    flask = [str(python), "-m", "flask", "--app", "letters", "asklater"]
    assert run(*flask, "database", "upgrade", folder=empty) == "The database is up to date.\n"
    assert "no findings" in run(*flask, "manifest", "check", folder=empty)
    assert "no findings" in run(str(python.with_name("asklater")), "manifest", "check", "letters.toml", folder=empty)
    assert size_of(python) < 80 * MEGABYTE
    for extra in ("messages", "accounts", "insights", "privacy"):
        with pytest.raises(RuntimeError, match=rf"asklater\.{extra} needs \w+: pip install 'asklater\[{extra}\]'"):
            run(str(python), "-c", f"import asklater.{extra}", folder=empty)


def size_of(python: Path) -> int:
    """Bytes of all that is installed, but for what an empty environment brings itself."""
    (packages,) = python.parent.parent.glob("lib/python*/site-packages")
    brought = re.compile(r"(pip|setuptools|pkg_resources|_distutils_hack|distutils-precedence)\b")
    return sum(
        file.stat().st_size
        for entry in packages.iterdir()
        if not brought.match(entry.name)
        for file in (entry.rglob("*") if entry.is_dir() else (entry,))
        if file.is_file()
    )


def test_with_all_extras_every_feature_answers(distribution: Distribution, tmp_path: Path, empty: Path) -> None:
    python = environment(tmp_path / "all", f"{distribution.wheel}[all]")
    write_examples(empty, "office.py", "office.toml", "letters.py", "letters.toml")
    set_in(empty / "office.py", "ASKLATER_MODE", "demo")  # so that mails are shown on a page
    manifest = empty / "office.toml"
    manifest.write_text(manifest.read_text("utf-8") + (HERE / "more_office.toml").read_text("utf-8"), "utf-8")
    try_in(empty, python, "try_office.py")
    translate(empty, python)
    set_in(empty / "letters.py", "BABEL_DEFAULT_LOCALE", "de")
    try_in(empty, python, "try_german.py")


def translate(folder: Path, python: Path) -> None:
    """Make a catalogue of the application's own, with one sentence of the library's."""
    (packages,) = python.parent.parent.glob("lib/python*/site-packages")
    template = packages / "asklater" / "translations" / "asklater.pot"
    babel = str(python.with_name("pybabel"))
    run(babel, "-q", "init", "-i", str(template), "-d", "translations", "-l", "de", folder=folder)
    catalogue = folder / "translations" / "de" / "LC_MESSAGES" / "messages.po"
    text = catalogue.read_text("utf-8")
    assert 'msgid "Cancel"\nmsgstr ""' in text
    catalogue.write_text(text.replace('msgid "Cancel"\nmsgstr ""', 'msgid "Cancel"\nmsgstr "Abbrechen"'), "utf-8")
    run(babel, "-q", "compile", "-d", "translations", folder=folder)
