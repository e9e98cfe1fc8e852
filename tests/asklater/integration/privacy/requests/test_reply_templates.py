"""Templates of replies: ours for every kind of request, changed and put back, and those that officers write."""

import pytest
from flask import Flask

from asklater.privacy.correspondence_tables import reply_template
from asklater.privacy.requests.labels import Kind
from asklater.privacy.requests.reply_templates import EVERY_KIND, filled, reply_templates, unknown_placeholders
from tests.asklater.integration.privacy.requests.submissions import ask_from_outside
from tests.support.browsing import Browser, went_to
from tests.support.records import rows

LIST = "/officer/reply-templates"
OWN = {"kind": "access", "name": "Parrots", "title": "About {request}", "text": "Hello,\n\nsee {link}."}


def test_every_kind_has_one_of_ours_and_none_has_a_placeholder_that_there_is_not(office: Flask) -> None:
    with office.test_request_context():
        known = reply_templates()
        assert {one.kind for one in known} == {*Kind, EVERY_KIND}
        assert [one.key for one in known if unknown_placeholders(one.title + one.text)] == []
        assert len({one.key for one in known}) == len(known)


def test_only_known_placeholders_are_filled_in() -> None:
    assert filled("{due} and {Due} {a}{", {"due": "today"}) == "today and {Due} {a}{"


@pytest.mark.thorough
def test_one_is_written_offered_for_its_kind_alone_and_deleted(office: Flask, officer: Browser) -> None:
    assert "Write a template" in officer.get(LIST).text
    assert went_to(officer.post(f"{LIST}/new", OWN)) == LIST
    assert "Parrots" in officer.get(LIST).text
    (row,) = rows(office, reply_template)
    for kind, is_offered in (("access", True), ("erasure", False)):
        path = "/officer/requests/" + ask_from_outside(office, f"{kind}@x.example", kind)[1]
        assert ("Parrots" in officer.get(f"{path}/reply").text) is is_offered
    assert "Delete it" in officer.get(f"{LIST}/{row.key}").text
    assert went_to(officer.post(f"{LIST}/{row.key}/remove")) == LIST
    assert "Parrots" not in officer.get(LIST).text
    assert officer.get(f"{LIST}/{row.key}").status_code == 404


def test_one_of_ours_is_changed_and_put_back(office: Flask, officer: Browser) -> None:
    page = officer.get(f"{LIST}/details").text
    assert "Restore the original text" not in page
    changed = {**OWN, "kind": "", "name": "Ask for details", "text": "What do you mean?"}
    assert went_to(officer.post(f"{LIST}/details", changed)) == LIST
    assert "ours, changed" in officer.get(LIST).text
    assert "What do you mean?" in officer.get(f"{LIST}/details").text
    officer.post(f"{LIST}/details/remove")
    assert "What do you mean?" not in officer.get(f"{LIST}/details").text
    assert rows(office, reply_template) == []


@pytest.mark.thorough
@pytest.mark.parametrize("url", [f"{LIST}/new", f"{LIST}/details"])
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": "Hello {you}"}, "There is no placeholder {you}. There are: {request}, {number}"),
        ({"title": "{us}"}, "There is no placeholder {us}."),
        ({"name": " "}, "Write a few words."),
        ({"kind": "parrots"}, ""),
    ],
)
def test_what_is_wrong_is_told_beside_the_input_and_kept(
    office: Flask, officer: Browser, url: str, changed: dict[str, str], said: str
) -> None:
    page = officer.post(url, {**OWN, **changed})
    assert page.status_code == 422
    assert said in page.text
    assert 'aria-invalid="true"' in page.text
    assert "see {link}." in page.text or "text" in changed
    assert rows(office, reply_template) == []


def test_a_gap_may_stand_in_a_template(office: Flask, officer: Browser) -> None:
    assert went_to(officer.post(f"{LIST}/new", {**OWN, "text": "Since [...]"})) == LIST
    assert len(rows(office, reply_template)) == 1
