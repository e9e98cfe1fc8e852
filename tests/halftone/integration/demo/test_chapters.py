"""The documentation in the demo: every chapter, its contents, and links that lead to a place that is there."""

import re
from collections import Counter
from urllib.parse import urljoin

import pytest
from flask import Flask

from halftone.demo.chapters import FOLDER, ORDER
from tests.support.browsing import Browser

PAGES = ("/docs/", "/docs/all", *(f"/docs/{name}" for name in ORDER))


def main(visitor: Browser, path: str) -> str:
    """The main part of the page."""
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return answer.text.partition("<main")[2].partition("</main>")[0]


def links(visitor: Browser, path: str) -> set[str]:
    """Where the links in the main part of the page lead."""
    return {urljoin(path, target) for target in re.findall(r'<a [^>]*href="([^"]+)"', main(visitor, path))}


def anchors(visitor: Browser, path: str) -> Counter[str]:
    return Counter(re.findall(r'\sid="([^"]+)"', visitor.get(path).text))


def test_every_chapter_that_ships_has_its_place() -> None:
    assert sorted(ORDER) == sorted(file.name.removesuffix(".md") for file in FOLDER.glob("*.md"))


@pytest.mark.thorough
def test_the_contents_lead_to_every_chapter_and_section(visitor: Browser) -> None:
    found = links(visitor, "/docs/")
    for name in ORDER:
        anchors_there = re.findall(r'<h2 id="([^"]+)"', main(visitor, f"/docs/{name}"))
        sections = {f"/docs/{name}#{anchor}" for anchor in anchors_there}
        assert sections | {f"/docs/{name}"} <= found


@pytest.mark.thorough
def test_links_lead_to_a_place_that_is_there(visitor: Browser) -> None:
    targets = {path: links(visitor, path) for path in PAGES}
    there = {path: anchors(visitor, path) for path in PAGES}
    for path in PAGES:
        assert len(targets[path]) > 1
        assert [anchor for anchor, times in there[path].items() if times > 1] == []
        for url in targets[path]:
            file, _, anchor = url.partition("#")
            assert file in there, url
            assert not anchor or anchor in there[file], url


def test_tables_and_examples_are_shown(visitor: Browser) -> None:
    page = visitor.get("/docs/getting-started").text
    assert '<th scope="col">extra</th>' in page
    assert '<p class="file-name"><code>office.toml</code></p>\n<pre tabindex="0"><code>[controller]' in page
    assert "&lt;form method=&#34;post&#34;" in page
    assert "<!--" not in page.partition("<main")[2]


@pytest.mark.thorough
def test_one_page_holds_every_chapter(visitor: Browser) -> None:
    page = visitor.get("/docs/all").text
    assert re.findall(r'<section class="section" aria-labelledby="([a-z-]+)">', page) == list(ORDER)
    assert page.count("<h1>") == 1
    assert 'href="#operations--several-machines"' in page
    assert links(visitor, "/docs/all") >= {f"/docs/all#{name}" for name in ORDER}
    assert [url for url in links(visitor, "/docs/all") if not url.startswith("/docs/all#")] == ["/docs/"]


@pytest.mark.parametrize("path", ["/docs/nothing", "/docs/Manifest", "/docs/manifest.md"])
def test_no_other_file_is_shown(visitor: Browser, path: str) -> None:
    assert visitor.get(path).status_code == 404


@pytest.mark.thorough
def test_the_demo_leads_there(visitor: Browser) -> None:
    assert 'href="/docs/"' in main(visitor, "/demo/")
    assert 'href="/docs/"' in visitor.get("/cart").text.partition("<footer")[2]


def test_it_exists_in_demo_mode_only(production_shop: Flask) -> None:
    client = production_shop.test_client()
    assert [client.get(path).status_code for path in ("/docs/", "/docs/all", "/docs/manifest")] == [404, 404, 404]
    assert "/docs/" not in client.get("/account").text
