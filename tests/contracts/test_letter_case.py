"""No email address is compared by a case of its own: `casefold` makes one address of two people's."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.paths import ROOT

FOLDING = frozenset({"casefold", "lower", "upper", "swapcase"})
OF_ADDRESS = re.compile(r"address|mail|recipient|domain", re.IGNORECASE)
"""What is an address by its name. Whatever else is made small, `casefold` has to be allowed."""
ALLOWED = {
    "asklater/checks/reasons.py": "the words of a reason and of labels",
    "asklater/kinds/countries.py": "the search for a country by its name",
    "asklater/kinds/listed.py": "names of countries, languages and zones, to be put into their order",
    "asklater/kinds/number.py": "the unit behind a number",
    "asklater/kinds/reserved_names.py": "names that look like the staff's",
}
"""Files that fold something else, and what."""


def folding(source: str) -> Iterator[str]:
    """The calls that fold an address, or might."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in FOLDING:
            of = ast.unparse(node.value)
            if of != "func" and (node.attr == "casefold" or of == "str" or OF_ADDRESS.search(of)):
                yield f"{of}.{node.attr}"


@pytest.mark.thorough
def test_only_the_one_reader_of_addresses_folds_them() -> None:
    webapp = ROOT / "webapp"
    sources = {str(path.relative_to(webapp)): path.read_text("utf-8") for path in webapp.rglob("*.py")}
    suspects = {name: text for name, text in sources.items() if any(f".{method}" in text for method in FOLDING)}
    folders = {name: calls for name, text in suspects.items() if (calls := sorted(folding(text)))}
    unexpected = {name: calls for name, calls in folders.items() if name not in ALLOWED}
    assert unexpected.pop("asklater/email_addresses.py", []) == ["address[:len(_LINK)].lower"]  # of `mailto:`
    assert "_number" in unexpected.pop("halftone/demo/profiles.py", [""])[0]  # addresses that the demo invents
    assert unexpected == {}


def test_the_rule_notices() -> None:
    assert list(folding("name.casefold()")) == ["name.casefold"]
    assert list(folding("held.email.lower()")) == ["held.email.lower"]
    assert list(folding("sorted(found, key=str.lower)")) == ["str.lower"]
    assert not list(folding("func.lower(address)"))
    assert not list(folding("header.lower()"))
