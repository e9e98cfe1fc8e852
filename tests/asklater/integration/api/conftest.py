"""The workshop with the API, and consents to give. Every answer of the API is compared with what it says of itself."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, Response, request, request_finished
from jsonschema import Draft202012Validator

from asklater.api.openapi import OPERATIONS, openapi_document
from asklater.settings import Settings
from tests.conftest import within
from tests.support.applications import lent
from tests.support.paths import ROOT
from tests.support.workshop import PEOPLED_WORKSHOP

OFFICE = (*PEOPLED_WORKSHOP, "asklater.insights", "asklater.api")
MORE = """
[fields.colour]
kind = "choice"
label = "Colour"
reason = "So that your desk looks like you."
purpose = "publishing"
retention = "P24M"
readers = ["owner"]
sensitivity = "personal"
if_wrong = "Something odd is shown, and its person puts it right."
decided_by = "the workshop"
after = ["display_name"]
settings = { options = { red = "Red", blue = "Blue" } }

[fields.hobbies]
kind = "choices"
label = "Hobbies"
reason = "So that your desk suits you."
purpose = "publishing"
retention = "P24M"
readers = ["owner"]
sensitivity = "personal"
if_wrong = "Something odd is shown, and its person puts it right."
decided_by = "the workshop"
settings = { options = { chess = "Chess", music = "Music" } }

[fields.shelves]
kind = "number"
label = "Shelves"
reason = "So that your desk is large enough."
purpose = "publishing"
retention = "P24M"
readers = ["owner"]
sensitivity = "personal"
if_wrong = "Something odd is shown, and its person puts it right."
decided_by = "the workshop"
settings = { least = 0, most = 40 }

[purposes.news]
label = "Sending news"
basis = "consent"
recipients = []
persons = ["whoever comes by"]
transfers = []

[fields.news]
kind = "consent"
label = "News"
reason = "So that you hear of what is new."
purpose = "news"
retention = "P24M"
readers = ["owner"]
sensitivity = "personal"
if_wrong = "Something odd is shown, and its person puts it right."
decided_by = "the workshop"
settings = { text = "Yes, write to me.", confirmed_by = "" }

[prompts.desk_survey]
label = "Your desk"
reason = "So that your desk looks like you."
fields = ["display_name", "colour", "hobbies", "shelves", "news"]
placement = "desk"
after = "first_letter"
cooldown = "P14D"
impressions = 3
"""


@pytest.fixture(autouse=True)
def _as_described() -> Iterator[None]:
    """Every answer to a route of the API is one that its description has, with a body that fits."""
    wrong: list[str] = []

    def compare(app: Flask, response: Response) -> None:
        if request.endpoint in OPERATIONS:
            wrong.extend(_differences(app, response))

    with request_finished.connected_to(compare):
        yield
    assert wrong == []


def _differences(app: Flask, response: Response) -> Iterator[str]:
    description = openapi_document(app, app.extensions["asklater.engine"])
    path = re.sub(r"<(?:[^:<>]*:)?(\w+)>", r"{\1}", str(request.url_rule))
    told = description["paths"][path][request.method.lower()]["responses"]
    where = f"{request.method} {path} {response.status_code}"
    described = told.get(str(response.status_code))
    if described is None:
        yield f"{where} is not described"
        return
    if "$ref" in described:
        described = description["components"]["responses"][described["$ref"].rpartition("/")[2]]
    content = described["content"].get(response.mimetype)
    if content is None:
        yield f"{where} is {response.mimetype}"
    elif response.is_json:
        schema = {**content["schema"], "components": description["components"]}
        yield from (f"{where}: {error.message}" for error in Draft202012Validator(schema).iter_errors(response.json))


@pytest.fixture
def office(settings: Settings, instance: Path) -> Iterator[Flask]:
    """The workshop with the API and the dashboard, and with more to hold."""
    path = instance / "manifest.toml"
    path.write_text((ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8") + MORE, "utf-8")
    with lent(replace(settings, manifest=path), OFFICE) as app:
        yield from within(app)
