"""The drawings of Halftone, and the products that they show: each picture inert and small, each product complete."""

import datetime
import re
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[3]
DRAWINGS = ROOT / "static" / "art"
SVG = "{http://www.w3.org/2000/svg}"
PRODUCTS: list[dict[str, Any]] = tomllib.loads((ROOT / "seed_data/products.toml").read_text())["products"]
PRICES = {"print": range(2400, 6801), "notebook": range(1400, 2201), "wallpaper": range(500, 1201)}
ELEMENTS = {
    *("svg", "title", "defs", "g", "use", "path", "circle", "rect"),
    *("clipPath", "pattern", "filter", "feGaussianBlur"),
}

each_product = pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product["slug"])


@each_product
def test_a_picture_is_inert_and_small(product: dict[str, Any]) -> None:
    text = (DRAWINGS / product["art"]).read_text()
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


@each_product
def test_a_picture_names_itself_and_keeps_its_format(product: dict[str, Any]) -> None:
    root = ET.fromstring((DRAWINGS / product["art"]).read_text())
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == product["title"]
    assert root.get("viewBox") == ("0 0 900 600" if product["sort"] == "wallpaper" else "0 0 600 800")


def test_every_product_has_its_picture_and_every_picture_its_product() -> None:
    slugs = [product["slug"] for product in PRODUCTS]
    assert len(slugs) == len(set(slugs))
    assert {product["art"] for product in PRODUCTS} == {path.name for path in DRAWINGS.iterdir()}


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
