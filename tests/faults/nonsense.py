"""Requests that nobody should send: of any route, as any role, well formed in part, so that they get far."""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from werkzeug.routing import Rule

from tests.support.answers import ADDRESS, picture

WORDS = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1",
        "9" * 30,
        "1e309",
        "NaN",
        "-0.0",
        "٣",
        "²",
        "0x10",
        "1_000",
        "true",
        "null",
        "[]",
        "{}",
    ),
    *(
        "\0",
        "a\0b",
        "\r\nSet-Cookie: a=b",
        "\ud800",
        "\ufeff",
        "\u202e\u2066",
        "e\u0301" * 50,
        "👩‍👩‍👧‍👦",
        "ﷺ" * 20,
        "ß",
        "İ",
    ),
    *("' OR '1'='1", '"; DROP TABLE account; --', "{{7*7}}", "{% raise %}", "${7*7}", "%s%n%(a)s", "%", "%zz", "\\"),
    *(
        "<script>alert(1)</script>",
        "<svg/onload=alert(1)>",
        "javascript:alert(1)",
        "//evil.example",
        "/\\evil.example",
    ),
    *("../../../../etc/passwd", "..%2f..%2f", "http://[::1", "http://a.example:99999/", "https://[v1.a]/", "file:///"),
    *("2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "-1-1-1", "2026-W53-8", "P1Y", "24:00", "a" * 5000),
    *(
        "a@b",
        "a@b@c.example",
        "@",
        "ada@x.example",
        '"a b"@x.example',
        "a@[127.0.0.1]",
        "ä@ß.example",
        "a@" + "b." * 120 + "c",
    ),
    *(
        "+49151555",
        "+" + "9" * 40,
        "tel:+49 (0) 151",
        "4242424242424242",
        "12/30",
        "1230",
        "123456",
        "123",
        "=1+1",
        "@SUM(A1)",
    ),
    *(
        "email",
        "display_name",
        "checkout",
        "sign_up",
        "customer",
        "visitor",
        "admin",
        "csv",
        "json",
        "late-sun",
        "DE",
        "US",
    ),
    *(
        "AAAA",
        "e30.e30.e30",
        "eyJhbGciOiJub25lIn0.e30.",
        "0|0|0",
        "\t",
        "\x7f",
        "\x1b[31m",
        "a" * 300,
        "𝟙𝟚𝟛",
        "１２３",
    ),
)
"""What is typed, or stands in an address, a header, a cookie."""
FITTING: Mapping[str, Sequence[str]] = {
    "email": ("ada@x.example", "bo@y.example", "ines.caldera@letterbox.example", "new-{}@z.example"),
    "code": ("123456", "000000", "12 34 56"),
    "name": ("Ada", "Grace Hopper", "عائشة", "Ω"),
    "country": ("DE", "US", "JP", "AE", "BR", "XX"),
    "quantity": ("1", "2", "50", "51", "0"),
    "phone": ("+4915155512345", "015155512345"),
    "picture": (),
    "text": ("Quiet, and better every week.",),
    "rating": ("1", "5", "6"),
    "number": ("4242424242424242", "4000 0000 0000 0002"),
    "expiry": ("12/30", "0130"),
    "postal_code": ("10115", "SW1A 2AA", "100-0001"),
    "region": ("NY", "13", "Tokyo"),
    "from": ("2026-01-01", "2026-11-30"),
    "to": ("2026-11-30", "2024-02-29"),
}
"""What fits to an input whose name ends so."""
QUERIES = (
    *(
        "next",
        "page",
        "before",
        "version",
        "newest",
        "run",
        "number",
        "id",
        "days",
        "from",
        "to",
        "at",
        "format",
        "field",
    ),
    *(
        "action",
        "context",
        "range",
        "period",
        "compare",
        "sort",
        "order",
        "device",
        "visitor",
        "segment",
        "view",
        "q",
        "step",
    ),
    *(
        "state",
        "code",
        "error",
        "kind",
        "table",
        "key",
        "token",
        "country",
        "answer",
        "_asklater",
        "per",
        "by",
        "variant",
    ),
)
HEADERS: Mapping[str, Sequence[str]] = {
    "Accept": (
        "application/json",
        "text/html",
        "*/*",
        "application/problem+json;q=x",
        "text/html;q=0, */*;q=NaN",
        ",,;",
    ),
    "Accept-Language": ("de", "ar", "xx-YY;q=9", "*;q=-1", "zh-Hant-TW-x-" + "a" * 300, "-", "en_US.UTF-8"),
    "Accept-Encoding": ("br", "gzip;q=0", "zstd", "*;q=1e9", "identity;q=0"),
    "HX-Request": ("true", "false", "\u00ff"),
    "HX-Target": ("main", "cart", "é#.[]"),
    "HX-Trigger": ("a", "{"),
    "HX-Boosted": ("true",),
    "HX-History-Restore-Request": ("true",),
    "HX-Current-URL": ("http://localhost/cart", "http://[::1", "javascript:1", "http://evil.example/%zz"),
    "Referer": ("http://localhost/cart?a=%ff", "http://[", "//x", "http://localhost:99999/", "http://evil.example/"),
    "Origin": ("null", "http://localhost", "http://[", "http://localhost:x"),
    "Sec-Fetch-Site": ("cross-site", "same-origin", "none", "?"),
    "Sec-Fetch-Mode": ("navigate", "cors", "?"),
    "If-None-Match": ('"a"', "*", 'W/"', '"' + "a" * 900),
    "If-Modified-Since": ("Mon, 30 Nov 2026 00:00:00 GMT", "yesterday", "Mon, 99 Foo 99999 99:99:99 GMT"),
    "Range": ("bytes=0-1", "bytes=9999999999999-", "bytes=-0", "lines=1-2", "bytes=1-0,a"),
    "If-Range": ('"a"', "?"),
    "X-Forwarded-For": ("1.2.3.4", "::1%eth0, x", "a" * 400),
    "X-Forwarded-Host": ("evil.example",),
    "X-Forwarded-Proto": ("https", "gopher"),
    "X-Request-Id": ("abc", "a\u00e9" * 60, "' --"),
    "X-CSRFToken": ("AAAA", "e30.e30.e30"),
    "X-HTTP-Method-Override": ("DELETE",),
    "Authorization": ("Basic", "Basic !!!", "Bearer e30.e30.", "Digest a=\u00e9", "Negotiate"),
    "User-Agent": (
        "",
        "curl/8",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 99999999999999999999 like Mac OS X)",
        "\u00ff" * 50,
    ),
    "Host": ("localhost", "evil.example", "localhost:99999", "[::1]", "a b", "."),
    "Content-Language": ("de",),
    "DNT": ("1",),
    "Sec-GPC": ("1", "x"),
}
CONTENT_TYPES = (
    *(
        "application/json",
        "application/x-www-form-urlencoded; charset=utf-7",
        "multipart/form-data",
        "text/plain",
        "a/b/c",
    ),
    *(
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "b" * 300,
        "application/xml",
        ";",
        "",
        "text/csv",
    ),
    *("application/problem+json", "application/json; charset=klingon", "application/x-www-form-urlencoded"),
)
BODIES = (
    *(
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"a":' * 3000,
        b'{"email": 1e999}',
        b'{"a": "\\ud800"}',
        b"\xff\xfe\x00",
        b"%",
        b"a&a&a" * 90,
    ),
    *(
        b"a=%ff%fe&b=%u1234",
        b"=&=&==",
        b"--b\r\n\r\n--b--",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///'>]>",
    ),
    *(b"--b\r\nContent-Disposition: form-data; name=\"a\"; filename*=x''%ff\r\nContent-Type: \xff\r\n\r\nx\r\n--b--",),
)
METHODS = ("GET", "GET", "GET", "POST", "POST", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW")


@dataclass
class Form:
    """One form of a page: where it goes, how, and its inputs, each with its value and its type."""

    action: str
    method: str
    inputs: list[tuple[str, str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """All forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(
                Form(given.get("action") or given.get("hx-post", ""), given.get("method", "get").upper())
            )
        elif tag in {"input", "button", "select", "textarea"} and self.found and given.get("name"):
            self.found[-1].inputs.append((given["name"], given.get("value", ""), given.get("type", tag)))
        elif tag == "option" and self.found and self.found[-1].inputs and given.get("value"):
            name, value, kind = self.found[-1].inputs[-1]
            if kind == "select" and (not value or "selected" in given):
                self.found[-1].inputs[-1] = name, given["value"], kind


def forms_on(text: str) -> list[Form]:
    parser = Forms()
    parser.feed(text)
    return parser.found


@dataclass(frozen=True)
class Nonsense:
    """One request, as the test client takes it."""

    method: str
    path: str
    more: Mapping[str, Any]

    def __str__(self) -> str:
        shown = {name: value for name, value in self.more.items() if name != "environ_base"}
        return f"{self.method} {self.path[:300]} {shown!r:.1500}"


def word(chance: Random) -> str:
    """Any word of the above, now and then grown or joined to another one."""
    drawn = chance.choice(WORDS)
    if chance.random() < 0.05:
        drawn = drawn * chance.randrange(2, 60)
    return drawn + chance.choice(WORDS) if chance.random() < 0.1 else drawn


def _typed(chance: Random, name: str, value: str) -> str:
    drawn = chance.random()
    if drawn < 0.45:
        return value
    fitting = FITTING.get(re.split(r"[.\-]", name)[-1])
    if fitting and drawn < 0.8:
        return chance.choice(fitting).format(chance.randrange(10**6))
    return ADDRESS.get(name, "") or word(chance)


def _file(chance: Random) -> tuple[BytesIO, str]:
    whole = picture(
        (chance.choice((1, 64, 900)), chance.choice((1, 48, 900))), chance.choice(("PNG", "JPEG", "WEBP", "GIF"))
    )
    content = whole.getvalue()
    drawn = chance.random()
    if drawn < 0.3:
        content = content[: chance.randrange(len(content))]
    elif drawn < 0.5:
        content = bytes(chance.randrange(256) for _ in range(chance.randrange(200)))
    return BytesIO(content), chance.choice(("a.png", "../../a", "a\0.png", "", "ä" * 90, "a.svg"))


def filled(chance: Random, form: Form, here: str, token: str) -> Nonsense:
    """The form as somebody sends it who is careless, unlucky or wicked."""
    pairs: list[tuple[str, Any]] = []
    for name, value, kind in form.inputs:
        if chance.random() < 0.07 or (kind in {"submit", "checkbox", "radio", "button"} and chance.random() < 0.5):
            continue
        if kind == "file":
            pairs.append((name, _file(chance) if chance.random() < 0.8 else word(chance)))
        elif kind == "hidden" and chance.random() < 0.93:
            pairs.append((name, token if name == "csrf_token" else value))
        else:
            pairs.append((name, _typed(chance, name, value)))
    while pairs and chance.random() < 0.15:  # one of them twice, or one that the form does not have
        pairs.append((chance.choice(pairs)[0] if chance.random() < 0.6 else word(chance), word(chance)))
    path = form.action or here
    if form.method == "GET":
        return Nonsense("GET", _with_query(path, pairs), _common(chance))
    data: dict[str, list[Any]] = {}
    for name, value in pairs:
        data.setdefault(_sendable(name), []).append(_sendable(value) if isinstance(value, str) else value)
    return Nonsense("POST", path, {"data": data, **_common(chance)})


def any_request(chance: Random, rules: Sequence[Rule], known: Mapping[str, Sequence[str]], token: str) -> Nonsense:
    """A request to any route, with any method, query, body and headers."""
    rule = chance.choice(rules)
    path = re.sub(r"<(?:[^:<>]*:)?(\w+)>", lambda found: _in_path(chance, found.group(1), known), rule.rule)
    if chance.random() < 0.04:
        path = "/" + _in_path(chance, "", known)
    if chance.random() < 0.5:
        names = [
            chance.choice(QUERIES) if chance.random() < 0.9 else word(chance) for _ in range(chance.randrange(1, 5))
        ]
        path = _with_query(path, [(name, _typed(chance, name, word(chance))) for name in names])
    allowed = sorted((rule.methods or set()) - {"OPTIONS"})
    method = chance.choice(allowed) if chance.random() < 0.75 else chance.choice(METHODS)
    return Nonsense(method, path, {**_body(chance, method, token), **_common(chance)})


def _in_path(chance: Random, name: str, known: Mapping[str, Sequence[str]]) -> str:
    if known.get(name) and chance.random() < 0.6:
        return chance.choice(known[name])
    return quote(_sendable(word(chance)) or "a", safe="" if chance.random() < 0.9 else "/.")


def _body(chance: Random, method: str, token: str) -> dict[str, Any]:
    if method in {"GET", "HEAD"} and chance.random() < 0.95:
        return {}
    drawn = chance.random()
    if drawn < 0.2:
        return {"data": chance.choice(BODIES), "content_type": chance.choice(CONTENT_TYPES)}
    names = [
        chance.choice((*QUERIES, *FITTING, *(f"answer.{name}" for name in FITTING)))
        for _ in range(chance.randrange(5))
    ]
    given = {name: _sendable(_typed(chance, name, word(chance))) for name in names}
    if drawn < 0.3:
        deep: Any = {**given, "csrf_token": token, "answers": given, "list": [given, None, 1e300, True]}
        return {"data": json.dumps(deep), "content_type": "application/json"}
    return {"data": {**given, **({"csrf_token": token} if chance.random() < 0.9 else {})}}


def _common(chance: Random) -> dict[str, Any]:
    """From any network, with a few headers."""
    headers = {}
    if chance.random() < 0.6:
        for name in chance.sample(sorted(HEADERS), chance.randrange(1, 4)):
            if name != "Host" or chance.random() < 0.2:
                drawn = chance.choice(HEADERS[name]) if chance.random() < 0.85 else word(chance)
                headers[name] = re.sub(r"[\r\n]", " ", drawn).encode("utf-8", "replace").decode("latin-1")
    network = ".".join(str(chance.randrange(1, 255)) for _ in range(4))
    return {"headers": headers, "environ_base": {"REMOTE_ADDR": network}}


def cookies(chance: Random) -> tuple[str, str]:
    """A cookie that is no good."""
    name = chance.choice(("session", "__Host-session", "remember_token", "device", "a"))
    value = chance.choice((secrets.token_hex(8), "e30.e30.e30", ".eJ", "\\", "a" * 3000, ".".join("abc"), '"'))
    return name, value


def _with_query(path: str, pairs: Sequence[tuple[str, Any]]) -> str:
    typed = [(_sendable(name), _sendable(str(value))) for name, value in pairs]
    return f"{path}{'&' if '?' in path else '?'}{urlencode(typed)}"


def _sendable(text: str) -> str:
    """Without lone surrogates, which no client can encode."""
    return text.encode("utf-8", "replace").decode("utf-8")
