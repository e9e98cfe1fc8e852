"""What is deprecated warns for a release, and is taken out when its time has come."""

import tomllib

import pytest

from asklater.deprecations import DEPRECATED, Deprecation, warn_of
from tests.support.paths import ROOT


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def overdue(deprecated: tuple[Deprecation, ...], now: str) -> list[str]:
    return [one.what for one in deprecated if version(one.gone_in) <= version(now)]


def test_what_has_had_its_time_is_taken_out() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert overdue(DEPRECATED, project["version"]) == []
    assert overdue((Deprecation("x", "y", gone_in="0.2"),), "0.10.1") == ["x"]


def test_a_warning_says_what_to_do_and_names_whoever_used_it() -> None:
    with pytest.warns(DeprecationWarning, match="x goes with Asklater 9.0: do y") as warned:
        warn_of(Deprecation("x", "do y", gone_in="9.0"), stacklevel=1)
    assert warned[0].filename == __file__
