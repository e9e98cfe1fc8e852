"""Art. 33 and 34: the clock, whom a breach concerns, the decisions, the notice, letters once each, and the closing."""

import csv
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.messages.tables import OutgoingMail
from asklater.privacy.breaches import letters
from asklater.privacy.breaches.register import BreachClosed, change_breach, find_breach
from asklater.privacy.breaches.scope import Scope, count_concerned, leaked_by
from asklater.privacy.register_tables import breach, breach_event, breach_letter
from asklater.subjects.merge import merge
from asklater.tables import answer, subject
from tests.asklater.integration.privacy.registers.conftest import give, run
from tests.support.browsing import Browser, went_to
from tests.support.people import settle, somebody
from tests.support.records import rows

NOTICED = datetime(2026, 5, 4, 9, tzinfo=UTC)
HAPPENED = "A laptop with the guest book was taken from a train."
MAILS = OutgoingMail.__table__
LETTER = {"letter_title": "A laptop was stolen", "letter": "Your name may be known to a thief.", "advice": "Beware."}
BECAUSE = {"risk_reason": "Names.", "authority_reason": "A risk.", "persons_reason": "It is fair."}


def entered(officer: Browser, at: datetime = NOTICED, title: str = "Laptop") -> str:
    """The path of a new breach."""
    given = {"title": title, "noticed_at": f"{at:%Y-%m-%dT%H:%M}", "happened": HAPPENED}
    return went_to(officer.post("/officer/breaches/new", given))


def step(officer: Browser, path: str, name: str, **given: object) -> str:
    """Take a step that goes through, and return the page that follows."""
    answer_ = officer.post(f"{path}/{name}", given)
    assert answer_.status_code == 303, answer_.text
    return officer.get(path).text


def ready_to_write(officer: Browser, path: str) -> None:
    step(officer, path, "scope", extent="chosen", fields=["display_name"])
    step(officer, path, "persons", persons="write", **BECAUSE)
    step(officer, path, "letter", **LETTER)


def officer_at(app: Flask, moment: datetime, address: str) -> Browser:
    with clock.at(moment):
        return somebody(app, address, "privacy_officer", factor=True)


@pytest.mark.thorough
def test_it_is_entered_with_its_clock_and_what_is_wrong_stands_beside_its_input(office: Flask) -> None:
    with clock.at(NOTICED + timedelta(hours=10)):
        officer = officer_at(office, NOTICED, "o@x.example")
        assert "No breach is on record" in officer.get("/officer/breaches").text
        wrong = officer.post(
            "/officer/breaches/new", {"title": " ", "noticed_at": "2026-05-05T09:00", "happened": "Kept"}
        )
        assert wrong.status_code == 422
        assert "in the future" in wrong.text
        assert ">\nKept</textarea>" in wrong.text
        for odd in ("", "x", "9999-99-99T00:00", "0001-01-01T00:00\x00"):
            assert (
                officer.post("/officer/breaches/new", {"title": "T", "noticed_at": odd, "happened": "H"}).status_code
                == 422
            )
        path = entered(officer)
        assert "62 hours left" in officer.get(path).text
        assert "Breaches (1)" in officer.get("/officer").text
    assert b"laptop" not in rows(office, breach)[0].words.lower()
    with clock.at(NOTICED + timedelta(hours=73)):
        late = officer_at(office, NOTICED + timedelta(hours=73), "p@x.example")
        page = late.get("/officer/breaches").text
        assert "overdue for 1 hour" in page
        assert "Overdue since" in late.get("/officer").text


def test_officers_are_mailed_once_near_the_end_and_once_when_it_is_over(office: Flask) -> None:
    officer = officer_at(office, NOTICED, "o@x.example")
    with clock.at(NOTICED):
        path = entered(officer)
        decided = entered(officer, title="Nothing much")
        step(officer, decided, "authority", authority="not", **BECAUSE)
    found = []
    for hours in (1, 47, 49, 50, 71, 73, 90):
        with clock.at(NOTICED + timedelta(hours=hours)):
            run(office, "remind_of_breaches")
            found.append(sum(path in mail.text for mail in rows(office, MAILS) if mail.recipient == "o@x.example"))
    assert found == [0, 0, 1, 1, 1, 2, 2]
    assert not any(decided in mail.text for mail in rows(office, MAILS))


def test_people_are_counted_in_the_live_data_by_field_table_and_day(office: Flask) -> None:
    engine: Engine = office.extensions["asklater.engine"]
    people = [settle(office, f"{name}@x.example") for name in "abc"]
    with clock.at(NOTICED):
        give(office, people[0], "display_name", "Ada")
        give(office, people[1], "display_name", "Bo")
    with clock.at(NOTICED + timedelta(days=2)):
        give(office, people[2], "display_name", "Cy")
    with office.test_request_context(), engine.database.unit_of_work():
        engine.database.writing().execute(subject.update().where(subject.c.id == people[1]).values(simulated=True))
    day = NOTICED.date()

    def counted(**scope: object) -> tuple[int, int]:
        with office.test_request_context():
            found = count_concerned(engine, Scope(**scope))  # type: ignore[arg-type]
            engine.database.release()
            return found.people, found.records

    assert counted(fields=("display_name",)) == (2, 2)
    assert counted(fields=("display_name",), recorded_until=day) == (1, 1)
    assert counted(fields=("display_name",), recorded_from=day + timedelta(days=1)) == (1, 1)
    assert counted(fields=("display_name", "email")) == (2, 4)
    assert counted(tables=("account",)) == (2, 2)
    assert counted(fields=("nowhere",), tables=("nowhere",)) == (0, 0)
    assert counted() == (0, 0)


