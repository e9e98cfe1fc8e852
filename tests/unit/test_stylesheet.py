"""The joined style sheets are fresh, complete and small."""

import gzip
from pathlib import Path

import pytest

from webapp import stylesheet


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in {part for parts in stylesheet.SHEETS.values() for part in parts}:
        (tmp_path / part).write_text(f"/* {part} */\n", encoding="utf-8")
    return tmp_path


def test_the_committed_sheet_is_fresh() -> None:
    assert stylesheet.stale() == [], "run python -m webapp.stylesheet"


def test_the_committed_sheet_fits_its_budget() -> None:
    assert len(gzip.compress(stylesheet.joined("site.css").encode(), 9)) <= 9 * 1024


def test_parts_are_joined_in_the_order_of_the_cascade(folder: Path) -> None:
    for name, parts in stylesheet.SHEETS.items():
        assert stylesheet.joined(name, folder).splitlines() == [f"/* {part} */" for part in parts]


def test_a_check_writes_nothing_and_fails_until_the_sheet_is_written(folder: Path) -> None:
    assert stylesheet.main(["--check"], folder) == 1
    assert not any((folder / name).exists() for name in stylesheet.SHEETS)
    assert stylesheet.main([], folder) == 0
    assert stylesheet.main(["--check"], folder) == 0


def test_an_edited_part_makes_the_sheet_stale(folder: Path) -> None:
    stylesheet.main([], folder)
    (folder / "fields.css").write_text("p { margin: 0 }\n", encoding="utf-8")
    assert stylesheet.stale(folder) == ["site.css"]


def test_a_sheet_that_nobody_joins_is_an_error(folder: Path) -> None:
    (folder / "forgotten.css").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"forgotten\.css"):
        stylesheet.joined("site.css", folder)
