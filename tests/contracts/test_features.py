"""Every feature joins an application in one way, and shows others only its public face."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from asklater import accounts, api, imports, insights, messages, privacy
from tests.support.paths import ROOT

LIBRARY, DEMO = ROOT / "webapp" / "asklater", ROOT / "webapp" / "halftone"
FACES = {module.__name__: set(module.__all__) for module in (accounts, api, imports, insights, messages, privacy)}


def packages() -> list[Path]:
    """The features' packages, and those within them that join an application as well."""
    found = [path for face in FACES for path in (LIBRARY / face.rpartition(".")[2]).rglob("__init__.py")]
    return [path for path in found if "def init_app(" in path.read_text("utf-8")]


def defined(tree: ast.Module) -> Iterator[str]:
    """What a module defines itself, at its top."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=targets):
                yield from (name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))


@pytest.mark.parametrize("path", packages(), ids=lambda path: str(path.parent.relative_to(LIBRARY)))
def test_a_feature_joins_by_init_app_and_defines_nothing_else_that_its_face_does_not_name(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    public = set(import_module(".".join(path.parent.relative_to(LIBRARY.parent).parts)).__all__)
    assert "init_app" in public
    assert {name for name in defined(tree) if not name.startswith("_")} <= public
    (joins,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "init_app")
    assert [argument.arg.lstrip("_") for argument in joins.args.args] == ["app", "services"]


@pytest.mark.parametrize("face", FACES)
def test_what_a_face_names_is_there(face: str) -> None:
    assert all(hasattr(import_module(face), name) for name in FACES[face])


def test_the_demo_imports_features_by_their_faces() -> None:
    for path in DEMO.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(tuple(FACES)):
                assert node.module in FACES, f"{path}:{node.lineno}"
                assert {name.name for name in node.names} <= FACES[node.module], f"{path}:{node.lineno}"
