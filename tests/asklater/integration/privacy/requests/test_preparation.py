"""A request that is answered by an export is done when that is ready and its person was written to, and not before."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.privacy.exports.batches import Batch
from asklater.privacy.exports.orders import SETTLE_JOB
from asklater.privacy.tables import export, privacy_request
from tests.asklater.integration.privacy.requests.submissions import (
    ask_for,
    ask_from_outside,
    mails_to,
    prepared,
    states,
    trail,
)
from tests.support.browsing import Browser, went_to
from tests.support.exports import build
from tests.support.people import browser_of, settle
from tests.support.records import rows

ADDRESS = "ada@x.example"


@pytest.fixture
def ada(office: Flask) -> Browser:
    return browser_of(office, settle(office, ADDRESS))


@pytest.fixture
def breaking(office: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Have the worker try an export until it gives it up."""

    def run() -> None:
        with monkeypatch.context() as broken:
            broken.setattr(Batch, "fill", _fail)
            for _try in range(3):
                build(office)
        office.extensions["asklater.jobs"].runs[SETTLE_JOB]()

    return run


def _fail(_batch: Batch, _limit: int) -> None:
    raise RuntimeError


@pytest.mark.thorough
def test_it_waits_for_its_export_and_is_done_with_the_mail(office: Flask, ada: Browser) -> None:
    path = ask_for(ada, "access")
    page = ada.get(path).text
    assert "being prepared" in page
    assert "Signed receipt" not in page
    assert states(office) == [("access", "open", "exported")]
    office.extensions["asklater.jobs"].runs[SETTLE_JOB]()
    assert states(office) == [("access", "open", "exported")], "nothing is ready yet"
    assert mails_to(office, ADDRESS) == []
    prepared(office)
    assert states(office) == [("access", "done", "exported")]
    page = ada.get(path).text
    assert "Everything was collected" in page
    assert "Signed receipt" in page
    assert [text for text in mails_to(office, ADDRESS) if "Everything was collected" in text]
    assert trail(office) == [("received", "person"), ("ordered", "person"), ("done", "system")]


@pytest.mark.thorough
def test_what_the_officer_wrote_is_told_when_it_is_ready(office: Flask, officer: Browser, ada: Browser) -> None:
    path = "/officer/requests/" + ask_from_outside(office, ADDRESS, "access")[1]
    officer.post(f"{path}/complete", {"outcome": "exported", "reason": "As you asked on the phone."})
    assert "the collected data. It is done once that is ready." in officer.get(path).text
    assert not [text for text in mails_to(office, ADDRESS) if "on the phone" in text]
    prepared(office)
    assert [text for text in mails_to(office, ADDRESS) if "on the phone" in text]
    assert "What was done" in officer.get(path).text


@pytest.mark.thorough
def test_a_failure_is_told_and_can_be_tried_again_by_its_person(
    office: Flask, ada: Browser, officer: Browser, breaking: Callable[[], None]
) -> None:
    path = ask_for(ada, "access")
    breaking()
    assert states(office) == [("access", "open", "failed")]
    page = ada.get(path).text
    assert "could not be prepared" in page
    assert "Try again" in page
    assert "The data could not be collected: try again" in officer.get("/officer").text
    assert went_to(ada.post(f"{path}/retry")) == path
    ada.post(f"{path}/retry")
    assert len(rows(office, export)) == 1
    prepared(office)
    assert states(office) == [("access", "done", "exported")]


@pytest.mark.thorough
def test_a_failure_can_be_tried_again_by_the_officer(
    office: Flask, ada: Browser, officer: Browser, breaking: Callable[[], None]
) -> None:
    path = "/officer/requests/" + ask_from_outside(office, ADDRESS, "access")[1]
    officer.post(f"{path}/complete", {"outcome": "exported"})
    breaking()
    page = officer.get(path)
    assert "could not be prepared" in page.text
    (again,) = (number for number, (_action, hidden) in enumerate(officer.forms()) if "outcome" in hidden)
    assert went_to(officer.answer({}, form=again)) == path
    prepared(office)
    assert states(office) == [("access", "done", "exported")]


@pytest.mark.thorough
def test_one_export_answers_two_requests(office: Flask, ada: Browser) -> None:
    for kind in ("access", "portability"):
        ask_for(ada, kind)
    prepared(office)
    assert states(office) == [("access", "done", "exported"), ("portability", "done", "exported")]


@pytest.mark.thorough
def test_a_newer_export_takes_the_place_of_one_that_was_ready_and_not_told_yet(office: Flask, ada: Browser) -> None:
    ask_for(ada, "access")
    build(office)
    ada.post("/account/export")
    office.extensions["asklater.jobs"].runs[SETTLE_JOB]()
    assert states(office) == [("access", "open", "exported")]
    prepared(office)
    assert states(office) == [("access", "done", "exported")]


def test_one_that_was_stopped_or_expired_is_no_answer(office: Flask, ada: Browser) -> None:
    ask_for(ada, "access")
    (ordered,) = rows(office, export)
    ada.post(f"/account/export/{ordered.id}/delete")
    prepared(office)
    assert states(office) == [("access", "open", "failed")]


@pytest.mark.thorough
def test_it_is_overdue_like_any_other_and_can_be_withdrawn(office: Flask, ada: Browser, officer: Browser) -> None:
    path = ask_for(ada, "access")
    (row,) = rows(office, privacy_request)
    with clock.at(row.received_at + timedelta(days=40)):
        assert (
            "overdue"
            in browser_of(office, settle(office, "o@x.example", "privacy_officer"), factor=True)
            .get("/officer/requests")
            .text
        )
    assert went_to(ada.post(f"{path}/withdraw")) == path
    prepared(office)
    assert states(office) == [("access", "withdrawn", "")]
    assert went_to(ada.post(f"{path}/retry")) == path
    assert states(office) == [("access", "withdrawn", "")]
