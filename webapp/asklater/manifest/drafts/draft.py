"""The draft: a manifest to edit, which the check accepts; each open point stands in it as a to-do comment."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from asklater.manifest.drafts import auth0_form, csv_columns, keycloak, kratos
from asklater.manifest.drafts.fields import Declared, DraftField, NotReadable
from asklater.manifest.keys import key_among

READERS: Mapping[str, Callable[[Any], Declared]] = {
    "keycloak": keycloak.declared,
    "kratos": kratos.declared,
    "auth0-form": auth0_form.declared,
    "csv": csv_columns.declared,
}
"""By the name that the command takes."""
TABLE = "csv"
LONGEST_LABEL = 300
BARE = re.compile(r"[A-Za-z0-9_-]+")
"""What stands without quotes before an equals sign."""
OPEN = "todo".upper()
"""What marks an open point, as editors find it; no file of ours has one of its own."""
NO_LABEL = "it has no label there"
HEAD = f"""\
# A draft, made of what another system declares of its users. `asklater manifest check` accepts it; before it goes
# live, go through each {OPEN}. Ask of every field which action cannot be done without it: what none needs, leave out.

[controller]
name = "{OPEN}"  # {OPEN}: who is responsible for the data
contact = "{OPEN}"  # {OPEN}: where people write to

[purposes.account]
label = "Keeping your account"  # {OPEN}: what the data is held for; another purpose for each other reason
basis = "contract"

[signup]
fields = ["email"]

[fields.email]
kind = "email"  # which asklater.accounts brings
label = "Email address"
reason = "So that we can reach you."
purpose = "account"
retention = "P24M"
readers = ["owner"]
sensitivity = "personal"
if_wrong = "The code does not arrive, and nobody signs in."
"""


def draft(system: str, path: Path) -> str:
    """The text of a manifest. Raises NotReadable."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReadable("it is not UTF-8 text: save it so") from error
    document: Any = text
    if system != TABLE:
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise NotReadable("it is not JSON") from error
    found = READERS[system](document)
    if not found.fields:
        raise NotReadable("it declares no field that people are asked for")
    return "\n".join(_lines(found)).encode("utf-8", "replace").decode()  # half signs can stand in JSON


def _lines(found: Declared) -> Iterator[str]:
    yield HEAD
    taken = {"email"}
    keys = [(key_among(field.name, taken), field) for field in found.fields]
    for key, field in keys:
        yield from _field(key, field)
    yield from (f"# {OPEN}: {_comment(told)}" for told in found.left_out)
    yield from _action(keys)


def _field(key: str, field: DraftField) -> Iterator[str]:
    label = field.label.strip()[:LONGEST_LABEL]
    todos = field.todos if label else (*field.todos, NO_LABEL)
    yield from (f"# {OPEN}: {_comment(told)}" for told in todos)
    yield f"[fields.{key}]"
    yield f"kind = {_value(field.kind)}"
    yield f"label = {_value(label or key.replace('_', ' ').capitalize())}"
    yield f'reason = "{OPEN}"  # {OPEN}: why it is asked, in one sentence to its person'
    yield 'purpose = "account"'
    yield f'retention = "P24M"  # {OPEN}: for how long after its last use'
    yield f'readers = ["owner"]  # {OPEN}: who else reads it'
    yield 'sensitivity = "personal"'
    yield f'if_wrong = "{OPEN}"  # {OPEN}: what happens when somebody enters junk'
    yield 'imported = "suggestion"  # or "answer", or "never": as what an import brings it'
    if field.settings:
        yield f"settings = {_value(field.settings)}"
    yield ""


def _action(keys: list[tuple[str, DraftField]]) -> Iterator[str]:
    """One action for everything, since no other system says which one needs what."""
    required = {key for key, field in keys if field.required}
    yield f"# {OPEN}: give each field to the action that needs it, and ask for nothing before."
    if not required:
        yield f"# {OPEN}: nothing is required there, and an action waits for something: the first one stands for it."
        required = {keys[0][0]}
    yield "[actions.complete_profile]"
    yield 'label = "Complete the profile"'
    yield f'reason = "{OPEN}"  # {OPEN}: what the action needs the answers for'
    yield "requires = ["
    for key, _declared in keys:
        optional = "" if key in required else ", optional = true"
        yield f'    {{ field = "{key}"{optional} }},'
    yield "]"
    yield ""


def _comment(text: str) -> str:
    return " ".join(_value(text)[1:-1].split())


def _value(value: Any) -> str:
    """A value of TOML, on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_name(str(name))} = {_value(entry)}" for name, entry in value.items()) + " }"
    written = json.dumps(value, ensure_ascii=False)
    return written.replace("\x7f", "\\u007f")


def _name(name: str) -> str:
    return name if BARE.fullmatch(name) else _value(name)
