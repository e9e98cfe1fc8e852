"""A product manager marks a day, sets a goal, shows figures to a colleague, and gets the losses by mail; with
JavaScript and without.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Locator, expect

from asklater import clock
from asklater.insights.rollup.aggregation import rollup_of
from tests.asklater.integration.insights.marks.asked import ask_daily
from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.insights import Insights

TODAY = datetime.now(UTC).date()
FIRST, DAYS = TODAY - timedelta(days=20), 18
NEXT_MONDAY = datetime.combine(TODAY + timedelta(days=7 - TODAY.weekday()), datetime.min.time(), UTC)
CELL = f"cells/email/share_print?from={FIRST}&to={TODAY}"
MARGIN = 16
"""Around the picture of a chart, in pixels of the page."""
OPENS = pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])


@pytest.fixture(scope="module", autouse=True)
def _asked(halftone: Flask) -> None:
    """Twelve people a day were asked for their address when they shared."""
    engine = halftone.extensions["asklater.engine"]
    with halftone.app_context():
        ask_daily(engine, FIRST, DAYS, 0.5, persons=12, action="share_print")
        rollup_of(engine).run()


@OPENS
def test_a_mark_is_set_compared_changed_removed_and_put_back(
    open_page: Opener, auditor: Auditor, *, script: bool
) -> None:
    manager = Insights(open_page(java_script_enabled=script))
    page, name = manager.page, f"A campaign {script}"
    manager.enter()
    manager.open_page("marks")
    manager.set_mark((FIRST + timedelta(days=9)).isoformat(), " ")
    manager.expect_problem()
    if script:
        auditor.audit(page)
    manager.set_mark((FIRST + timedelta(days=9)).isoformat(), name)
    expect(manager.row(name)).to_have_count(1)
    if script:
        auditor.audit(page)
    manager.row(name).get_by_role("link", name="Before and after").click()
    expect(page.get_by_role("heading", name="Before and after")).to_be_visible()
    expect(page.locator("main")).to_contain_text(name)
    if script:
        auditor.audit(page)
    page.get_by_role("link", name="All marks").click()
    manager.row(name).get_by_role("link", name="Change").click()
    page.get_by_label("What changed").fill(f"{name}, by post")
    page.get_by_role("button", name="Save").click()
    expect(manager.row(f"{name}, by post")).to_have_count(1)
    manager.open_page(CELL)
    expect(page.get_by_role("list", name="What changed")).to_contain_text(f"{name}, by post")
    manager.open_page("marks")
    page.get_by_role("button", name=f"Remove: {name}, by post").click()
    expect(manager.row(name)).to_have_count(0)
    page.get_by_role("button", name=f"Restore: {name}, by post").click()
    expect(manager.row(name)).to_have_count(1)
    page.get_by_role("button", name=f"Remove: {name}, by post").click()


@OPENS
def test_a_goal_is_set_seen_on_the_overview_and_removed(open_page: Opener, auditor: Auditor, *, script: bool) -> None:
    manager = Insights(open_page(java_script_enabled=script))
    page, owner = manager.page, f"Growth {script}"
    manager.enter()
    manager.open_page("goals")
    manager.set_goal("Email address", "Share this print", "0", TODAY.isoformat(), owner)
    manager.expect_problem()
    if script:
        auditor.audit(page)
    manager.set_goal("Email address", "Share this print", "20", TODAY.isoformat(), owner)
    expect(manager.row(owner)).to_contain_text("Goal met")
    if script:
        auditor.audit(page)
    manager.open_overview()
    expect(manager.row(owner)).to_contain_text("20")
    manager.open_page("goals")
    manager.row(owner).get_by_role("button", name="Remove").click()
    expect(manager.row(owner)).to_have_count(0)
    expect(page.get_by_role("heading", name="Removed goals")).to_be_visible()


@OPENS
def test_a_colleague_sees_what_the_link_was_made_for_until_it_is_revoked(
    open_page: Opener, auditor: Auditor, *, script: bool
) -> None:
    manager = Insights(open_page(java_script_enabled=script))
    manager.enter()
    manager.open_overview(f"?from={FIRST}&to={TODAY}&context=share_print")
    manager.page.get_by_role("link", name="Share these figures by a link").click()
    if script:
        auditor.audit(manager.page)
    url = manager.make_link(f"For Bo {script}")
    if script:
        auditor.audit(manager.page)

    colleague = open_page(java_script_enabled=script)
    colleague.goto(url)
    expect(colleague.get_by_role("heading", level=1)).to_contain_text(f"For Bo {script}")
    expect(colleague.locator("main tbody").first).to_contain_text("Share this print")
    assert colleague.locator("main a").count() == 0, "nothing leads on"
    if script:
        auditor.audit(colleague)
    colleague.goto(f"{url}?context=publish")
    expect(colleague.locator("main tbody").first).to_contain_text("Share this print")

    manager.open_page("links")
    expect(manager.row(f"For Bo {script}")).to_contain_text("2 times")
    manager.page.get_by_role("button", name=f"Revoke: For Bo {script}").click()
    expect(manager.row(f"For Bo {script}")).to_contain_text("Revoked")
    answer = colleague.goto(url)
    assert answer is not None
    assert answer.status == 404


@OPENS
def test_the_losses_come_by_mail_until_its_link_stops_them(
    open_page: Opener, halftone: Flask, auditor: Auditor, *, script: bool
) -> None:
    manager = Insights(open_page(java_script_enabled=script))
    page = manager.page
    manager.enter()
    manager.open_page("attention")
    page.get_by_label("Every week, also when nothing was lost").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".flashes")).to_contain_text("The next email comes on Monday.")
    if script:
        auditor.audit(page)
    with clock.at(NEXT_MONDAY + timedelta(weeks=script, hours=8)):
        halftone.extensions["asklater.jobs"].runs["mail_losses"]()

    reader = open_page(java_script_enabled=script)
    reader.goto("/mailbox/")
    reader.get_by_role("link", name="What needs attention").first.click()
    link = re.search(r"http://localhost\S*(/attention/stop/\S+)", reader.locator("main").inner_text())
    assert link is not None
    reader.goto(link[1])
    if script:
        auditor.audit(reader)
    reader.get_by_role("button", name="Stop these emails").click()
    expect(reader.locator("main")).to_contain_text("We send you no more of these emails.")
    page.reload()
    expect(page.get_by_label("Never")).to_be_checked()


# Pictures and paper

COPIED = """
async () => {
  const [item] = await navigator.clipboard.read();
  const blob = await item.getType("image/png");
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const colours = new Set(new Uint32Array(data.buffer));
  return { width: bitmap.width, height: bitmap.height, colours: colours.size };
}
"""


def chart_of(manager: Insights) -> Locator:
    """The section of the trend, which has a drawing."""
    manager.enter()
    manager.open_page(CELL)
    return manager.page.locator("section", has=manager.page.locator("h2#trend"))


def test_a_chart_is_copied_as_a_picture_of_what_is_seen(open_page: Opener, base_url: str) -> None:
    manager = Insights(open_page(permissions=["clipboard-read", "clipboard-write"]))
    section = chart_of(manager)
    button = section.locator("[data-picture]")
    button.click()
    expect(button).to_contain_text("Copied")
    expect(manager.page.locator("#status")).to_have_text("Copied")
    drawn, copied = section.locator("[data-chart]").bounding_box(), manager.page.evaluate(COPIED)
    assert drawn is not None
    assert abs(copied["width"] - 2 * (drawn["width"] + 2 * MARGIN)) <= 2
    assert copied["height"] > 2 * drawn["height"], "the title stands above"
    assert copied["colours"] > 10, "a drawing with words, and no blank sheet"


def test_where_the_clipboard_takes_no_picture_it_is_saved_as_a_file(open_page: Opener) -> None:
    page = open_page()
    page.add_init_script("navigator.clipboard.write = () => Promise.reject(new Error('not allowed'))")
    section = chart_of(Insights(page))
    button = section.locator("[data-picture]")
    with page.expect_download() as saved:
        button.click()
    title = section.get_by_role("heading", level=2).inner_text()
    assert saved.value.suggested_filename == f"{title}.png"
    assert saved.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    expect(button).to_contain_text("Saved as a file")


def test_a_page_is_printed_with_one_press_and_without_javascript_no_button_says_so(open_page: Opener) -> None:
    page = open_page()
    page.add_init_script("window.print = () => { document.title = 'printed' }")
    chart_of(Insights(page))
    page.get_by_role("button", name="Print").click()
    expect(page).to_have_title("printed")
    section = chart_of(Insights(open_page(java_script_enabled=False)))
    expect(section.locator("[data-chart]")).to_be_visible()
    expect(section.locator("[data-picture]")).to_be_hidden()
    expect(section.page.locator("[data-print]")).to_be_hidden()
