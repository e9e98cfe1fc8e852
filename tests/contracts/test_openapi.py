"""Every route for programs is described by OpenAPI, and what it says of bodies are schemas.

`python -m tests.contracts.test_openapi` writes the description that comes with the package anew.
"""

import json
import re
import tempfile
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from asklater import Profiling, api, gate
from asklater.api.openapi import OPERATIONS, openapi_document
from tests.contracts.packaging.test_wheel import write_examples
from tests.support.paths import ROOT

SHIPPED = ROOT / "webapp" / "asklater" / "docs" / "openapi.json"
PAGES = frozenset({"api.openapi_as_page"})
"""Those of the API's routes that are for people."""


@pytest.fixture
def description(whole_app: Flask) -> dict[str, Any]:
    with whole_app.test_request_context():
        return openapi_document(whole_app, whole_app.extensions["asklater.engine"])


def operations(description: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for path in description["paths"].values() for one in path.values()]


def of_the_api(app: Flask) -> set[str]:
    """The endpoints of the API, and whatever else is for programs alone."""
    programs = {name for name, view in app.view_functions.items() if getattr(view, "speaks_json", False)}
    return programs | {name for name in app.view_functions if name.startswith(("api.", "services."))}


def test_every_route_for_programs_is_described(whole_app: Flask, description: dict[str, Any]) -> None:
    assert sorted(of_the_api(whole_app) - PAGES - OPERATIONS.keys()) == [], "give it a line in OPERATIONS"
    assert sorted(OPERATIONS.keys() - whole_app.view_functions.keys()) == []
    of_actions, of_ours = set[str](), set[str]()
    for one in operations(description):
        (of_actions if "x-action" in one else of_ours).add(one["operationId"])
    assert of_ours == {name.replace(".", "_") for name in OPERATIONS}
    assert {"orders_checkout_post", "orders_export_get"} <= of_actions
    assert all(one["summary"] for path in description["paths"].values() for one in path.values())


def test_a_stray_route_is_noticed(whole_app: Flask) -> None:
    assert "services.evaluation" in of_the_api(whole_app)
    assert "accounts.account" not in of_the_api(whole_app)


@pytest.mark.thorough
def test_every_schema_is_one_and_every_reference_leads_to_it(description: dict[str, Any]) -> None:
    components = description["components"]
    for schema in components["schemas"].values():
        Draft202012Validator.check_schema(schema)
    named = re.findall(r"'\$ref': '#/components/(\w+)/(\w+)'", str(description))
    assert len(named) > 30
    assert [name for part, name in named if name not in components[part]] == []
    used = {name for part, name in named if part == "schemas"}
    assert components["schemas"].keys() == used


def test_every_variable_of_a_path_is_a_parameter(description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        for told in methods.values():
            named = {one["name"] for one in told.get("parameters", ()) if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path)), path


def test_a_token_is_wanted_where_a_scope_is(description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        for told in methods.values():
            assert ("x-scope" in told) is (told.get("security") == [{"token": []}]), path


def of_the_letter_office(folder: Path) -> str:
    """What `flask asklater openapi` prints for the README's application, were the API one of its features."""
    write_examples(folder, "letters.toml")
    app = Flask("letters")
    app.secret_key = "a secret of the tests, long enough"
    app.config.update(ASKLATER_MASTER_KEY=token_hex(32), ASKLATER_INSTANCE=str(folder))
    Profiling(app, manifest=folder / "letters.toml", features=[api])
    app.post("/letters", endpoint="send_letter")(gate("send_letter")(lambda: "sent"))
    return app.test_cli_runner().invoke(args=["asklater", "openapi"]).stdout


def test_what_comes_with_the_package_is_what_the_letter_office_says(tmp_path: Path) -> None:
    said = of_the_letter_office(tmp_path)
    assert json.loads(said)["paths"]["/letters"]["post"]["x-requires"] == ["display_name"]
    assert SHIPPED.read_text("utf-8") == said, "write it anew: python -m tests.contracts.test_openapi"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        SHIPPED.write_text(of_the_letter_office(Path(name)), "utf-8")
