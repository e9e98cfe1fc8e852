"""A consent holds for what it was given for: other terms end it, tell its person once, and have it asked for anew."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from asklater import clock
from asklater.asking.submission import TOKEN
from asklater.engine import Engine
from asklater.manifest.consent_terms import terms_version
from asklater.messages.tables import OutgoingMail
from asklater.privacy.consents.history import consent_histories
from asklater.privacy.tables import notice_version
from asklater.records.answers import ImportedConsent, Provenance
from asklater.subjects.merge import merge
from asklater.subjects.rights import restrict
from asklater.tables import answer
from tests.asklater.integration.privacy.conftest import Reopened
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import held, rows

PURPOSE = (
    'label = "Telling you what is new"\nbasis = "consent"\npersons = ["whoever comes by"]\n'
    "recipients = []\ntransfers = []"
)
REASON = 'reason = "Now and then."'
CHANGES = {
    "reason": (REASON, 'reason = "Every morning."'),
    "label": ('label = "News by mail"', 'label = "News and offers"'),
    "text": (REASON, f'{REASON}\nsettings = {{ text = "Write to me whenever you like." }}'),
    "purpose": ("Telling you what is new", "Telling you whatever we like"),
    "recipient": (PURPOSE, PURPOSE.replace("recipients = []", 'recipients = ["an agency"]')),
    "transfer": (
        PURPOSE,
        PURPOSE.replace("transfers = []", 'transfers = [{ country = "Elsewhere", safeguard = "none" }]'),
    ),
    "data": ('purpose = "publishing"\nretention = "P12M"', 'purpose = "news"\nretention = "P12M"'),
    "controller": ('name = "A workshop"', 'name = "Another workshop"'),
}
"""One change of each sort of what a yes is a yes to."""
RECIPIENT = CHANGES["recipient"]


def engine_of(app: Flask) -> Engine:
    engine: Engine = app.extensions["asklater.engine"]
    return engine


def run(app: Flask, job: str = "end_outdated_consents") -> None:
    app.extensions["asklater.jobs"].runs[job]()


def counts(app: Flask, number: int) -> bool:
    with app.app_context(), engine_of(app).database.unit_of_work():
        return engine_of(app).consented(number, "news")


def states(app: Flask, number: int) -> list[str]:
    with app.app_context(), engine_of(app).database.unit_of_work():
        return [event.state for event in consent_histories(engine_of(app), number).get("news", ())]


def say(app: Flask, number: int, *, given: bool = True) -> None:
    with app.app_context(), engine_of(app).database.unit_of_work():
        engine_of(app).change(number, "news", {"given": given})


def mails(app: Flask) -> list[str]:
    with app.app_context():
        return [mail.text for mail in rows(app, OutgoingMail.__table__)]


@contextmanager
def given(reopened: Reopened, *changes: tuple[str, str], value: bool = True) -> Iterator[tuple[int, Flask]]:
    """Somebody with a proved address who said it to today's terms, and the application with others."""
    with reopened() as before:
        run(before, "note_notices")
        number = settle(before)
        say(before, number, given=value)
        assert counts(before, number) is value
    with reopened(*changes) as after:
        yield number, after


@pytest.mark.thorough
@pytest.mark.parametrize("change", CHANGES)
def test_a_yes_counts_for_nothing_else_than_it_was_given_for(reopened: Reopened, change: str) -> None:
    with given(reopened, CHANGES[change]) as (number, app):
        assert not counts(app, number)  # from the first moment on
        run(app)
        assert (number, "news") not in held(app)
        assert states(app, number) == ["given", "outdated"]


def test_what_changes_nothing_for_its_person_ends_nothing(reopened: Reopened) -> None:
    with given(reopened, ('decided_by = "the workshop"\n\n[fields.colour]', "\n[fields.colour]")) as (number, app):
        run(app)
        assert counts(app, number)


def test_its_person_is_told_once_what_has_changed(reopened: Reopened) -> None:
    with given(reopened, RECIPIENT) as (_number, app):
        for _ in range(2):
            run(app)
        (text,) = mails(app)
        assert "News by mail" in text
        assert "Passed on to: it was “nobody outside”, it is “an agency” now." in text
        assert "/account/data" in text


def test_who_proved_no_address_gets_no_mail_and_sees_it(reopened: Reopened) -> None:
    with reopened() as before:
        number = settle(before, proved=False)
        say(before, number)
    with reopened(RECIPIENT) as after:
        run(after)
        assert mails(after) == []
        assert "it has ended. Decide again." in browser_of(after, number, proved=False).get("/account").text


