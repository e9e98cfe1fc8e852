"""Answers: encrypted under each one's own key, bound to their row, gone when their time is up."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, update

from asklater import clock
from asklater.engine import Engine, Unmet
from asklater.keys.service import Sealed
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival
from asklater.tables import answer, answer_event, subject
from tests.support.browsing import Browser
from tests.support.records import held, on_disk, rows, statements

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(workshop: Flask) -> Engine:
    found: Engine = workshop.extensions["asklater.engine"]
    return found


def arrive(engine: Engine) -> int:
    with engine.database.unit_of_work():
        return record_arrival(engine.database)


def give(engine: Engine, subject_id: int, field: str, value: object) -> bool:
    with engine.database.unit_of_work():
        return engine.answers.give(subject_id, field, value, Provenance("publish"))


def test_what_is_given_is_read_back(engine: Engine) -> None:
    ada = arrive(engine)
    give(engine, ada, "display_name", "Ada 🎈")
    assert engine.answers.read(ada) == {"display_name": "Ada 🎈"}


def test_many_are_read_in_one_statement(engine: Engine, workshop: Flask) -> None:
    ada, bob, nobody = arrive(engine), arrive(engine), arrive(engine)
    give(engine, ada, "display_name", "Ada")
    give(engine, ada, "email", "ada@x.example")
    with clock.at(NOON):
        give(engine, bob, "display_name", "Bob")
    with clock.at(NOON + timedelta(days=29)), statements(workshop) as sent:
        read = engine.answers.read_many([ada, bob, nobody, bob], ["display_name", "picture"])
    assert read == {ada: {"display_name": "Ada"}, bob: {"display_name": "Bob"}, nobody: {}}
    assert len(sent) == 1
    with clock.at(NOON + timedelta(days=31)):
        assert engine.answers.read_many([bob], ["display_name"]) == {bob: {}}
    assert engine.answers.read_many([], ["display_name"]) == {}


def test_the_first_answer_wins(engine: Engine) -> None:
    ada = arrive(engine)
    assert give(engine, ada, "display_name", "Ada")
    assert not give(engine, ada, "display_name", "Eve")
    assert engine.answers.read(ada) == {"display_name": "Ada"}


def test_no_plain_value_is_on_disk(engine: Engine) -> None:
    ada = arrive(engine)
    give(engine, ada, "display_name", "Canarybird")
    with engine.database.unit_of_work():
        engine.database.writing().execute(insert(subject).values(created_at=NOON, data_key=b"Plainbird"))
    content = on_disk(engine.database)
    assert b"Plainbird" in content  # the search looks where rows are
    assert b"Canarybird" not in content


def test_the_column_holds_a_ciphertext(engine: Engine, workshop: Flask) -> None:
    ada = arrive(engine)
    give(engine, ada, "display_name", "Canarybird")
    assert b"Canary" not in rows(workshop, answer)[0].value


def test_a_ciphertext_moved_to_another_row_does_not_open(engine: Engine, workshop: Flask) -> None:
    ada, eve = arrive(engine), arrive(engine)
    give(engine, ada, "display_name", "Ada")
    give(engine, eve, "display_name", "Eve")
    stolen = rows(workshop, answer)[0].value
    with engine.database.unit_of_work():
        engine.database.writing().execute(update(answer).where(answer.c.subject_id == eve).values(value=stolen))
    with pytest.raises(Sealed):
        engine.answers.read(eve)


def test_without_its_key_an_answer_is_noise(engine: Engine) -> None:
    ada, eve = arrive(engine), arrive(engine)
    give(engine, ada, "display_name", "Ada")
    give(engine, eve, "display_name", "Eve")
    with engine.database.unit_of_work():
        key = engine.answers.read(eve) and b"\x01" + bytes(60)
        engine.database.writing().execute(update(subject).where(subject.c.id == ada).values(data_key=key))
    with pytest.raises(Sealed):
        engine.answers.read(ada)


def test_a_record_of_a_room_is_sealed_and_opened(engine: Engine, workshop: Flask) -> None:
    ada = arrive(engine)
    with engine.database.unit_of_work():
        sealed = {label: engine.seal(ada, label, f"{label} ü") for label in ("letter:1", "letter:2")}
    with statements(workshop) as sent:
        assert engine.open(ada, sealed) == {"letter:1": "letter:1 ü", "letter:2": "letter:2 ü"}
    assert len(sent) == 1
    assert b"letter" not in sealed["letter:1"]
    assert engine.open(arrive(engine), {}) == {}


def test_a_record_opens_for_its_own_person_and_label_only(engine: Engine) -> None:
    ada, eve, nobody = arrive(engine), arrive(engine), arrive(engine)
    give(engine, eve, "display_name", "Eve")
    with engine.database.unit_of_work():
        letter, same_words = engine.seal(ada, "letter:1", "Dear"), engine.seal(ada, "display_name", "Ada")
    for who, label, sealed in ((ada, "letter:2", letter), (eve, "letter:1", letter), (nobody, "letter:1", letter)):
        with pytest.raises(Sealed):
            engine.open(who, {label: sealed})
    give(engine, ada, "display_name", "Ada")
    with engine.database.unit_of_work():
        engine.database.writing().execute(update(answer).where(answer.c.subject_id == ada).values(value=same_words))
    with pytest.raises(Sealed):  # a record passes for no answer
        engine.answers.read(ada)


def test_an_expired_answer_is_not_held_and_is_deleted(engine: Engine, workshop: Flask) -> None:
    ada = arrive(engine)
    with clock.at(NOON):
        give(engine, ada, "display_name", "Ada")
    with clock.at(NOON + timedelta(days=30)):
        assert engine.answers.read(ada) == {}
        workshop.extensions["asklater.jobs"].runs["expire_answers"]()
    assert held(workshop) == set()
    assert [row.change for row in rows(workshop, answer_event)] == ["given", "expired"]


def test_what_expired_is_no_hindrance_to_what_is_given(engine: Engine, workshop: Flask) -> None:
    ada = arrive(engine)
    with clock.at(NOON):
        give(engine, ada, "display_name", "Ada")
    with clock.at(NOON + timedelta(days=30)):
        assert give(engine, ada, "display_name", "Ada again")
        assert engine.answers.read(ada) == {"display_name": "Ada again"}
    assert [row.change for row in rows(workshop, answer_event)] == ["given", "expired", "given"]


def test_use_counts_the_retention_anew(engine: Engine) -> None:
    ada = arrive(engine)
    with clock.at(NOON):
        give(engine, ada, "display_name", "Ada")
    with clock.at(NOON + timedelta(days=29)), engine.database.unit_of_work():
        assert engine.answers.use(ada, ["display_name"]) == {"display_name": "Ada"}
    with clock.at(NOON + timedelta(days=58)):
        assert engine.answers.read(ada) == {"display_name": "Ada"}


def test_what_expired_is_asked_again_by_the_next_action(visitor: Browser, workshop: Flask) -> None:
    workshop.extensions["on_paper"] = False
    visitor.post("/letters")
    visitor.answer({"answer.email": "ada@x.example"})
    visitor.answer({"answer.display_name": "Ada"})
    with clock.at(clock.now() + timedelta(days=40)):
        assert 'name="answer.display_name"' in visitor.post("/letters").text
        assert visitor.answer({"answer.display_name": "Ada again"}).text == "sent"


def test_the_domain_verb_asserts_the_manifest_too(workshop: Flask, engine: Engine) -> None:
    with workshop.test_request_context("/"), engine.database.unit_of_work(), pytest.raises(Unmet) as unmet:
        engine.require("publish")
    assert unmet.value.missing == ("email", "display_name", "picture")


def test_answers_of_a_deleted_subject_go_with_it(engine: Engine, workshop: Flask) -> None:
    ada = arrive(engine)
    give(engine, ada, "display_name", "Ada")
    with engine.database.unit_of_work():
        engine.database.writing().execute(subject.delete().where(subject.c.id == ada))
    assert rows(workshop, answer) == []
    assert rows(workshop, answer_event) == []
    with engine.database.unit_of_work():
        engine.database.writing().execute(insert(subject).values(id=ada + 1, created_at=NOON))
