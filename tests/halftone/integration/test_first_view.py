"""The first view of the shop: light enough for a slow line."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

BUDGET = 40 * 1024
"""Bytes over the wire, without pictures."""


def weight(client: FlaskClient, url: str) -> int:
    answer = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    return len(answer.data) + sum(len(name) + len(value) + 4 for name, value in answer.headers)


@pytest.mark.thorough
def test_it_weighs_at_most_forty_kilobytes(shop: Flask) -> None:
    client = shop.test_client()
    page = client.get("/").text
    linked = re.findall(r'<(?:link rel="stylesheet"|script)[^>]* (?:href|src)="([^"]+)"', page)
    linked += re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    scripts = re.findall(r'<script src="([^"]+)"', page)
    assert len(scripts) == 2  # htmx, and one of ours
    assert sum(weight(client, url) for url in {"/", *linked, *scripts}) <= BUDGET
