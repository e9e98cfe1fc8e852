"""Every page about sign-up: who may see it, and what becomes of hostile words in the manifest."""

from dataclasses import replace
from pathlib import Path

from flask import Flask

from asklater.insights.signup.form_history import record_form
from asklater.settings import Settings
from tests.support.applications import opened
from tests.support.browsing import Browser
from tests.support.people import somebody
from tests.support.workshop import PEOPLED_WORKSHOP

PAGES = (
    "/insights/sign-up",
    "/insights/sign-up/price",
    "/insights/sign-up/review",
    "/insights/questions",
    "/insights/questions.md",
    "/insights/what-if",
)
HOSTILE = "<script>alert(1)</script>"


def test_product_managers_see_them_and_nobody_else(
    pm: Browser, stranger: Browser, owner: Browser, officer: Browser
) -> None:
    for url in PAGES:
        assert pm.get(url).status_code == 200
        assert "no-store" in pm.page.headers["Cache-Control"]
        for browser in (stranger, owner, officer):
            page = browser.get(url)
            assert page.status_code == 403
            assert "The dashboard is for product managers." in page.text
    for browser in (stranger, owner, officer):
        assert browser.post("/insights/what-if", {"text": "x"}).status_code == 403
        assert browser.post("/insights/sign-up/review", {"verdict": "keep", "follows": "0"}).status_code == 403


def test_every_page_leads_to_the_others(pm: Browser) -> None:
    for url in ("/insights", *PAGES):
        text = pm.get(url).text
        for other in ("/insights/sign-up", "/insights/questions", "/insights/what-if"):
            assert f'href="{other}"' in text or url.endswith(".md")


def test_only_what_if_and_the_review_take_a_post(pm: Browser) -> None:
    assert [pm.post(url).status_code for url in PAGES] == [405, 405, 422, 405, 405, 422]


def test_hostile_words_of_the_manifest_stay_words(settings: Settings, tmp_path: Path) -> None:
    text = settings.manifest.read_text("utf-8").replace(
        'fields = [{ field = "email" }]',
        f"""fields = [
        {{ field = "email" }},
        {{ field = "display_name", needed_next = "publish", owner = "{HOSTILE}", review_by = 2030-01-01 }},
    ]""",
    )
    for words in (
        "Display name",
        "So that people see who published.",
        "Showing who publishes",
        "A workshop",
        "the workshop",
    ):
        text = text.replace(f'"{words}"', f'"{HOSTILE}"')
    path = tmp_path / "hostile.toml"
    path.write_text(text, "utf-8")
    features = [*PEOPLED_WORKSHOP, "asklater.insights"]
    with opened(replace(settings, manifest=path), features) as app:
        _note(app)
        pm = somebody(app, "pm@x.example", "pm", factor=True)
        pages = {url: pm.get(url).text for url in PAGES}
        pages["posted"] = pm.post(
            "/insights/what-if", {"text": text.replace('["email", "verified_email"]', "[]")}
        ).text
    for url, page in pages.items():
        assert HOSTILE not in page, url
    for url in ("/insights/sign-up", "/insights/questions", "/insights/what-if", "posted"):
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages[url], url
    assert "\\<script\\>alert(1)\\</script\\>" in pages["/insights/questions.md"]


def _note(app: Flask) -> None:
    engine = app.extensions["asklater.engine"]
    with app.app_context(), engine.database.unit_of_work():
        record_form(engine.database, engine.manifest.signup)
