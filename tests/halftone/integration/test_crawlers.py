"""What search engines and chats are told of the shop."""

import re
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import fromstring

import pytest

from halftone.settings import ROOT
from tests.halftone.integration.shopping import PRINT, Shopper


@pytest.mark.thorough
def test_every_page_of_the_sitemap_is_there_and_may_be_read(plain: Shopper) -> None:
    rules = plain.get("/robots.txt")
    assert rules.content_type == "text/plain; charset=utf-8"
    closed = re.findall("^Disallow: (.+)$", rules.text, re.MULTILINE)
    sitemap = plain.get(urlsplit(re.findall("^Sitemap: (.+)$", rules.text, re.MULTILINE)[0]).path)
    pages = [node.text or "" for node in fromstring(sitemap.text).iter() if node.tag.endswith("loc")]
    assert len(pages) > 20
    for page in pages:
        parts = urlsplit(page)
        assert plain.get(f"{parts.path}?{parts.query}").status_code == 200
        assert not any(parts.path.startswith(path) for path in closed)


def test_a_chat_shows_a_picture_of_the_work(plain: Shopper) -> None:
    page = plain.get(f"/products/{PRINT}").text
    picture = re.search('og:image" content="([^"]+)"', page)
    assert picture is not None
    assert urlsplit(picture[1]).scheme
    assert plain.get(urlsplit(picture[1]).path).content_type == "image/png"


def test_every_work_has_its_preview() -> None:
    drawn, works = (_stems(ROOT / "static" / name) for name in ("previews", "art"))
    assert drawn == works


def _stems(folder: Path) -> set[str]:
    return {file.stem for file in folder.iterdir()}
