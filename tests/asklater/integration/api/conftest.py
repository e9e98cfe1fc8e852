"""The workshop with the API, and consents to give."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

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


@pytest.fixture
def office(settings: Settings, instance: Path) -> Iterator[Flask]:
    """The workshop with the API and the dashboard, and with more to hold."""
    path = instance / "manifest.toml"
    path.write_text((ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8") + MORE, "utf-8")
    with lent(replace(settings, manifest=path), OFFICE) as app:
        yield from within(app)
