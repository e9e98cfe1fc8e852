"""Requests that nobody should send: of any route, as any role, well formed in part, so that they get far."""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from werkzeug.routing import Rule

from tests.faults.page_forms import Form
from tests.faults.vocabulary import BODIES, CONTENT_TYPES, FITTING, HEADERS, METHODS, QUERIES, WORDS
from tests.support.answers import ADDRESS, picture


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
