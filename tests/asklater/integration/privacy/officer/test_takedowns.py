"""PRIVACY 8 and 9: what an officer takes down, why, and that it can be put back unless its person wanted it gone."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.privacy.ledger.replay import replay
from asklater.privacy.register_tables import takedown
from asklater.privacy.takedowns.takedowns import CONTENTS_KEPT_FOR, takedowns_of
from asklater.subjects.merge import merge
from tests.asklater.integration.privacy.officer.conftest import Wall
from tests.asklater.integration.privacy.requests.submissions import MAILS
from tests.support.browsing import Browser, went_to
from tests.support.people import settle, somebody
from tests.support.records import rows
from tests.support.snapshots import put_back, snapshot

WHY = "It shows a neighbour."
Replayed = Callable[[], int]


@pytest.fixture
def author(office: Flask, wall: Wall) -> int:
    """Somebody with a poem and a drawing on the wall."""
    number = settle(office, "ada@x.example")
    for name in ("poem", "drawing"):
        wall.pin(number, name, f"a canary {name}")
    return number


@pytest.fixture
def replayed(office: Flask, engine: Engine, instance: Path) -> Replayed:
    """Does the ledger's acts again; how many changed anything."""

    def run() -> int:
        with office.app_context():
            done = replay(engine, instance / "rights.jsonl").acts
            engine.database.release()
        return done

    return run


def take_down(officer: Browser, number: int, item: str = "poem", cause: str = "others") -> None:
    named = f"&publication=pins&item={item}" if item else ""
    officer.get(f"/officer/takedowns/new?person={number}{named}")
    assert went_to(officer.answer({"cause": cause, "reason": WHY})) == "/officer/takedowns"


def put_it_back(app: Flask, officer: Browser, place: int = 0, reason: str = "A mix-up.") -> Browser:
    path = f"/officer/takedowns/{rows(app, takedown)[place].public_id}"
    officer.post(f"{path}/put-back", {"reason": reason})
    return officer


def mails(app: Flask) -> list[str]:
    return [mail.text for mail in rows(app, MAILS) if mail.title == "What you have published"]


def test_one_thing_is_taken_down_told_and_put_back(office: Flask, officer: Browser, wall: Wall, author: int) -> None:
    before = dict(wall.pinned[author])
    take_down(officer, author)
    assert wall.of(author) == ["drawing"]
    row = rows(office, takedown)[0]
    assert b"canary" not in row.contents
    assert WHY.encode() not in row.reason
    assert WHY in mails(office)[0]
    page = officer.get("/officer/takedowns").text
    assert "can be put back until" in page
    assert "for somebody else’s protection" in page
    put_it_back(office, officer)
    assert wall.pinned[author] == before
    assert "A mix-up." in mails(office)[1]
    assert rows(office, takedown)[0].contents is None
    assert "public again" in officer.get("/officer/takedowns").text
    again = officer.post(f"/officer/takedowns/{row.public_id}/put-back", {"reason": "Once more."})
    assert again.status_code == 409
    assert "It was put back already." in again.text


def test_what_its_person_wanted_gone_stays_gone(office: Flask, officer: Browser, wall: Wall, author: int) -> None:
    take_down(officer, author, cause="asked")
    row = rows(office, takedown)[0]
    assert row.contents is None
    assert WHY not in mails(office)[0]
    path = f"/officer/takedowns/{row.public_id}"
    assert "gone for good" in officer.get(path).text
    assert officer.post(f"{path}/put-back", {"reason": "Why not."}).status_code == 409
    assert wall.of(author) == ["drawing"]


def test_everything_orphaned_is_collected_at_once(office: Flask, officer: Browser, wall: Wall) -> None:
    number = settle(office, "ada@x.example", proved=False)
    for name in ("poem", "drawing"):
        wall.pin(number, name, name)
    take_down(officer, number, item="", cause="orphaned")
    assert wall.of(number) == []
    assert len(rows(office, takedown)) == 2
    assert mails(office) == [], "nobody has proved an address"


