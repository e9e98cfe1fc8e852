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
    assert "warning: fields.email.kind: no kind is called 'email'" in said


def test_what_is_wrong_is_named_and_fails(tmp_path: Path) -> None:
    code, said = checked(tmp_path, TEXT.replace('purpose = "account"', 'purpose = "acount"', 1))
    assert code == 1
    assert "no purpose is called 'acount'" in said


@pytest.mark.parametrize("text", ["[fields", "[fields.x]\nkind = 3\n"])
def test_a_file_that_is_no_manifest(tmp_path: Path, text: str) -> None:
    code, said = checked(tmp_path, text)
    assert code == 1
    assert "Traceback" not in said
