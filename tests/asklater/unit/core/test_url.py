"""Addresses of web pages, as people type and paste them."""

import pytest

from asklater.kinds.base import Given


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        ("example.com", "https://example.com/"),
        (" HTTPS://Example.COM/Path?q=1#top ", "https://example.com/Path?q=1#top"),
        ("http://example.com:80", "http://example.com/"),
        ("example.com:8443/a", "https://example.com:8443/a"),
        ("//example.com/a", "https://example.com/a"),
        ("example.com.", "https://example.com/"),
        ("bücher.example/straße", "https://xn--bcher-kva.example/stra%C3%9Fe"),
        ("https://faß.example", "https://xn--fa-hia.example/"),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "https://example.com/"),
        ("exam\u200bple.com", "https://example.com/"),
        ("https://example.com/a%20b", "https://example.com/a%20b"),
    ],
)
def test_an_address_is_held_in_one_form(kinds, declare, typed, held):
    assert kinds["url"].parse(declare("url"), Given({"": (typed,)})) == held


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "example",
        "localhost",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://2130706433/",
        "javascript:alert(1)",
        "javascript://example.com/%0aalert(1)",
        "data:text/html,x",
        "mailto:a@example.com",
        "ftp://example.com",
        "https://a:b@example.com",
        "https://example.com@evil.example",
        "https://example.com:99999",
        "https://example.com:x",
        "https://-a.example",
        "https://exa mple.com",
        "https://exa\nmple.com",
        "https://example.com\\@evil.example",
    ],
)
def test_what_is_no_page_of_the_web_is_refused(kinds, declare, refusal, typed):
    assert refusal(kinds["url"], declare("url"), Given({"": (typed,)})).keys() == {""}


def test_only_the_declared_sites_are_taken(kinds, declare, refusal):
    declared = declare("url", hosts=("github.com",))
    for typed in ("github.com/a", "https://gist.github.com/a"):
        assert kinds["url"].parse(declared, Given({"": (typed,)}))
    for typed in ("https://notgithub.com/a", "https://github.com.evil.example/"):
        assert refusal(kinds["url"], declared, Given({"": (typed,)})) == {"": "Enter an address at github.com."}
