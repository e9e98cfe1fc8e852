"""Letters about a request: written from a template, seen before they are sent, kept sealed, read in their order."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask

from asklater import clock
from asklater.messages.tables import OutgoingMail
from asklater.privacy.correspondence_tables import request_letter
from tests.asklater.integration.privacy.requests.submissions import ask_for, ask_from_outside, trail
from tests.support.browsing import Browser, went_to
from tests.support.exports import exported
from tests.support.people import browser_of, settle, somebody
from tests.support.records import rows

ADDRESS = "ada@x.example"
LETTER = {"title": "Your request of {received}", "text": "Hello,\n\nwhich parrot do you mean? We answer by {due}."}


def mails(app: Flask) -> list[tuple[str, str]]:
    return [(mail.title, mail.text) for mail in rows(app, OutgoingMail.__table__) if mail.recipient == ADDRESS]


def note(text: str, at: str, direction: str = "in", channel: str = "phone") -> dict[str, str]:
    return {"direction": direction, "channel": channel, "at": at, "text": text}


@pytest.fixture
def number(office: Flask) -> int:
    return settle(office, ADDRESS)


@pytest.fixture
def name(office: Flask, number: int) -> str:
    return ask_from_outside(office, ADDRESS, "access", "Where is my budgerigar?")[1]


@pytest.fixture
def path(name: str) -> str:
    return f"/officer/requests/{name}"


@pytest.mark.thorough
def test_a_reply_begins_with_a_template_is_seen_and_then_sent(
    office: Flask, officer: Browser, number: int, path: str
) -> None:
    assert "Ask for details" in officer.get(f"{path}/reply").text
    begun = officer.get(f"{path}/reply?template=details").text
    assert "We answer by {due} at the latest." in begun
    before = len(mails(office))
    shown = officer.post(f"{path}/reply", LETTER)
    assert shown.status_code == 200
    assert "mailed to ada@x.example" in shown.text
    assert "{due}" not in shown.text.partition("<form")[0]
    assert len(mails(office)) == before, "it is only looked at"
    assert rows(office, request_letter) == []
    sent = officer.answer({"press": "send"})
    assert went_to(sent) == path
    title, text = mails(office)[-1]
    assert title.startswith("Your request of 20")
    assert "which parrot do you mean?" in text
    assert "{" not in text
    assert path.rpartition("/")[2] in text, "how to answer, and where it stands"
    assert trail(office)[-1] == ("replied", "officer")
    (kept,) = rows(office, request_letter)
    assert b"parrot" not in kept.text
    own = browser_of(office, number).get(f"/account/requests/{path.rpartition('/')[2]}").text
    assert "which parrot do you mean?" in own
    assert "which parrot" in officer.get(path).text
    assert "which parrot" not in Browser(office).get(f"/privacy/requests/{path.rpartition('/')[2]}").text


def test_it_can_be_changed_after_it_was_seen(office: Flask, officer: Browser, path: str) -> None:
    officer.post(f"{path}/reply", LETTER)
    again = officer.answer({"press": "change"})
    assert again.status_code == 200
    assert "which parrot do you mean? We answer by {due}." in again.text
    assert rows(office, request_letter) == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": "See {link} and {secret}."}, "There is no placeholder {secret}."),
        ({"title": "{nobody}"}, "There is no placeholder {nobody}."),
        ({"text": "Because [...]"}, "Write what belongs in the place of [...]."),
        ({"text": " "}, "Write a few words."),
        ({"title": ""}, "Write a few words."),
        ({"text": "x" * 4001}, "Use at most 4000 characters."),
    ],
)
@pytest.mark.parametrize("press", ["", "send"])
def test_what_cannot_be_sent_is_told_beside_the_input_and_kept(
    office: Flask, officer: Browser, path: str, changed: dict[str, str], said: str, press: str
) -> None:
    page = officer.post(f"{path}/reply", {**LETTER, **changed, "press": press})
    assert page.status_code == 422
    assert said in page.text
    assert 'aria-invalid="true"' in page.text
    assert all(text[:60].strip() in page.text for text in changed.values())
    assert rows(office, request_letter) == []


def test_letters_and_talks_are_noted_by_hand_and_read_in_their_order(
    office: Flask, officer: Browser, number: int, path: str
) -> None:
    now = clock.now()
    second, first = (f"{now - timedelta(days=days):%Y-%m-%dT%H:%M}" for days in (1, 2))
    assert went_to(officer.post(f"{path}/note", note("The green one.", second))) == path
    assert went_to(officer.post(f"{path}/note", note("Which one?", first, "out", "post"))) == path
    for page in (officer.get(path), browser_of(office, number).get(f"/account/requests/{path.rpartition('/')[2]}")):
        assert page.text.index("Which one?") < page.text.index("The green one.")
        assert "phone call" in page.text
    assert [event for event, _role in trail(office)][-2:] == ["noted", "noted"]
    assert all(b"green" not in row.text for row in rows(office, request_letter))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"at": ""}, "Give the day and the time."),
        ({"at": "2999-01-01T10:00"}, "This is in the future."),
        ({"at": "soon"}, "Give the day and the time, such as"),
        ({"text": ""}, "Write a few words."),
        ({"channel": "pigeon"}, ""),
        ({"direction": "sideways"}, ""),
    ],
)
def test_a_note_that_says_too_little_is_refused(
    office: Flask, officer: Browser, path: str, changed: dict[str, str], said: str
) -> None:
    page = officer.post(f"{path}/note", {**note("The green one.", "2026-01-01T10:00"), **changed})
    assert page.status_code == 422
    assert said in page.text
    assert rows(office, request_letter) == []


def test_without_an_address_it_says_to_write_otherwise(office: Flask, officer: Browser) -> None:
    number = settle(office, "nobody@x.example")
    ada = browser_of(office, number)
    path = ask_for(ada, "rectification", field="", message="Something is wrong.")
    office.extensions["asklater.identity"] = _Nowhere(office.extensions["asklater.identity"])
    page = officer.get(path.replace("/account", "/officer") + "/reply")
    assert "There is no address to write to." in page.text
    assert "See it as it will be sent" not in page.text


class _Nowhere:
    """An identity that knows nobody's address."""

    def __init__(self, other: object) -> None:
        self._other = other

    def __getattr__(self, name: str) -> object:
        return getattr(self._other, name)

    def address_of(self, _subject_id: int) -> str:
        return ""


