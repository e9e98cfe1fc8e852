"""The notice is generated from the manifest, and every prompt leads to it."""

import re

from flask import Flask

from asklater.engine import Engine
from asklater.manifest import notice
from asklater.tables import answer
from tests.support.browsing import Browser
from tests.support.records import rows


def test_it_names_every_field_with_purpose_basis_term_and_readers(visitor: Browser, workshop: Flask) -> None:
    page = visitor.get("/privacy").text
    engine: Engine = workshop.extensions["asklater.engine"]
    for declared in engine.manifest.fields.values():
        assert declared.label in page
        assert declared.reason in page
        assert notice.kept(declared) in page
    assert "privacy@workshop.example" in page
    assert "Art. 6(1)(b)" in page


def test_every_prompt_says_how_long_and_links_to_it(visitor: Browser) -> None:
    page = visitor.post("/publish").text
    assert 'href="/privacy"' in page
    assert page.count('class="kept"') == 3


def test_the_version_that_was_shown_is_kept_with_the_answer(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/letters")
    visitor.answer({"answer.email": "ada@x.example"})
    engine: Engine = workshop.extensions["asklater.engine"]
    assert rows(workshop, answer)[0].notice_version == notice.version(engine.manifest, "email")


def test_the_version_changes_with_what_is_told(workshop: Flask) -> None:
    engine: Engine = workshop.extensions["asklater.engine"]
    declared = engine.manifest.fields["email"]
    told = {"reason": "Another reason.", "readers": ("everyone",), "label": "Mail"}
    before = notice.version(engine.manifest, "email")
    for name, value in told.items():
        fields = {**engine.manifest.fields, "email": declared.model_copy(update={name: value})}
        assert notice.version(engine.manifest.model_copy(update={"fields": fields}), "email") != before


def test_the_key_that_proves_receipts_is_published_without_its_secret_half(visitor: Browser) -> None:
    (key,) = visitor.get("/privacy/keys.json").json["keys"]
    assert key["crv"] == "Ed25519"
    assert "d" not in key


def test_what_is_published_says_so_beside_its_input(visitor: Browser, workshop: Flask) -> None:
    engine: Engine = workshop.extensions["asklater.engine"]
    asked = [key for key, declared in engine.manifest.fields.items() if declared.is_published]
    assert asked
    page = visitor.post("/publish").text
    told = re.findall(r'id="([^"]+-told)">([^<]*)<', page)
    assert [words for _id, words in told] == ["This is published: anybody can see it."] * len(told)
    assert told
    for element, _words in told:
        assert re.search(rf'aria-describedby="[^"]*{element}', page), "a screen reader says it with the input"
    asking = visitor.post("/publish", headers={"Accept": "application/json"})
    assert asking.get_json()["missing"][-1]["told"] == ["This is published: anybody can see it."]


def test_a_declaration_that_says_nothing_new_leaves_the_version(workshop: Flask) -> None:
    """Whoever upgrades and declares nothing of it keeps the consents that were given under these words."""
    contents = notice.notice_contents(workshop.extensions["asklater.engine"].manifest, "email")
    assert not {"published", "special_category", "minimum_age", "text"} & contents.keys()
    bare = workshop.extensions["asklater.engine"].manifest
    bare = bare.model_copy(update={"controller": bare.controller.model_copy(update={"address": ""})})
    assert "address" not in notice.notice_contents(bare, "email")["controller"]
