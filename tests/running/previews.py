"""`make previews`: a picture of each work as chats show it beside a link, 1200 by 630 pixels, drawn from its SVG."""

import io
from base64 import b64encode

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.running.programs import QUIET, chromium
from tests.running.stages import ROOT

ART, FOLDER = ROOT / "static" / "art", ROOT / "static" / "previews"
WIDTH, HEIGHT, COLOURS = 1200, 630, 64
PAGE = """<body style="margin:0;background:#eae2d5;display:grid;place-items:center;height:100vh">
<img src="data:image/svg+xml;base64,{}" style="height:86vh;box-shadow:0 8px 24px #0003">"""


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium() or None, args=QUIET)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for work in sorted(ART.glob("*.svg")):
            page.set_content(PAGE.format(b64encode(work.read_bytes()).decode()), wait_until="load")
            drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            drawn.quantize(COLOURS).save(FOLDER / f"{work.stem}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
