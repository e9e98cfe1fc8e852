"""The notice is generated from the manifest, and every prompt leads to it."""

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
