"""Prompts and episodes, exactly as the definitions of completion analytics say."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.tables import prompt_field
from tests.support.browsing import Browser
from tests.support.records import episodes, prompts, rows, saves

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_impression_opens_an_episode_and_further_ones_count_on_it(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/letters")
    visitor.post("/letters")
    (episode,) = rows(workshop, prompt_field)
    assert (episode.impressions, episode.submissions, episode.rejections) == (2, 0, 0)


def test_a_rerender_after_a_rejection_is_no_impression(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/letters")
    visitor.answer({"answer.email": "no"})
    visitor.answer({"answer.email": "still no"})
    (episode,) = rows(workshop, prompt_field)
    assert (episode.impressions, episode.submissions, episode.rejections) == (1, 2, 2)


def test_a_field_that_is_first_shown_beside_a_rejected_one_is_an_impression(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/publish")
    visitor.answer({"answer.email": "no", "answer.display_name": "Ada"})
    shown = {row.field: row.impressions for row in rows(workshop, prompt_field)}
    assert shown == {"email": 1, "display_name": 1, "picture": 1}


def test_the_other_contexts_episode_is_superseded(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/publish")
    visitor.post("/letters")
    visitor.answer({"answer.email": "ada@x.example"})
    assert ("send_letter", "email", "completed") in episodes(workshop)
    assert ("publish", "email", "superseded") in episodes(workshop)
    assert saves(workshop) == [("email", "send_letter")]


def test_a_change_in_the_settings_supersedes_and_is_credited_to_them(visitor: Browser, workshop: Flask) -> None:
    visitor.get("/ask/sign_up")
    visitor.answer({"answer.email": "ada@x.example"})
    visitor.post("/publish")
    engine: Engine = workshop.extensions["asklater.engine"]
    subject_id = prompts(workshop)[0].subject_id
    with engine.database.unit_of_work():
        engine.change(subject_id, "display_name", "Ada")
    assert ("publish", "display_name", "superseded") in episodes(workshop)
    assert ("display_name", "settings") in saves(workshop)


def test_after_the_window_the_next_impression_opens_anew(visitor: Browser, workshop: Flask) -> None:
    with clock.at(NOON):
        visitor.post("/letters")
    with clock.at(NOON + 25 * HOUR):
        visitor.post("/letters")
    first, second = rows(workshop, prompt_field)
    assert (first.outcome, first.closed_at) == ("abandoned", NOON + 24 * HOUR)
    assert (second.outcome, second.opened_at) == (None, NOON + 25 * HOUR)
    assert [row.closed_at for row in prompts(workshop)] == [NOON + 24 * HOUR, None]


def test_what_is_asked_already_counts_on_and_what_is_new_opens(visitor: Browser, workshop: Flask) -> None:
    """As where a manifest requires more than it did when the prompt was opened."""
    engine: Engine = workshop.extensions["asklater.engine"]
    with clock.at(NOON):
        visitor.post("/letters")
        subject_id = prompts(workshop)[0].subject_id
        with workshop.app_context(), engine.database.unit_of_work():
            number = engine.episodes.see(subject_id, "send_letter", ["email", "display_name"], open_before=True)
    assert [row.id for row in prompts(workshop)] == [number]
    assert [(row.field, row.impressions, row.prompt_id) for row in rows(workshop, prompt_field)] == [
        ("email", 2, number),
        ("display_name", 1, number),
    ]


def test_a_prompt_past_its_window_shows_none_of_its_fields_again(visitor: Browser, workshop: Flask) -> None:
    """Even those that it began to ask later, whose own window is not over."""
    engine: Engine = workshop.extensions["asklater.engine"]
    with clock.at(NOON):
        visitor.post("/letters")
        subject_id = prompts(workshop)[0].subject_id
    for moment in (NOON + 20 * HOUR, NOON + 25 * HOUR):
        with clock.at(moment), workshop.app_context(), engine.database.unit_of_work():
            engine.episodes.see(subject_id, "send_letter", ["display_name"], open_before=True)
    email, name = rows(workshop, prompt_field)
    assert (email.outcome, name.impressions, name.outcome) == ("abandoned", 2, None)
    assert [row.closed_at for row in prompts(workshop)] == [NOON + 24 * HOUR, None]


def test_the_worker_closes_at_the_end_of_the_window_whenever_it_looks(visitor: Browser, workshop: Flask) -> None:
    with clock.at(NOON):
        visitor.post("/letters")
    with clock.at(NOON + 24 * HOUR):
        workshop.extensions["asklater.jobs"].runs["abandon_prompts"]()
        assert rows(workshop, prompt_field)[0].outcome is None
    with clock.at(NOON + 900 * HOUR):
        workshop.extensions["asklater.jobs"].runs["abandon_prompts"]()
    assert rows(workshop, prompt_field)[0].closed_at == NOON + 24 * HOUR


def test_cancelling_late_is_abandoned_not_dismissed(visitor: Browser, workshop: Flask) -> None:
    with clock.at(NOON):
        visitor.post("/letters")
    engine: Engine = workshop.extensions["asklater.engine"]
    with clock.at(NOON + 30 * HOUR), engine.database.unit_of_work():
        engine.episodes.dismiss(prompts(workshop)[0].subject_id, "send_letter")
    assert episodes(workshop) == [("send_letter", "email", "abandoned")]


def test_parallel_tabs_and_double_submits_open_one_and_save_one(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/letters")
    action, hidden = visitor.forms()[-1]
    cookie = visitor.client.get_cookie("asklater")
    assert cookie is not None

    def submit(number: int) -> int:
        tab = workshop.test_client()
        tab.set_cookie("asklater", cookie.value)
        return tab.post(action, data={**hidden, "answer.email": f"ada{number}@x.example"}).status_code

    with ThreadPoolExecutor(4) as tabs:
        statuses = list(tabs.map(submit, range(8)))
    assert set(statuses) <= {200, 422}
    assert saves(workshop) == [("email", "send_letter")]
    emails = [row for row in rows(workshop, prompt_field) if row.field == "email" and row.outcome == "completed"]
    assert len(emails) == 1


@pytest.mark.thorough
def test_many_people_at_once_lose_nothing(workshop: Flask, another: Callable[[], Browser]) -> None:
    people = [another() for _ in range(6)]
    for person in people:
        person.post("/letters")

    def sign_up(person: Browser) -> str:
        number = people.index(person)
        return person.answer({"answer.email": f"p{number}@x.example"}).text

    with ThreadPoolExecutor(6) as pool:
        pages = list(pool.map(sign_up, people))
    assert all("2 of 3" in page for page in pages)
    assert len(saves(workshop)) == 6


def test_no_value_and_no_address_stands_in_an_analytics_row(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/letters")
    visitor.answer({"answer.email": "canary@x.example"})
    visitor.answer({"answer.address.name": "Canary"})
    assert all("canary" not in str(value).lower() for row in rows(workshop, prompt_field) for value in row)
