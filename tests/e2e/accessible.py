"""axe-core over a page, in both colour schemes and on a phone."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

PHONE = {"width": 320, "height": 700}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Auditor:
    """Runs axe where the page stands, so that it can be called after every swap."""

    def __init__(self) -> None:
        self._script = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")

    def audit(self, page: Page) -> None:
        """Raises AssertionError naming each violation, in light and dark, as wide as it is and at 320 px."""
        wide = page.viewport_size
        for size in (wide, PHONE):
            if size is not None:
                page.set_viewport_size(size)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                self._run(page, f"{scheme}, {size}")
            assert self._fits(page), f"scrolls sideways at {size}: {page.url}"
        if wide is not None:
            page.set_viewport_size(wide)

    def _run(self, page: Page, where: str) -> None:
        page.evaluate(self._script)  # by the debugger, so the page's own policy stays as strict as it is
        also = {"duplicate-id": {"enabled": True}}
        found = page.evaluate("([runOnly, rules]) => axe.run(document, {runOnly, rules})", [RULES, also])
        said = [
            f"{violation['id']} ({where}, {page.url}): {node['html'][:160]} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]
        assert said == [], "\n".join(said)

    def _fits(self, page: Page) -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1"))