@pytest.mark.thorough
@pytest.mark.parametrize("page", ["/account", "/account/data"])
@pytest.mark.parametrize("swept", [False, True])
def test_the_pages_say_so_and_one_press_allows_the_new_terms(reopened: Reopened, page: str, swept: bool) -> None:
    with given(reopened, RECIPIENT) as (number, app):
        if swept:
            run(app)
        person = browser_of(app, number)
        text = person.get(page).text
        assert "What you said yes to has changed since" in text
        if page == "/account/data":
            assert re.search(r"What has changed.*an agency", text, re.DOTALL)
        form = next(place for place, (action, _) in enumerate(person.forms()) if action.endswith("/news/give"))
        assert person.answer({}, form=form).status_code == 303
        assert counts(app, number)


@pytest.mark.thorough
def test_it_is_asked_for_anew_in_the_background_though_it_was_asked_as_often_as_it_may(reopened: Reopened) -> None:
    with reopened() as before:
        number = settle(before)
        with before.app_context(), engine_of(before).database.unit_of_work():
            engine_of(before).signal(number, "first_letter")
        for days in (60, 40):
            with clock.at(clock.now() - timedelta(days=days)):
                assert "answer.news" in browser_of(before, number).get("/desk").text
        say(before, number)
    with reopened(RECIPIENT) as after:
        person = browser_of(after, number)
        assert "answer.news" not in person.get("/desk").text
        run(after)
        with clock.at(clock.now() + timedelta(days=12)):  # another question of the page rests
            text = browser_of(after, number).get("/desk").text
        assert "answer.news" in text
        assert "You said yes to this before. It has changed since, so that yes has ended." in text
        assert 'value="yes" checked' not in text


@pytest.mark.thorough
def test_a_no_stays_a_no(reopened: Reopened) -> None:
    with given(reopened, RECIPIENT, value=False) as (number, app):
        for _ in range(2):
            run(app)
        assert (number, "news") in held(app)
        assert states(app, number) == ["refused"]
        assert mails(app) == []


def test_who_has_restricted_keeps_it_until_that_is_lifted(reopened: Reopened) -> None:
    with given(reopened, RECIPIENT) as (number, app):
        engine = engine_of(app)
        with app.app_context(), engine.database.unit_of_work():
            restrict(engine, number)
        run(app)
        assert (number, "news") in held(app)


def test_a_process_ends_nothing_that_was_given_since_it_started(reopened: Reopened) -> None:
    """While a release goes out, one that has the older manifest meets answers to the newer one."""
    with reopened() as older, reopened(RECIPIENT) as newer:
        number = settle(newer)
        say(newer, number)
        run(older)
        assert counts(newer, number)
        with clock.at(clock.now() + timedelta(days=2)):  # nobody releases for so long: the older manifest is back
            run(older)
            assert not counts(newer, number)


def declared_as_editorial(app: Flask) -> tuple[str, str]:
    version = terms_version(engine_of(app).manifest, "news")
    return REASON, f'reason = "Now and then, or so."\nsettings = {{ editorial = ["{version}"] }}'


def test_a_slip_in_the_wording_can_be_declared_to_change_nothing(reopened: Reopened) -> None:
    with reopened() as before:
        number = settle(before)
        say(before, number)
        change = declared_as_editorial(before)
    with reopened(change) as after:
        run(after)
        assert counts(after, number)
        assert mails(after) == []


def test_an_answer_from_before_terms_were_noted_tells_by_its_notice(reopened: Reopened) -> None:
    def forget(app: Flask) -> None:
        database = engine_of(app).database
        with database.unit_of_work():
            database.writing().execute(answer.update().values(terms_version=None))

    with reopened() as before:
        number = settle(before)
        say(before, number)
        forget(before)
        assert counts(before, number)
    with reopened() as same:
        run(same)
        assert {row.terms_version for row in rows(same, answer) if row.field == "news"} == {
            engine_of(same).consents.terms["news"]
        }
        forget(same)
    with reopened(RECIPIENT) as after:
        assert not counts(after, number)
        run(after)
        assert states(after, number)[-1] == "outdated"


def test_a_merge_makes_no_yes_to_other_terms(reopened: Reopened) -> None:
    with reopened() as before:
        visit = settle(before, proved=False)
        say(before, visit)
    with reopened(RECIPIENT) as after:
        ada, engine = settle(after), engine_of(after)
        with after.app_context(), engine.database.unit_of_work():
            merge(engine, visit, ada)
        assert not counts(after, ada)


@pytest.mark.thorough
def test_a_page_that_was_opened_before_the_change_says_yes_to_nothing(reopened: Reopened) -> None:
    with reopened() as before:
        number = settle(before)
        with before.app_context(), engine_of(before).database.unit_of_work():
            engine_of(before).signal(number, "first_letter")
        person = browser_of(before, number)
        person.get("/account")
        action, sent = next((action, sent) for action, sent in person.forms() if action.endswith("/news/give"))
        person.get("/desk")
        asked, token = next((action, sent) for action, sent in person.forms() if "background" in action)
    with reopened(RECIPIENT) as after:
        late = browser_of(after, number)
        assert late.post(action, {"terms": sent["terms"]}).status_code == 303
        assert "this has changed meanwhile, so nothing was stored" in late.get("/account").text
        page = late.post(asked, {TOKEN: token[TOKEN], "answer.news": "yes", "answer.colour": "red"})
        assert page.status_code == 422
        assert "What you would say yes to has changed meanwhile" in page.text
        assert not counts(after, number)
        form = next(place for place, (action, _) in enumerate(late.forms()) if "background" in action)
        assert late.forms()[form][1].get("answer.news") is None  # the box is not ticked
        late.answer({"answer.news": "yes", "answer.colour": "red"}, form=form)
        assert counts(after, number)