def test_a_leak_of_the_database_concerns_what_stands_in_clear_and_with_the_keys_everything(office: Flask) -> None:
    engine: Engine = office.extensions["asklater.engine"]
    with office.test_request_context():
        fields, tables = leaked_by(engine, "database")
        all_fields, all_tables = leaked_by(engine, "keys")
    assert set(fields) < set(all_fields) == set(engine.manifest.fields)
    assert set(tables) <= set(all_tables)
    assert "session" in tables


def test_every_table_of_people_can_be_counted(office: Flask, officer: Browser) -> None:
    path = entered(officer, clock.now() - timedelta(hours=1))
    page = step(officer, path, "scope", extent="keys", recorded_from="2020-01-01", recorded_until="2090-01-01")
    assert "1 person is concerned" in page
    keys = {"table:account", "field:email"}
    assert all(f"{part}" in str(rows(office, breach)[0].counts) for part in keys)


@pytest.mark.thorough
def test_the_scope_needs_something_and_days_in_their_order(officer: Browser) -> None:
    path = entered(officer)
    for wrong in ({}, {"extent": "chosen"}, {"extent": "all"}, {"extent": "chosen", "fields": ["unknown"]}):
        assert officer.post(f"{path}/scope", wrong).status_code == 422
    days = {"recorded_from": "2026-05-03", "recorded_until": "2026-05-01"}
    assert "before the first one" in officer.post(f"{path}/scope", {"extent": "keys", **days}).text


def test_what_is_sent_late_says_why(officer: Browser) -> None:
    path = entered(officer)
    late = f"{NOTICED + timedelta(hours=80):%Y-%m-%dT%H:%M}"
    page = officer.post(f"{path}/notified", {"notified_at": late})
    assert page.status_code == 422
    assert "after the 72 hours. Write why." in page.text
    early = officer.post(f"{path}/notified", {"notified_at": "2026-05-01T00:00"})
    assert "before the breach was noticed" in early.text
    text = step(officer, path, "notified", notified_at=late, delay_reason="The train had no signal.", reference="AZ 7")
    assert "authority notified on 2026-05-07 17:00 UTC" in text
    assert "The train had no signal." in officer.get(f"{path}/notice").text


@pytest.mark.thorough
def test_the_notice_has_every_element_or_says_that_it_is_missing(office: Flask, officer: Browser) -> None:
    give(office, settle(office), "display_name", "Ada")
    path = entered(officer)
    bare = officer.get(f"{path}/notice").text
    assert bare.count("Not written yet") == 4  # people, consequences, measures, and why it is late
    step(officer, path, "scope", extent="chosen", fields=["display_name"])
    words = {"title": "Laptop", "happened": HAPPENED, "consequences": "Calls.", "measures": "Disks are encrypted."}
    step(officer, path, "describe", **words)
    step(officer, path, "assess", risk="risk", **BECAUSE)
    page = officer.get(f"{path}/notice").text
    for told in (
        HAPPENED,
        "People: about 1. Records: about 1.",
        "whoever comes by",
        "Display name",
        "Calls.",
        words["measures"],
    ):
        assert told in page
    assert all(f">({letter})<" in page for letter in "abcd")
    assert "Ada" not in page


@pytest.mark.thorough
def test_each_is_written_to_once_however_often_the_worker_stops(
    office: Flask, officer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "LETTERS_PORTION", 2)
    people = [settle(office, f"{name}@x.example", proved=name != "b") for name in "abcde"]
    for number in people:
        give(office, number, "display_name", "Anonymous")
    settle(office, "untouched@x.example")
    engine: Engine = office.extensions["asklater.engine"]
    with office.test_request_context(), engine.database.unit_of_work():
        nobody = engine.answers.remove(people[4], "email"), engine.answers.remove(people[4], "verified_email")
        assert nobody
    path = entered(officer)
    ready_to_write(officer, path)
    assert "5 people were counted" in officer.get(path).text
    step(officer, path, "send")
    with office.app_context(), engine.database.unit_of_work():
        assert letters.send_portion(engine) == 2
    step(officer, path, "stop")
    with office.app_context(), engine.database.unit_of_work():
        assert letters.send_portion(engine) == 0
    step(officer, path, "send")
    for _run in range(3):
        run(office, letters.LETTERS_JOB)
    written = [mail for mail in rows(office, MAILS) if mail.title == LETTER["letter_title"]]
    assert sorted(mail.recipient for mail in written) == [f"{name}@x.example" for name in "abcd"]
    assert all("- Display name" in mail.text and "Beware." in mail.text for mail in written)
    assert not any(mail.urgent for mail in written)
    assert len(rows(office, breach_letter)) == 5
    page = officer.get(path).text
    assert "Letters written: 4. People without an address: 1. No more are being written." in page


