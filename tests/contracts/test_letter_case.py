"""No e-mail address is compared by a case of its own: `casefold` makes one address of two people's."""

import ast
from collections.abc import Iterator

from tests.support.paths import ROOT

FOLDING = frozenset({"casefold", "lower", "upper", "swapcase"})
ALLOWED = {
    "asklater/email_addresses.py": "it is where addresses are compared",
    "asklater/accounts/second_factors/recovery_codes.py": "recovery codes",
    "asklater/errors.py": "names of headers",
    "asklater/kinds/countries.py": "the search for a country by its name",
    "asklater/kinds/reserved_names.py": "names that look like the staff's",
    "asklater/kinds/typed_codes.py": "codes",
    "asklater/networks.py": "names of hosts, which an administrator writes",
    "asklater/kinds/image.py": "names of formats",
    "asklater/privacy/record_of_processing/generation.py": "a word in the manifest",
    "halftone/demo/profiles.py": "addresses that the demo invents, before anybody has them",
    "halftone/presenters.py": "the first letter of a name, to be shown",
}
"""Files that change the case of something else, and of what."""


def folding(source: str) -> Iterator[str]:
    """The methods that change case, called or handed on."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in FOLDING and not _is_sql(node):
            yield node.attr


def _is_sql(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "func"


def test_only_the_one_reader_of_addresses_folds_them() -> None:
    webapp = ROOT / "webapp"
    sources = {str(path.relative_to(webapp)): path.read_text("utf-8") for path in webapp.rglob("*.py")}
    suspects = {name: text for name, text in sources.items() if any(f".{method}" in text for method in FOLDING)}
    folders = {name: calls for name, text in suspects.items() if (calls := sorted(folding(text)))}
    assert {name: calls for name, calls in folders.items() if name not in ALLOWED} == {}
    assert {name for name, calls in folders.items() if "casefold" in calls} <= {
        "asklater/kinds/countries.py",
        "asklater/kinds/reserved_names.py",
    }


def test_the_rule_notices() -> None:
    assert list(folding("email.casefold()")) == ["casefold"]
    assert list(folding("sorted(found, key=str.lower)")) == ["lower"]
    assert not list(folding("func.lower(column)"))
