"""The notice, read against Art. 13, 14 and 21(4) GDPR line by line, for several manifests.

`CHECKLIST` has each element, the section in which it stands, and what has to be said there.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.manifest.notice import kept
from asklater.privacy.notices.presenters import basis_of
from asklater.settings import Settings
from tests.support.applications import opened
from tests.support.browsing import Browser
from tests.support.declared import TEXT
from tests.support.people import somebody
from tests.support.workshop import PEOPLED_WORKSHOP

Told = Callable[[Engine], list[str]]

PLENTY = """
[recipients.post]
name = "Parcel Post AG"
role = "processor"
place = "Bern, Switzerland"
services = "delivers parcels"
transfers = [{ country = "Switzerland", safeguard = "an adequacy decision (Art. 45 GDPR)" }]

[purposes.care]
label = "Sending nothing that harms you"
basis = "consent"
persons = ["whoever says yes to it"]
recipients = ["post"]
transfers = []

[purposes.taxes]
label = "Paying our taxes"
basis = "legal_obligation"
law = "§ 147 AO"
persons = ["whoever orders"]
recipients = []
transfers = []

[purposes.advice]
label = "Advising you by what you ordered"
basis = "legitimate_interests"
legitimate_interest = "Advice that fits is worth more to both of us."
persons = ["whoever orders"]
recipients = []
transfers = []

[fields.agreed]
kind = "consent"
label = "Allergies may be kept"
reason = "So that we may keep them."
purpose = "care"
retention = "P6M"
readers = ["owner", "the workshop"]
sensitivity = "sensitive"
if_wrong = "It is asked again."
after = ["grown_up"]
special_category = true
minimum_age = 16
settings = { text = "Keep my allergies, to send nothing that harms me.", confirmed_by = "" }

[fields.grown_up]
kind = "age"
label = "Your age"
reason = "So that nobody says yes who is too young to."
purpose = "taxes"
retention = "P6M"
readers = ["owner", "the workshop"]
sensitivity = "personal"
if_wrong = "A yes does not count."
settings = { years = 16 }

[fields.allergies]
kind = "text"
label = "Allergies"
reason = "So that nothing harms you."
purpose = "care"
retention = "P6M"
readers = ["owner", "the workshop"]
sensitivity = "sensitive"
justification = "Without them something might."
if_wrong = "Something may harm them."
after = ["agreed"]
special_category = true

[fields.tax_number]
kind = "text"
label = "Tax number"
reason = "So that the invoice holds."
purpose = "taxes"
retention = "P12M"
readers = ["owner", "the workshop"]
sensitivity = "personal"
if_wrong = "The invoice is put right."

[fields.size]
kind = "text"
label = "Size"
reason = "So that our advice fits."
purpose = "advice"
retention = "P12M"
readers = ["owner", "the workshop"]
sensitivity = "personal"
if_wrong = "The advice does not fit."

[actions.invoice]
label = "Have an invoice"
requires = ["tax_number", { field = "size", optional = true }]

