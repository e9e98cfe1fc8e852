"""People come from another system: a manager reads whom each action would stop, and one of them comes back."""

import json
from pathlib import Path

from flask import Flask
from playwright.sync_api import expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.insights import Insights

PEOPLE = 12


def test_the_report_of_an_import_is_read_on_a_page(
    halftone: Flask, open_page: Opener, auditor: Auditor, tmp_path: Path
) -> None:
    export = tmp_path / "users.ndjson"
    with export.open("w", encoding="utf-8") as file:
        for number in range(PEOPLE):
            person = {"email": f"moved{number}@x.example", "email_verified": True, "app_metadata": {"plan": "studio"}}
            file.write(json.dumps(person) + "\n")
    manager = Insights(open_page())
    manager.enter()
    manager.page.goto("/staff/readiness")
    auditor.audit(manager.page)
    said = halftone.test_cli_runner().invoke(args=["asklater", "import", "auth0", str(export), "--apply"])
    assert f"{PEOPLE} people came" in said.output, said.output

    manager.page.get_by_role("link", name="Readiness").click()
    expect(manager.page.get_by_text(f"{PEOPLE} rows: {PEOPLE} new people")).to_be_visible()
    checkout = manager.page.get_by_role("row", name="Place order").filter(has_text="Delivery address")
    expect(checkout).to_contain_text(str(PEOPLE))
    expect(manager.page.get_by_role("row", name="plan")).to_contain_text("No field has this name")
    auditor.audit(manager.page)
    with manager.page.expect_download() as download:
        manager.page.get_by_role("link", name="As CSV").first.click()
    assert download.value.suggested_filename == "readiness.csv"

    back = open_page()
    back.goto("/sign-in")
    back.get_by_label("Email address").fill("moved3@x.example")
    back.get_by_role("button", name="Continue with email").click()
    expect(back.get_by_role("heading", level=1)).to_be_visible()