def test_whoever_became_concerned_under_a_number_that_was_passed_is_written_to_and_a_merge_doubles_nothing(
    office: Flask, officer: Browser
) -> None:
    first, second = settle(office, "a@x.example"), settle(office, "b@x.example")
    give(office, second, "display_name", "Bo")
    path = entered(officer)
    ready_to_write(officer, path)
    step(officer, path, "send")
    engine: Engine = office.extensions["asklater.engine"]
    with office.app_context(), engine.database.unit_of_work():
        assert letters.send_portion(engine) == 1
    give(office, first, "display_name", "Ada")
    run(office, letters.LETTERS_JOB)
    assert {row.subject_id for row in rows(office, breach_letter)} == {first, second}
    with office.test_request_context(), engine.database.unit_of_work():
        for carry in engine.registry.merges:
            carry(second, first)
    assert [row.subject_id for row in rows(office, breach_letter) if row.subject_id == first] == [first]


@pytest.mark.thorough
def test_nobody_is_written_to_before_that_is_decided_and_somebody_is_concerned(
    office: Flask, officer: Browser
) -> None:
    path = entered(officer)
    assert officer.post(f"{path}/send").status_code == 422
    ready_to_write(officer, path)
    page = officer.post(f"{path}/send")
    assert page.status_code == 422
    assert "Nobody is concerned" in page.text
    assert rows(office, breach_letter) == []


def test_the_list_of_addresses_has_its_reason_and_is_logged(office: Flask, officer: Browser) -> None:
    for name, proved in (("a", True), ("b", False)):
        give(office, settle(office, f"{name}@x.example", proved=proved), "display_name", "=1+1")
    path = entered(officer)
    step(officer, path, "scope", extent="chosen", fields=["display_name"])
    assert officer.post(f"{path}/addresses.csv", {"reason": " "}).status_code == 422
    answer_ = officer.post(f"{path}/addresses.csv", {"reason": "Letters on paper."})
    table = list(csv.reader(StringIO(answer_.text.removeprefix("\ufeff"))))
    assert table[0] == ["account", "address", "proved"]
    assert [row[1:] for row in table[1:]] == [["a@x.example", "True"], ["b@x.example", "False"]]
    assert "Letters on paper." in officer.get(path).text
    assert rows(office, breach_event)[-1].event == "listed"


@pytest.mark.thorough
def test_it_is_closed_once_all_is_decided_and_then_stays_as_it_is(office: Flask, officer: Browser) -> None:
    path = entered(officer)
    page = officer.post(f"{path}/close", {"closing": "Learned."})
    assert page.status_code == 422
    assert "Assess the risk; Decide about the authority; Decide about the people" in page.text
    step(officer, path, "assess", risk="none", **BECAUSE)
    step(officer, path, "authority", authority="not", **BECAUSE)
    step(officer, path, "persons", persons="not", **BECAUSE)
    text = step(officer, path, "close", closing="Disks are encrypted now.")
    assert "closed on" in text
    assert "Decide about the people</summary>" not in text
    refused = officer.post(f"{path}/assess", {"risk": "high", **BECAUSE})
    assert refused.status_code == 422
    assert "closed" in refused.text
    with office.test_request_context():
        found = find_breach(path.rpartition("/")[2])
        assert found
        assert found.risk == "none"
        with pytest.raises(BreachClosed):
            change_breach(found, "note", "")


def test_every_list_is_a_csv_and_what_officers_type_runs_in_no_spreadsheet(officer: Browser) -> None:
    entered(officer, title="=HYPERLINK(1)")
    text = officer.get("/officer/breaches.csv").text
    assert "'=HYPERLINK" in text
    assert re.search(r"Breach,'?=", officer.get("/officer/due.csv").text) is None


def test_an_unknown_breach_is_not_there(officer: Browser) -> None:
    for path in ("/officer/breaches/x", "/officer/breaches/x/notice"):
        assert officer.get(path).status_code == 404
    assert officer.post("/officer/breaches/x/note", {"note": "n"}).status_code == 404
    assert officer.post(f"{entered(officer)}/unknown").status_code == 404


@pytest.mark.thorough
def test_an_erasure_takes_the_letter_along_and_leaves_the_count(office: Flask, officer: Browser) -> None:
    number = settle(office)
    give(office, number, "display_name", "Ada")
    path = entered(officer)
    ready_to_write(officer, path)
    step(officer, path, "send")
    run(office, letters.LETTERS_JOB)
    engine: Engine = office.extensions["asklater.engine"]
    other = settle(office, "b@x.example")
    with office.test_request_context(), engine.database.unit_of_work():
        merge(engine, number, other)
        engine.database.writing().execute(answer.delete().where(answer.c.subject_id == number))
        engine.database.writing().execute(subject.delete().where(subject.c.id == number))
    assert rows(office, breach_letter) == []
    assert "Letters written: 1." in officer.get(path).text
