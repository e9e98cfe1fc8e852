"""`make pictures`: the README's pictures, taken of the demo as it is now.

It is served from a folder of its own, which is thrown away, with the history that `make run` draws.
"""

import io
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e.pages.insights import Insights
from tests.e2e.pages.shop import Shop
from tests.running.programs import QUIET, chromium
from tests.running.stages import PYTHON, ROOT

FOLDER = ROOT / "static" / "readme"
WIDTH, HEIGHT = 1200, 1250
"""Pixels of a picture."""
COLOURS = 128
PATIENCE = 300.0
"""Seconds that the demo has for its history, and a page for its figures."""


def prompt(page: Page) -> None:
    """An order, at its second question: the address, half filled in."""
    shop = Shop(page)
    for slug in ("late-sun", "fern-study"):
        shop.open_work(slug)
        shop.add_to_cart()
        expect(page.locator("#added")).not_to_be_empty()
    shop.open_cart()
    shop.place_order()
    shop.prompt.give_email("ada@letterbox.example")
    shop.prompt.go_on()
    shop.prompt.expect_open("Delivery address", "2 of 3")
    shop.prompt.section.get_by_label("Full name").fill("Ada Lovelace")
    shop.prompt.section.get_by_label("Street and number").fill("Ackerstraße 12")


def dashboard(page: Page) -> None:
    """The product manager's overview, once the worker has counted the history."""
    insights = Insights(page)
    insights.enter()
    insights.open_overview()
    expect(page.get_by_text("Simulated shoppers are in these figures.")).to_be_visible()


SCENES: dict[str, Callable[[Page], None]] = {"prompt": prompt, "dashboard": dashboard}
"""The pictures by name, and what leads to each."""


def take(name: str, scene: Callable[[Page], None], address: str) -> Path:
    """Take one picture in a browser of its own, with few colours so that it weighs little; the file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        page = browser.new_page(base_url=address, viewport={"width": WIDTH, "height": HEIGHT})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        scene(page)
        page.evaluate("scrollTo(0, 0)")
        shot = Image.open(io.BytesIO(page.screenshot(caret="hide")))
        browser.close()
    file = FOLDER / f"{name}.png"
    shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    return file


@contextmanager
def served() -> Iterator[str]:
    """Where the demo is, until the block ends. Raises TimeoutError when it does not get ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as instance:
        environment = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", "INSTANCE": instance, "MODE": "demo"}
        environment.pop("DATABASE_URL", None)
        with subprocess.Popen([*PYTHON, "halftone", "serve"], cwd=ROOT, env=environment) as server:
            try:
                _wait(f"http://localhost:{port}/readyz", server)
                yield f"http://localhost:{port}"
            finally:
                server.terminate()


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise TimeoutError(f"The demo did not get ready within {PATIENCE:.0f} seconds, or ended: see above.")


def main() -> int:
    """Take every picture; the exit status."""
    expect.set_options(timeout=PATIENCE * 1000)
    with served() as address:
        for name, scene in SCENES.items():
            print(take(name, scene, address).relative_to(ROOT), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
