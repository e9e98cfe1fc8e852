"""The pictures of Halftone: the same bytes every time, small, inert, and one for each product."""

import datetime
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image, ImageChops

from webapp.shop.art import drawing, favicon
from webapp.shop.art.works import WORKS, Work

ROOT = Path(__file__).parents[3]
SVG = "{http://www.w3.org/2000/svg}"
PRODUCTS: list[dict[str, Any]] = tomllib.loads((ROOT / "seed_data/products.toml").read_text())["products"]
PRICES = {"print": range(2400, 6801), "notebook": range(1400, 2201), "wallpaper": range(500, 1201)}
ELEMENTS = {
    *("svg", "title", "defs", "g", "use", "path", "circle", "rect"),
    *("clipPath", "pattern", "filter", "feGaussianBlur"),
}

each_work = pytest.mark.parametrize("work", WORKS, ids=lambda work: work.slug)
each_product = pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product["slug"])


@each_work
def test_a_work_is_drawn_alike_every_time_and_is_the_committed_file(work: Work) -> None:
    first = drawing.drawn(work)
    assert first == drawing.drawn(work)
    assert first == (drawing.FOLDER / f"{work.slug}.svg").read_bytes()


@each_work
def test_a_picture_is_inert_and_small(work: Work) -> None:
    text = (drawing.FOLDER / f"{work.slug}.svg").read_text()
    assert len(text.encode()) < 24_000
    assert "<!" not in text
    assert "<?" not in text
    elements = list(ET.fromstring(text).iter())
    assert {element.tag.removeprefix(SVG) for element in elements} <= ELEMENTS
    ids = [element.get("id") for element in elements if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in elements:
        assert not [name for name in element.attrib if name == "style" or name.lower().startswith("on")]
        links = [element.get("href"), *re.findall(r"url\((.*?)\)", " ".join(element.attrib.values()))]
        assert all(link.startswith("#") and link[1:] in ids for link in links if link)


@each_work
def test_a_picture_names_itself_and_keeps_its_format(work: Work) -> None:
    root = ET.fromstring((drawing.FOLDER / f"{work.slug}.svg").read_text())
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == work.title
    landscape = next(p for p in PRODUCTS if p["slug"] == work.slug)["sort"] == "wallpaper"
    assert root.get("viewBox") == ("0 0 900 600" if landscape else "0 0 600 800")


def test_every_product_has_its_picture_and_every_picture_its_product() -> None:
    slugs = [product["slug"] for product in PRODUCTS]
    assert len(slugs) == len(set(slugs))
    assert {product["art"] for product in PRODUCTS} == {path.name for path in drawing.FOLDER.iterdir()}
    assert {p["slug"]: p["title"] for p in PRODUCTS} == {work.slug: work.title for work in WORKS}


@each_product
def test_a_product_is_complete(product: dict[str, Any]) -> None:
    assert product.keys() == {
        *("slug", "title", "sort", "price_cents", "art", "alt", "story"),
        *("details", "ships", "accent", "released"),
    }
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", product["slug"])
    assert product["art"] == f"{product['slug']}.svg"
    assert product["price_cents"] in PRICES[product["sort"]]
    assert product["ships"] is (product["sort"] != "wallpaper")
    assert re.fullmatch(r"#[0-9a-f]{6}", product["accent"])
    assert isinstance(product["released"], datetime.date)
    assert product["released"].year == 2026
    assert 2 <= len(product["details"]) <= 4
    assert product["alt"].endswith(".")
    assert 40 <= len(product["alt"]) <= 140
    assert 2 <= len(re.findall(r"[.!?](?=\s|$)", product["story"])) <= 3


def test_there_is_enough_of_every_sort() -> None:
    counts = {sort: sum(product["sort"] == sort for product in PRODUCTS) for sort in PRICES}
    assert counts["print"] >= 10
    assert counts["notebook"] >= 6
    assert counts["wallpaper"] >= 8


def test_check_names_a_changed_a_missing_and_a_foreign_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(drawing, "FOLDER", tmp_path / "art")
    assert drawing.main([]) == 0
    assert drawing.main(["--check"]) == 0
    (drawing.FOLDER / "orrery.svg").write_text("<svg/>")
    (drawing.FOLDER / "parquet.svg").unlink()
    (drawing.FOLDER / "stray.svg").write_text("<svg/>")
    assert drawing.stale(drawing.FOLDER) == ["orrery.svg", "parquet.svg", "stray.svg"]
    assert drawing.main(["--check"]) == 1
    assert "static/art/parquet.svg" in capsys.readouterr().err
    assert drawing.main(["--chekc"]) == 2


def test_the_drawing_does_not_lean_on_the_hash_seed() -> None:
    """Sets and dicts keyed by text would change their order from one process to the next."""
    command = [sys.executable, "-m", "webapp.shop.art.drawing", "--check"]
    for seed in ("1", "2"):
        run = subprocess.run(command, cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=False)
        assert (run.returncode, run.stderr) == (0, b"")


def test_the_mark_is_what_is_committed_in_both_formats() -> None:
    folder = ROOT / "static"
    assert (folder / "favicon.svg").read_text() == favicon.svg()
    assert "prefers-color-scheme: dark" in favicon.svg()
    with Image.open(folder / "favicon.ico") as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
        assert ImageChops.difference(icon.convert("RGBA"), favicon.raster(48)).getbbox() is None
