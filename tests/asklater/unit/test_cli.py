"""`asklater manifest check FILE`, which needs no application."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from asklater.cli import main
from tests.support.declared import TEXT


def checked(tmp_path: Path, text: str) -> tuple[int, str]:
    file = tmp_path / "manifest.toml"
    file.write_text(text, "utf-8")
    result = CliRunner().invoke(main, ["manifest", "check", str(file)])
    return result.exit_code, result.output


def test_what_only_an_application_knows_is_a_warning(tmp_path: Path) -> None:
    code, said = checked(tmp_path, TEXT)
    assert code == 0
    assert ": fields.email.kind: no kind is called 'email'" in said


def test_what_is_wrong_is_named_and_fails(tmp_path: Path) -> None:
    code, said = checked(tmp_path, TEXT.replace('purpose = "account"', 'purpose = "acount"', 1))
    assert code == 1
    assert "no purpose is called 'acount'" in said


@pytest.mark.parametrize("text", ["[fields", "[fields.x]\nkind = 3\n"])
def test_a_file_that_is_no_manifest(tmp_path: Path, text: str) -> None:
    code, said = checked(tmp_path, text)
    assert code == 1
    assert "Traceback" not in said


def test_each_finding_tells_its_line(tmp_path: Path) -> None:
    stages = "[{ from = 2027-02-01 }, { from = 2027-01-01 }]"
    asked = (
        f'[actions.late]\nlabel = "Late"\nreason = "To see."\nrequires = [{{ field = "email", applies = {stages} }}]'
    )
    code, said = checked(tmp_path, f"{TEXT}\n{asked}\n")
    lines = f"{TEXT}\n{asked}".split("\n")
    assert code == 1
    assert f"line {len(lines)}: actions.late.requires.0.applies: the stage from 2027-01-01 stands behind" in said
    kind = lines.index("[fields.email]") + 2
    assert f"warning: line {kind}: fields.email.kind: no kind is called" in said