@pytest.mark.parametrize("given", [{}, {"cause": "asked"}, {"reason": WHY}, {"cause": "made-up", "reason": WHY}])
def test_it_needs_a_cause_and_a_reason(officer: Browser, wall: Wall, author: int, given: dict[str, str]) -> None:
    officer.get(f"/officer/takedowns/new?person={author}&publication=pins&item=poem")
    page = officer.answer(given)
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text or "There is a problem" in page.text
    assert officer.answer({"cause": "law", "reason": WHY}).status_code == 303, "what was meant is kept"
    assert wall.of(author) == ["drawing"]


@pytest.mark.parametrize("query", ["", "?person=x", "?person=99999", "?person={}&publication=pins&item=none"])
def test_what_is_not_public_cannot_be_taken_down(officer: Browser, wall: Wall, author: int, query: str) -> None:
    assert went_to(officer.get(f"/officer/takedowns/new{query.format(author)}")) == "/officer/people"
    assert wall.of(author) == ["poem", "drawing"]


def test_something_new_in_its_place_stays(office: Flask, officer: Browser, wall: Wall, author: int) -> None:
    take_down(officer, author)
    wall.pin(author, "poem", "another")
    page = put_it_back(office, officer).page
    assert page is not None
    assert page.status_code == 409
    assert "published something else in its place" in page.text
    assert wall.pinned[author]["poem"][0] == "another"


def test_its_contents_go_after_their_time(office: Flask, officer: Browser, wall: Wall, author: int) -> None:
    take_down(officer, author)
    with clock.at(clock.now() + CONTENTS_KEPT_FOR + timedelta(minutes=1)):
        late = somebody(office, "late@x.example", "privacy_officer", factor=True)
        page = put_it_back(office, late).page
        assert page is not None
        assert "not kept any more" in page.text
        office.extensions["asklater.jobs"].runs["forget_taken_down"]()
    assert rows(office, takedown)[0].contents is None
    assert wall.of(author) == ["drawing"]


def test_a_restored_backup_takes_it_down_again(
    office: Flask, officer: Browser, wall: Wall, author: int, replayed: Replayed
) -> None:
    kept, pinned = snapshot(office), dict(wall.pinned[author])
    take_down(officer, author)
    put_back(office, kept)
    wall.pinned[author] = pinned
    assert replayed() == 1
    assert wall.of(author) == ["drawing"]


@pytest.mark.thorough
def test_what_was_put_back_stays_after_a_restore(
    office: Flask, officer: Browser, wall: Wall, author: int, replayed: Replayed
) -> None:
    before, pinned = snapshot(office), dict(wall.pinned[author])
    take_down(officer, author)
    between, without = snapshot(office), dict(wall.pinned[author])
    put_it_back(office, officer)
    assert replayed() == 0, "without a restore nothing changes"
    put_back(office, before)
    wall.pinned[author] = dict(pinned)
    assert replayed() == 0
    assert wall.pinned[author] == pinned
    put_back(office, between)
    wall.pinned[author] = without
    assert replayed() == 1
    assert wall.pinned[author] == pinned
    assert replayed() == 0


def test_two_who_are_one_can_still_have_it_back(
    office: Flask, officer: Browser, wall: Wall, engine: Engine, author: int
) -> None:
    visit = settle(office, "ada@x.example", proved=False)
    wall.pin(visit, "song", "la")
    take_down(officer, visit, "song")
    with office.test_request_context(), engine.database.unit_of_work():
        merge(engine, visit, author)
        for carry in engine.registry.merges:
            carry(visit, author)
    with office.test_request_context():
        assert [(one.item, one.reason) for one in takedowns_of(engine, author)] == [("song", WHY)]
        engine.database.release()
    put_it_back(office, officer)
    assert "song" in wall.of(author)


def test_the_list_is_a_file_too(office: Flask, officer: Browser, author: int) -> None:
    assert "Nothing was taken down" in officer.get("/officer/takedowns").text
    take_down(officer, author)
    assert WHY in officer.get("/officer/takedowns.csv").text
    assert officer.get("/officer/takedowns/none").status_code == 404