[prompts.allergies]
label = "Anything that harms you?"
fields = ["grown_up", "agreed", "allergies"]
placement = "desk"
cooldown = "P14D"
impressions = 2
"""
CONTROLLER = 'representative = "none: the workshop is established in the Union"\njoint_controllers = "none"\n'
NO_OFFICER = '{ name = "none: fewer than twenty people work here" }'
OTHERS = (
    'representative = "Ada Agent, 4 Key Street, Dublin"\njoint_controllers = "The other workshop, Paris"\n',
    '{ name = "Maren Oduya", contact = "dpo@workshop.example" }',
    'automated_decisions = "Whether you may pay by invoice: by the sum and earlier orders; otherwise you pay first."',
)
NO_DECISIONS = 'automated_decisions = "none"'
MANIFESTS = {
    "the workshop": TEXT,
    "a workshop with everything": TEXT.replace(CONTROLLER, OTHERS[0])
    .replace(NO_OFFICER, OTHERS[1])
    .replace(NO_DECISIONS, OTHERS[2])
    + PLENTY,
}


def _controller(engine: Engine) -> list[str]:
    controller = engine.manifest.controller
    others = (controller.representative, controller.joint_controllers)
    named = [other for other in others if not other.startswith("none")]
    return [controller.name, controller.address, controller.contact, *named]


def _officer(engine: Engine) -> list[str]:
    officer = engine.manifest.controller.data_protection_officer
    assert officer is not None
    if officer.name.startswith("none"):
        return ["Data protection officer", "We have none"]
    return [officer.name, officer.contact]


def _bases(engine: Engine) -> list[str]:
    purposes = engine.manifest.purposes
    return [
        text
        for field in engine.manifest.fields.values()
        for text in (field.label, field.reason, purposes[field.purpose].label, basis_of(purposes[field.purpose].basis))
    ]


def _interests(engine: Engine) -> list[str]:
    return [purpose.legitimate_interest for purpose in engine.manifest.objectionable()]


def _laws(engine: Engine) -> list[str]:
    asked = {field.purpose for field in engine.manifest.fields.values()}
    return [purpose.law for key, purpose in engine.manifest.purposes.items() if key in asked and purpose.law]


def _records(engine: Engine) -> list[str]:
    served = frozenset().union(*(table.purposes for table in engine.registry.personal_tables.values()))
    purposes = [purpose for key, purpose in engine.manifest.purposes.items() if key in served]
    return [text for it in purposes for text in (it.label, basis_of(it.basis), it.legitimate_interest or it.law)]


def _recipients(engine: Engine) -> list[str]:
    return [
        name for purpose in engine.manifest.purposes.values() for name in engine.manifest.recipient_labels(purpose)
    ]


def _transfers(engine: Engine) -> list[str]:
    every = [it for recipient in engine.manifest.recipients.values() for it in recipient.transfers]
    return [text for it in every for text in (it.country, it.safeguard, "For a copy of what protects it there")]


def _requirement(engine: Engine) -> list[str]:
    told = [f"Without it we cannot do this: {engine.manifest.actions['publish'].label}"]
    if "invoice" in engine.manifest.actions:
        told += ["The law requires it. Without it we cannot do this: Have an invoice.", "No. You can leave it out"]
    return told


def _objections(engine: Engine) -> list[str]:
    purposes = engine.manifest.objectionable()
    return [text for purpose in purposes for text in (purpose.label, purpose.legitimate_interest)]


def _decisions(engine: Engine) -> list[str]:
    declared = engine.manifest.notice.automated_decisions
    return ["Nothing about you is decided by a program alone"] if declared == "none" else [declared]


def _cookies(_engine: Engine) -> list[str]:
    names = ["asklater", "asklater-visit", "asklater-device", "asklater-no-passkey"]
    return [*(f"<code>{name}</code>" for name in names), "until you close the browser", "90 days", "365 days"]


def _sources(engine: Engine) -> list[str]:
    provider = ["From the provider that you continue with"] if engine.registry.keeps_suggestions else []
    return ["From you", "read it in", *provider]


RIGHTS = ["Access", "Rectification", "Erasure", "Restriction", "Portability", "Objection"]
CHECKLIST: dict[str, tuple[str, Told]] = {
    "13(1)(a) controller and representative": ("contacts", _controller),
    "13(1)(b) data protection officer": ("contacts", _officer),
    "13(1)(c) purposes and their bases": ("asked", _bases),
    "13(1)(c) laws": ("asked", _laws),
    "13(1)(c) records beside the answers": ("records", _records),
    "13(1)(d) legitimate interests": ("object", _interests),
    "13(1)(e) recipients": ("recipients", _recipients),
    "13(1)(f) transfers and safeguards": ("recipients", _transfers),
    "13(2)(a) how long": ("asked", lambda engine: [kept(field) for field in engine.manifest.fields.values()]),
    "13(2)(b) rights": ("rights", lambda _engine: [f"{right} (Art. " for right in RIGHTS]),
    "13(2)(c) withdrawal": (
        "rights",
        lambda engine: ["Withdrawal of consent"] if "care" in engine.manifest.purposes else [],
    ),
    "13(2)(d) authority": ("contacts", lambda engine: [engine.manifest.controller.supervisory_authority]),
    "13(2)(d) complaint": ("rights", lambda _engine: ["Complaint (Art. 77)"]),
    "13(2)(e) whether giving is required": ("asked", _requirement),
    "13(2)(f) automated decisions": ("decisions", _decisions),
    "14(2)(f) sources": ("sources", _sources),
    "21(4) objection": ("object", _objections),
    "cookies": ("cookies", _cookies),
    "readers": ("recipients", lambda engine: [text for pair in engine.manifest.readers.items() for text in pair]),
}


def section(page: str, name: str) -> str:
    """The section of that id, up to its end; "" where there is none."""
    found = re.search(rf'<section[^>]* id="{name}".*?</section>', page, re.DOTALL)
    return html.unescape(found.group()) if found else ""


def missing(page: str, engine: Engine) -> dict[str, list[str]]:
    """What of each element is not said where it should be."""
    lacking = {
        element: [text for text in told(engine) if text not in section(page, name)]
        for element, (name, told) in CHECKLIST.items()
    }
    return {element: texts for element, texts in lacking.items() if texts}


@pytest.fixture(params=MANIFESTS)
def office(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    path = tmp_path / "manifest.toml"
    path.write_text(MANIFESTS[request.param], "utf-8")
    with opened(replace(settings, manifest=path), PEOPLED_WORKSHOP) as app:
        yield app


@pytest.mark.thorough
def test_every_element_stands_where_it_should(office: Flask) -> None:
    engine: Engine = office.extensions["asklater.engine"]
    page = Browser(office).get("/privacy").text
    with office.test_request_context():
        assert missing(page, engine) == {}
        for name in {name for name, _told in CHECKLIST.values()}:
            cut = page.replace(f'id="{name}"', 'id="gone"')
            gone = {element for element, (place, told) in CHECKLIST.items() if place == name and told(engine)}
            assert missing(cut, engine).keys() == gone, "the list notices when a section lacks"


def test_what_is_true_of_every_field_is_said_once(office: Flask) -> None:
    engine: Engine = office.extensions["asklater.engine"]
    controller = engine.manifest.controller
    page = html.unescape(Browser(office).get("/privacy").text)
    assert page.count(controller.address) == 1
    assert page.count(controller.supervisory_authority) == 1
    everything = "&".join(f"field={key}" for key in engine.manifest.fields)
    part = html.unescape(Browser(office, htmx=True).get(f"/privacy/notice?{everything}").text)
    assert part.count(controller.address) == 1
    assert part.count(controller.supervisory_authority) == 1


def test_objecting_comes_before_everything_but_who_answers(office: Flask) -> None:
    page = Browser(office).get("/privacy").text
    places = [page.index(f'id="{name}"') for name in ("contacts", "object", "rights", "asked")]
    assert places == sorted(places)


def test_each_purpose_on_legitimate_interests_has_a_way_that_works(office: Flask) -> None:
    engine: Engine = office.extensions["asklater.engine"]
    for browser in (Browser(office), somebody(office)):
        told = section(browser.get("/privacy").text, "object")
        ways = re.findall(r'href="([^"]+)"', told)
        assert len(ways) == len(engine.manifest.objectionable()) - 1  # measurement has a button
        assert 'action="/privacy/measurement"' in told
        for way in ways:
            assert browser.get(way).status_code == 200


def test_a_prompts_details_tell_of_the_objection_apart(office: Flask) -> None:
    engine: Engine = office.extensions["asklater.engine"]
    objectionable = {purpose.key for purpose in engine.manifest.objectionable()}
    for key, declared in engine.manifest.fields.items():
        part = Browser(office, htmx=True).get(f"/privacy/notice?field={key}").text
        assert ("You can object to this" in part) is (declared.purpose in objectionable)
