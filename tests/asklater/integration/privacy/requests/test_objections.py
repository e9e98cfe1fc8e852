"""Art. 21: an objection to a purpose on legitimate interests reaches the officer, with or without an account."""

import pytest
from flask import Flask

from asklater.privacy.tables import privacy_request
from tests.asklater.integration.privacy.requests.submissions import code_to, states
from tests.support.browsing import Browser, went_to
from tests.support.people import settle, somebody
from tests.support.records import rows

ASK = "/account/requests/ask/purpose_objection"
LABEL = "An objection to a use of my data: Asking no more than needed"


def about(app: Flask) -> list[str]:
    return [row.field for row in rows(app, privacy_request)]


def test_who_is_signed_in_says_what_they_object_to(office: Flask) -> None:
    ada = somebody(office)
    page = ada.get(f"{ASK}?purpose=asking")
    assert page.text.count("checked") == 1
    assert "Measuring how questions are answered" not in page.text, "that takes one press"
    path = went_to(ada.answer({"field": "asking", "message": "I have my reasons."}))
    assert LABEL in ada.get(path).text
    assert states(office) == [("purpose_objection", "open", "")]
    assert about(office) == ["asking"]


@pytest.mark.parametrize("chosen", ["", "measurement", "publishing", "made_up"])
def test_what_cannot_be_objected_to_so_is_refused_beside_the_choice(office: Flask, chosen: str) -> None:
    ada = somebody(office)
    ada.get(ASK)
    page = ada.answer({"field": chosen, "message": "I have my reasons."})
    assert "Choose what you object to." in page.text
    assert "I have my reasons." in page.text
    assert states(office) == []


def test_far_too_many_words_are_refused_and_kept(office: Flask) -> None:
    ada = somebody(office)
    ada.get(ASK)
    page = ada.answer({"field": "asking", "message": "no " * 2000})
    assert "Take at most 4000" in page.text
    assert page.text.count("checked") == 1
    assert states(office) == []


def test_a_visitor_objects_by_a_code_to_an_address(office: Flask) -> None:
    settle(office, "ada@x.example")
    visitor = Browser(office)
    page = visitor.get("/privacy/request?purpose=asking")
    assert LABEL in page.text
    assert page.text.count("checked") == 1
    visitor.answer({"kind": "purpose_objection", "address": "ada@x.example"})
    visitor.get("/privacy/request/code")
    path = went_to(visitor.answer({"code": code_to(office, "ada@x.example")}))
    assert LABEL in visitor.get(path).text
    assert about(office) == ["asking"]


@pytest.mark.parametrize("query", ["", "?purpose=measurement", "?purpose=%00", "?purpose=made_up"])
def test_a_visitor_who_names_no_purpose_writes_to_what_they_object(office: Flask, query: str) -> None:
    visitor = Browser(office)
    visitor.get(f"/privacy/request{query}")
    page = visitor.answer({"kind": "purpose_objection", "address": "ada@x.example"})
    assert "Write what you object to." in page.text
    assert states(office) == []


def test_the_officer_sees_to_what_and_answers(office: Flask) -> None:
    ada, officer = somebody(office), somebody(office, "officer@x.example", "privacy_officer", factor=True)
    ada.get(f"{ASK}?purpose=asking")
    name = went_to(ada.answer({"field": "asking"})).rpartition("/")[2]
    assert LABEL in officer.get("/officer/requests?kind=purpose_objection").text
    page = officer.get(f"/officer/requests/{name}").text
    assert LABEL in page
    assert "Nothing is measured any more" not in page, "nothing but an answer is offered"


def test_nobody_is_offered_what_no_purpose_rests_on(office: Flask) -> None:
    engine = office.extensions["asklater.engine"]
    purposes = {
        key: purpose.model_copy(update={"basis": "contract"}) if key == "asking" else purpose
        for key, purpose in engine.manifest.purposes.items()
    }
    ada, whole = somebody(office), engine.manifest
    engine.manifest = whole.model_copy(update={"purposes": purposes})
    try:
        assert "An objection to a use" not in ada.get("/account/requests").text
        assert "An objection to a use" not in Browser(office).get("/privacy/request").text
        assert ada.get(ASK).status_code == 404
    finally:
        engine.manifest = whole
