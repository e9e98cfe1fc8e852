"""The library in use below a path: told by its server, and by a proxy."""

import re

from lending import app

from asklater.testing import ProfilingClient

app.test_client_class = ProfilingClient
WAYS = (
    {"base_url": "http://library.example/lending"},
    {"base_url": "http://library.example", "headers": {"X-Forwarded-Prefix": "/lending"}},
)


def addresses(page: str) -> list[str]:
    return re.findall(r'(?:href|src|action|data-hx-post)="(/[^"]*)"', page)


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


for way in WAYS:
    client = app.test_client()
    assert isinstance(client, ProfilingClient)
    front = client.get("/", **way)
    assert addresses(front.text) == ["/lending/loans", "/lending/shelf"]
    asked = client.post("/loans", data={"csrf_token": token(front.text), "title": "Emma"}, **way)
    assert [url for url in addresses(asked.text) if not url.startswith("/lending/")] == [], asked.text
    assert any(url.startswith("/lending/card/asklater/static/") for url in addresses(asked.text))

    # the session is kept on the server: the cookie holds its number alone
    cookie = client.get_cookie("session", "library.example", "/")
    assert cookie is not None
    assert len(cookie.value) < 60, cookie.value

    prompt = client.prompt(asked)
    assert prompt is not None
    path = prompt.url.removeprefix("/lending")
    lent = client.post(path, data={**prompt.hidden, "answer.display_name": "Ada"}, **way)
    assert lent.text == "Emma is lent to Ada, see /lending/shelf", lent.text
    assert client.get("/shelf", **way).text == "The shelf of Ada"

    # a gated page asks by the library's own route, below both paths, and leads on
    other = app.test_client()
    assert isinstance(other, ProfilingClient)
    shelf = other.prompt(other.get("/shelf", **way))
    assert shelf is not None
    assert shelf.url.startswith("/lending/card/ask/see_shelf"), shelf.url
    answers = {**shelf.hidden, "answer.display_name": "Bo"}
    onward = other.post(shelf.url.removeprefix("/lending"), data=answers, **way)
    assert (onward.status_code, onward.location) == (303, "/lending/shelf"), onward.text
    assert other.get("/shelf", **way).text == "The shelf of Bo"
