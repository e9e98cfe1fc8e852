"""The rule that lets two versions use one database: a migration adds, and a later one takes away what no code uses.

It is read off the migration's source. The first one of a history may do everything: there is no older code.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TAKES_AWAY = frozenset({"drop_table", "drop_column", "drop_constraint", "drop_index", "rename_table"})
TIGHTENS = frozenset(
    {"create_unique_constraint", "create_check_constraint", "create_foreign_key", "create_exclude_constraint"}
)
ADDS = frozenset({"create_table", "add_column", "create_index"})
IN_SQL = re.compile(r"\b(DROP|ALTER|RENAME|TRUNCATE|DELETE|NOT\s+NULL)\b", re.IGNORECASE)
AFTERWARDS = (
    'older code may use it still. Do it in a later release, in a migration with contracts = "..." that names the '
    "revision since which no code does"
)


def broken_rules(versions: Path) -> list[str]:
    """What the migrations of this folder do that the code from before would not survive, one sentence each."""
    migrations = [_Migration(path) for path in sorted(versions.glob("*.py"))]
    known = {migration.revision: migration for migration in migrations}
    return [f"{migration.name}: {said}" for migration in migrations for said in migration.findings(known)]


class _Migration:
    """One, as its source says it."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        module = ast.parse(path.read_text("utf-8"))
        given = dict(_constants(module))
        self.revision = given.get("revision")
        self.before = given.get("down_revision")
        self.contracts = given.get("contracts")
        parts = [part for part in module.body if getattr(part, "name", "") != "downgrade"]
        self.calls = [node for part in parts for node in ast.walk(part) if isinstance(node, ast.Call)]
        self.batches = dict(_batches(parts))
        self.made = {_text_of(call, 0) for call in self.calls if _verb(call) == "create_table"}

    def findings(self, known: dict[object, "_Migration"]) -> Iterator[str]:
        if self.before is None:
            return
        if self.contracts is not None and self.contracts not in set(self._earlier(known)):
            yield f'contracts = "{self.contracts}" names no earlier revision.'
        for call in self.calls:
            verb = _verb(call)
            if self.contracts is not None and verb in ADDS:
                yield f"line {call.lineno}: {verb} adds, and a migration that contracts may not: make two of it."
            elif self.contracts is None:
                said = self._unfit(call, verb)
                if said:
                    yield f"line {call.lineno}: {said}, and {AFTERWARDS}."

    def _earlier(self, known: dict[object, "_Migration"]) -> Iterator[object]:
        before = self.before
        while before in known:
            yield before
            before = known[before].before

    def _unfit(self, call: ast.Call, verb: str) -> str:
        """What older code would not survive of this call; "" where it would."""
        if verb in TAKES_AWAY:
            return f"{verb} takes away"
        if (verb in TIGHTENS or (verb == "create_index" and _flag(call, "unique"))) and not self._is_new(call):
            return f"{verb} tightens a table that is there"
        if verb == "alter_column":
            given = {keyword.arg for keyword in call.keywords}
            if given & {"new_column_name", "name", "type_", "server_default"} or _flag(call, "nullable") is False:
                return "alter_column changes what is there"
        if verb == "add_column" and any(_must_be_given(column) for column in _columns(call)):
            return "add_column adds one that has to be filled in"
        if verb == "execute":
            said = " ".join(str(node.value) for node in ast.walk(call) if isinstance(node, ast.Constant))
            if IN_SQL.search(said) or not said:
                return "execute changes or takes away"
        return ""

    def _is_new(self, call: ast.Call) -> bool:
        """Whether the table of a constraint or an index is made by this migration."""
        return (self.batches.get(call.lineno) or _text_of(call, 1)) in self.made


def _constants(module: ast.Module) -> Iterator[tuple[str, object]]:
    """What the module's names are set to, where it is a constant."""
    for part in module.body:
        if isinstance(part, ast.Assign) and isinstance(part.value, ast.Constant):
            yield from ((target.id, part.value.value) for target in part.targets if isinstance(target, ast.Name))
        elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            yield part.target.id, getattr(part.value, "value", None)


def _batches(parts: list[ast.stmt]) -> Iterator[tuple[int, str]]:
    """The table of each line inside a `with op.batch_alter_table(...)`."""
    for part in parts:
        for node in ast.walk(part):
            if isinstance(node, ast.With) and isinstance(node.items[0].context_expr, ast.Call):
                call = node.items[0].context_expr
                if _verb(call) == "batch_alter_table":
                    yield from ((line, _text_of(call, 0)) for line in range(node.lineno, (node.end_lineno or 0) + 1))


def _verb(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _text_of(call: ast.Call, position: int) -> str:
    given = call.args[position] if len(call.args) > position else None
    return str(given.value) if isinstance(given, ast.Constant) else ""


def _flag(call: ast.Call, name: str) -> object:
    return next((getattr(each.value, "value", None) for each in call.keywords if each.arg == name), None)


def _columns(call: ast.Call) -> Iterator[ast.Call]:
    return (node for node in ast.walk(call) if isinstance(node, ast.Call) and _verb(node) == "Column")


def _must_be_given(column: ast.Call) -> bool:
    """Whether an INSERT of older code, which does not name the column, would fail or tell rows apart by it."""
    defaulted = any(keyword.arg == "server_default" for keyword in column.keywords)
    return bool(_flag(column, "nullable") is False and not defaulted) or _flag(column, "unique") is True
