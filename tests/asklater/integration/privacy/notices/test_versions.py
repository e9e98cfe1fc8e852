"""PRIVACY 3: the notice in its versions, from the first start on, compared with what is told today."""

import gzip
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.jobs.service import Jobs
from asklater.manifest.notice import version
from asklater.privacy.tables import notice_version
from tests.asklater.integration.privacy.conftest import Reopened
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle, somebody
from tests.support.records import rows

OTHER_REASON = ("So that we can reach you.", "So that we can reach you at night.")
OTHER_CONTACT = ("privacy@workshop", "data@workshop")
BUDGET = 1536


def note(app: Flask) -> None:
    jobs: Jobs = app.extensions["asklater.jobs"]
    jobs.runs["note_notices"]()


def live(app: Flask, field: str) -> str:
    engine: Engine = app.extensions["asklater.engine"]
    return version(engine.manifest, field)


def test_each_version_is_recorded_once_also_by_workers_that_start_at_once(study: Flask) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: note(study), range(3)))
    engine: Engine = study.extensions["asklater.engine"]
    assert {row.field: row.version for row in rows(study, notice_version)} == {
        key: live(study, key) for key in engine.manifest.fields
    }


@pytest.mark.thorough
def test_a_changed_notice_is_shown_as_a_difference_and_the_words_of_then_open(reopened: Reopened) -> None:
    with reopened() as before:
        note(before)
        number, first = settle(before), live(before, "email")
    with reopened(OTHER_REASON, OTHER_CONTACT) as after:
        note(after)
        person = browser_of(after, number)
        page = person.get("/account/data").text
        changed = page.split('id="data-email"')[1].split("</section>")[0]
        assert "The notice changed since you answered" in changed
        assert re.search(r"<ins><span[^>]*>New: </span>\s*at night</ins>", changed)
        assert re.search(r"<del><span[^>]*>No longer: </span>\s*privacy</del>", changed)
        assert page.split('id="data-verified_email"')[1].count("New: ") == 1  # of its own, but the contact
        assert f'href="/privacy/notice/email/{first}"' in changed
        then = Browser(after).get(f"/privacy/notice/email/{first}").text
        assert "<dd>So that we can reach you.</dd>" in then
        assert "What changed since" in then
        now = person.get(f"/privacy/notice/email/{live(after, 'email')}").text
        assert "These are the words of today" in now
        assert "What changed since" not in now
        officer = somebody(after, "officer@x.example", "privacy_officer", factor=True)
        listed = officer.get("/officer/notices").text.split('id="notices-email"', 1)[1].split("</section>")[0]
        assert listed.index(live(after, "email")) < listed.index(first)
        assert "fewer than 5 answers" in listed
        assert "at night</ins>" in listed


def test_the_words_of_today_need_no_record_and_unknown_ones_are_nowhere(study: Flask) -> None:
    person = browser_of(study, settle(study))
    assert person.get(f"/privacy/notice/email/{live(study, 'email')}").status_code == 200
    assert "not on record" not in person.get("/account/data").text
    for path in (
        "email/made-up",
        f"nothing/{live(study, 'email')}",
        "email/%00",
        "%00/000000000000",
        "email/000000000000",
    ):
        assert person.get(f"/privacy/notice/{path}").status_code == 404


def test_answers_whose_words_are_not_on_record_say_so(reopened: Reopened) -> None:
    with reopened() as before:
        number = settle(before)
    with reopened(OTHER_REASON) as after:
        assert "The wording of that time is not on record." in browser_of(after, number).get("/account/data").text


def test_a_prompt_opens_the_notice_of_its_fields_in_place(study: Flask) -> None:
    person = Browser(study, htmx=True)
    prompt = person.post("/publish")
    assert "For: Keeping your account. Kept for 36 months" in prompt.text
    assert 'href="/privacy#field-email"' in prompt.text  # without a script
    assert len(gzip.compress(prompt.data)) <= BUDGET
    (url, target) = re.findall(r'data-hx-get="([^"]+)" data-hx-target="#([^"]+)"', prompt.text)[0]
    assert f'id="{target}"' in prompt.text
    opened = person.get(url.replace("&amp;", "&"))
    assert "<html" not in opened.text
    assert "data-opened" in opened.text
    for words in (
        "A workshop, 1 Bench Lane, 10115 Berlin, Germany, privacy@workshop.example",
        "Art. 6(1)(b)",
        "everyone who sees the page",
        "30 days",
    ):
        assert words in opened.text
    assert opened.text.count("<dl") == 4  # of each field, and once what is true of them all
    assert "<html" in Browser(study).get("/privacy/notice?field=email&field=nothing").text
    for nothing in ("", "?field=nothing", "?field="):
        assert person.get(f"/privacy/notice{nothing}").status_code == 404


def test_a_background_prompt_does_too(study: Flask) -> None:
    number, engine = settle(study), study.extensions["asklater.engine"]
    with engine.database.unit_of_work():
        engine.signal(number, "first_letter")
    page = browser_of(study, number).get("/desk").text
    assert 'data-hx-get="/privacy/notice?field=news&amp;field=colour"' in page
    assert " checked" not in page  # no consent is ticked beforehand