@pytest.mark.thorough
def test_the_words_are_in_the_export_and_go_with_the_person(
    office: Flask, officer: Browser, number: int, path: str
) -> None:
    officer.post(f"{path}/note", note("The green one.", "2026-01-01T10:00"))
    told = {section["table"]: section["rows"] for section in exported(office, number)["records"]}
    assert [row["text"] for row in told["request_letter"]] == ["The green one."]
    ada = browser_of(office, number)
    ada.get("/account/erase")
    ada.post("/account/erase", {"erase": "yes"})
    (kept,) = rows(office, request_letter)
    assert kept.title is kept.text is None
    assert "The words were erased with their person." in officer.get(path).text
    assert officer.get(f"{path}/reply").status_code == 404


def test_they_are_in_the_bundle_of_evidence(officer: Browser, path: str) -> None:
    officer.post(f"{path}/note", note("The green one.", "2026-01-01T10:00"))
    answer = officer.post(f"{path}/evidence", {"reason": "The authority asks."})
    with ZipFile(BytesIO(answer.data)) as bundle:
        letters = json.loads(bundle.read("correspondence/letters.json"))
    assert [letter["text"] for letter in letters] == ["The green one."]


def test_nobody_else_writes_or_reads_them(office: Flask, path: str) -> None:
    pm = somebody(office, "pm@x.example", "pm", factor=True)
    for page in (pm.get(f"{path}/reply"), pm.post(f"{path}/reply", LETTER), pm.post(f"{path}/note", {})):
        assert page.status_code == 403
    assert rows(office, request_letter) == []
