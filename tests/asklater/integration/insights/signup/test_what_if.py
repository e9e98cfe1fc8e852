"""What if: a manifest that is typed or chosen, whom it would stop, and what is said of one that cannot be used."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select, update

from asklater import clock
from asklater.engine import Engine
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival
from asklater.tables import subject
from tests.asklater.integration.insights.page_tables import tables
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.people import settle

URL = "/insights/what-if"
LIVE = (ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8")
LOOK = 'label = "Look"\nrequires = []'


def looking_needs(*fields: str) -> str:
    """The live manifest, but for what looking around needs."""
    asked = ", ".join(f'"{field}"' for field in fields)
    return LIVE.replace(LOOK, f'label = "Look"\nreason = "So."\nrequires = [{asked}]')


@pytest.fixture
def accounts(engine: Engine) -> int:
    """Twenty accounts: twelve with a name, two of these with an address too; a visitor, and the staff of the test."""
    with engine.database.unit_of_work():
        numbers = [record_arrival(engine.database) for _ in range(21)]
        signed_up = update(subject).where(subject.c.id.in_(numbers[:20])).values(signed_up_at=clock.now())
        engine.database.writing().execute(signed_up)
        for number in numbers[:12]:
            engine.answers.give(number, "display_name", "Ada Secret", Provenance("import"))
        for number in numbers[:2]:
            engine.answers.give(number, "address", {"country": "DE"}, Provenance("import"))
    return 20


def test_it_begins_with_what_is_live(pm: Browser) -> None:
    page = pm.get(URL).text
    assert "[actions.send_letter]" in page
    assert "error-summary" not in page


def test_whom_it_would_stop_and_what_would_not_be_needed(pm: Browser, accounts: int) -> None:
    new = looking_needs("display_name", "picture").replace('"email", "display_name", "picture"', '"email"')
    page = pm.post(URL, {"text": new.replace('{ field = "address", when = "on_paper" }, "display_name"', '"picture"')})
    assert page.status_code == 422
    assert "fields.address: no action, no prompt and no sign-up needs it" in page.text
    dropped = looking_needs("display_name", "picture").replace(
        ', { field = "address", when = "on_paper" }, "display_name"', ""
    )
    dropped = dropped.replace('{ asks = ["address"], text', '{ asks = ["email"], text')
    dropped = dropped[: dropped.index("[fields.address]")] + dropped[dropped.index("[fields.picture]") :]
    page = pm.post(URL, {"text": dropped})
    assert page.status_code == 200
    assert "1 action would stop somebody whom it lets through now. Counted over 20 accounts." in page.text
    stopped, unneeded = tables(page.text)
    assert stopped[1:] == [
        ["Look", "Display name", "8", "20", "40.0%", "40.0%"],
        ["Look", "Picture", "20", "20", "100.0%", "100.0%"],
        ["Look", "any of these", "20", "20", "100.0%", "100.0%"],
    ]
    assert unneeded[1:] == [["Postal address", "no longer declared", "<5", "–"]]
    assert "Ada Secret" not in page.text


def test_simulated_accounts_are_named(pm: Browser, engine: Engine, accounts: int) -> None:
    seven = select(subject.c.id).where(subject.c.signed_up_at.is_not(None)).order_by(subject.c.id).limit(7)
    with engine.database.unit_of_work():
        engine.database.writing().execute(update(subject).where(subject.c.id.in_(seven)).values(simulated=True))
    page = pm.post(URL, {"text": looking_needs("display_name")}).text
    assert "Counted over 20 accounts, of which 7 are simulated." in page


def test_small_cells_are_left_out_on_either_side(pm: Browser, engine: Engine, accounts: int) -> None:
    page = pm.post(URL, {"text": looking_needs("address")}).text
    assert tables(page)[0][1] == ["Look", "Postal address", "all but a few", "20", "–", "–"]
    new = LIVE.replace('["email", "verified_email"]', '["email", "verified_email", "display_name"]')
    for name in "abc":
        settle_account(engine, f"{name}@x.example")
    page = pm.post(URL, {"text": new}).text
    assert tables(page)[0][1] == ["Export", "Display name", "<5", "<5", "–", "–"]
    assert "Counted over 23 accounts." in page


def settle_account(engine: Engine, email: str) -> None:
    number = settle(engine.app, email)
    with engine.database.unit_of_work():
        signed_up = update(subject).where(subject.c.id == number).values(signed_up_at=clock.now())
        engine.database.writing().execute(signed_up)


def test_nothing_changes_by_the_live_one(pm: Browser) -> None:
    page = pm.post(URL, {"text": LIVE})
    assert page.status_code == 200
    assert "Nothing would change for anybody." in page.text
    assert tables(page.text) == []


def test_conditions_new_actions_kinds_and_warnings_are_told(pm: Browser, accounts: int) -> None:
    new = LIVE.replace(LOOK, 'label = "Look"\nreason = "So."\nrequires = [{ field = "picture", when = "on_paper" }]')
    new = new.replace(
        "[actions.send_letter]", '[actions.fly]\nlabel = "<b>Fly</b>"\nrequires = []\n\n[actions.send_letter]'
    )
    new = new.replace('kind = "text"', 'kind = "choice"').replace(
        "settings = { min_length = 2, max_length = 40 }", 'settings = { options = { a = "A" } }'
    )
    new = new.replace('if_wrong = "Something odd is shown, and its person puts it right."\n', "", 1)
    page = pm.post(URL, {"text": new})
    assert page.status_code == 200
    assert "Picture, at most (needed when on_paper)" in page.text
    assert "“&lt;b&gt;Fly&lt;/b&gt;” is a new action." in page.text
    assert "“Display name” changes its kind" in page.text
    assert "fields.email.if_wrong: say what happens when somebody enters junk" in page.text


def test_a_further_field_at_sign_up_stops_no_account(pm: Browser, accounts: int) -> None:
    papers = 'needed_next = "publish", owner = "Ada", review_by = 2030-01-01'
    two = f'fields = [{{ field = "email" }}, {{ field = "picture", {papers} }}]'
    page = pm.post(URL, {"text": LIVE.replace('fields = [{ field = "email" }]', two)}).text
    assert "No action would stop anybody whom it lets through now." in page
    assert "“Picture” would be asked at sign-up. That stops nobody who has an account" in page
    assert tables(page) == []


@pytest.mark.parametrize("htmx", [False, True])
def test_what_cannot_be_used_is_told_at_its_input_and_kept(pm: Browser, htmx: bool) -> None:
    pm.htmx = htmx
    hostile = LIVE.replace("[actions.look]", '[actions."<script>alert(1)</script>"]').replace('"text"', '"telepathy"')
    for text, words in (
        ("", "Paste a manifest, or choose its file."),
        ("tea = ", "manifest: is not TOML"),
        (hostile, "actions.&lt;script&gt;alert(1)&lt;/script&gt;.key: String should match pattern"),
        (
            LIVE.replace("[actions.look]", "[actions.stare]"),
            "actions.look: no action of this name is declared, which gates the view",
        ),
        (LIVE + "\n" + "x" * 205_000, "A manifest of more than 200 KB is not read."),
        (LIVE + "\n" + "\n".join(f"key{number} = 1" for number in range(99)), "key10: no such key"),
    ):
        page = pm.post(URL, {"text": text})
        assert page.status_code == 422
        assert "<title>Error: What if" in page.text
        assert page.text.count('class="error-summary"') == 1
        assert words in page.text
        assert "<script>alert" not in page.text
        assert ("<html" in page.text) is not htmx
        assert len(page.text) > len(text), "what was typed stands in the page"
    assert "and 69 more</p>" in page.text


def test_a_file_counts_before_the_text(pm: Browser, accounts: int) -> None:
    def send(content: bytes) -> str:
        sent = {"text": "typed before", "file": (BytesIO(content), "new.toml")}
        return pm.post(URL, sent, content_type="multipart/form-data").text

    assert "Look" in send(looking_needs("display_name").encode())
    mended = send(b"tea = ")
    assert "is not TOML" in mended
    assert "tea = </textarea>" in mended
    for content, words in ((b"\xff\xfe\x00", "not UTF-8 text"), (b"x" * 300_000, "more than 200 KB")):
        page = send(content)
        assert words in page
        assert "typed before</textarea>" in page
        assert 'href="#what-if-file"' in page


def test_nothing_of_it_goes_live(pm: Browser, engine: Engine, accounts: int) -> None:
    before = engine.manifest
    pm.post(URL, {"text": looking_needs("display_name")})
    assert engine.manifest is before
    assert pm.post("/look").text == "looked"


def test_it_takes_the_token_of_a_form(dashboard: Flask, pm: Browser) -> None:
    assert pm.client.post(URL, data={"text": LIVE}).status_code == 400