def test_no_import_brings_a_yes(study: Flask) -> None:
    engine, number = engine_of(study), settle(study)
    with engine.database.unit_of_work():
        with pytest.raises(ImportedConsent):
            engine.save(number, "news", {"given": True}, Provenance("import", "import"), prompted=False)
        engine.save(number, "news", {"given": False}, Provenance("import", "import"), prompted=False)
        with pytest.raises(ImportedConsent):
            engine.answers.change(number, "news", {"given": True}, Provenance("import", "import"))
    assert not counts(study, number)


def test_a_yes_that_an_import_brought_before_ends(study: Flask) -> None:
    engine, number = engine_of(study), settle(study)
    say(study, number)
    with engine.database.unit_of_work():
        engine.database.writing().execute(
            answer.update().where(answer.c.field == "news").values(source="import", terms_version=None)
        )
    assert not counts(study, number)
    with clock.at(clock.now() + timedelta(days=2)):
        run(study)
    assert states(study, number)[-1] == "outdated"


@pytest.mark.thorough
def test_the_history_keeps_the_words_of_then_and_the_receipt_its_terms(reopened: Reopened) -> None:
    with given(reopened, RECIPIENT, CHANGES["reason"]) as (number, app):
        run(app)
        person = browser_of(app, number)
        page = person.get("/account/data").text.split('id="consents"')[1]
        ended = page.index("so your yes ended")
        assert (
            ended < page.index("You said yes,", ended) < page.index("<q", ended) < page.index("Now and then.", ended)
        )
        press = next(place for place, (action, _) in enumerate(person.forms()) if action.endswith("/news/give"))
        old, new = app_terms(person), engine_of(app).consents.terms["news"]
        person.answer({}, form=press)
        receipt = json.loads(person.get("/account/data/receipts/news.json").text)
        assert [event["terms_version"] for event in receipt["events"]] == [old, new, new]
        assert [event["state"] for event in receipt["events"]] == [
            "consent given",
            "consent ended, since its terms changed",
            "consent given",
        ]
        (purpose,) = receipt["pii_processing"]["purposes"]
        assert purpose["terms_version"] == new
        assert purpose["recipient_third_parties"] == ["an agency"]


def app_terms(person: Browser) -> str:
    receipt = json.loads(person.get("/account/data/receipts/news.json").text)
    (purpose,) = receipt["pii_processing"]["purposes"]
    person.get("/account/data")
    return str(purpose["terms_version"])


def receipt(app: Flask, number: int) -> dict[str, Any]:
    issued = json.loads(browser_of(app, number).get("/account/data/receipts/news.json").text)
    (purpose,) = issued["pii_processing"]["purposes"]
    return {
        "data": [item["pii_attribute_id"] for item in purpose["pii_information"]],
        "remarks": issued["pii_processing"]["remarks"],
        "validity": [event["validity_duration"] for event in issued["events"]],
        "purpose": purpose["purpose"],
    }


@pytest.mark.thorough
def test_a_receipt_lists_the_data_of_its_own_terms(reopened: Reopened) -> None:
    with given(reopened, CHANGES["data"]) as (number, after):
        said = receipt(after, number)
        assert said["data"] == ["news"], "what the purpose uses today was no part of it"
        assert "not on record" in said["remarks"][0]
        say(after, number)
        said = receipt(after, number)
        assert ("news" in said["data"], len(said["data"]), said["remarks"]) == (True, 2, [])


@pytest.mark.thorough
def test_a_receipt_says_of_each_statement_how_long_it_was_to_be_kept(reopened: Reopened) -> None:
    news = 'reason = "Now and then."\npurpose = "news"\nretention = "P12M"'
    with given(reopened, (news, news.replace("P12M", "P6M"))) as (number, after):
        say(after, number, given=False)
        assert receipt(after, number)["validity"] == ["P12M", "P6M"]


@pytest.mark.thorough
def test_a_receipt_says_where_the_words_of_then_are_not_on_record(reopened: Reopened) -> None:
    with given(reopened, CHANGES["purpose"]) as (number, after):
        run(after, "note_notices")
        engine = engine_of(after)
        with after.app_context(), engine.database.unit_of_work():
            engine.database.writing().execute(delete(notice_version))
        said = receipt(after, number)
        assert said["purpose"] == "Telling you whatever we like"
        assert "What was told at that time is not on record" in said["remarks"][0]
