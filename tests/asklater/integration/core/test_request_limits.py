"""Limits before work: what carries too much is refused before it is parsed, stored or echoed, and is told so."""

import pytest
from flask import Flask
from PIL import Image
from werkzeug.datastructures import ImmutableMultiDict

from asklater.asking.submission import MOST_CARRIED, MOST_CARRIED_SIGNS
from asklater.database.access import current_database
from asklater.kinds import image
from asklater.tables import subject
from asklater.web.request_limits import MOST_FIELDS, MOST_PARAMETERS
from tests.support.answers import ada, picture
from tests.support.browsing import Browser
from tests.support.records import rows

FORM = "application/x-www-form-urlencoded"
WORDS = "This form has too many fields. Send fewer at once. Nothing was stored."


@pytest.fixture
def no_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever parses the form after all fails."""

    def refuse(*_arguments: object, **_more: object) -> ImmutableMultiDict[str, str]:
        raise AssertionError("it was parsed")

    monkeypatch.setattr("werkzeug.formparser.parse_qsl", refuse)


@pytest.mark.usefixtures("no_parsing")
class TestFields:
    """2 MB of `a&a&a` to a gated route."""

    BODY = b"a&" * 1_000_000

    def test_a_page_says_so(self, visitor: Browser, workshop: Flask) -> None:
        page = visitor.client.post("/publish", data=self.BODY, content_type=FORM)
        assert page.status_code == 413
        assert WORDS in page.text
        assert len(page.data) < 20_000
        assert rows(workshop, subject) == []

    def test_htmx_is_told_beside_the_form(self, visitor: Browser) -> None:
        page = visitor.client.post("/publish", data=self.BODY, content_type=FORM, headers={"HX-Request": "true"})
        assert page.status_code == 413
        assert f'data-error="{WORDS}"' in page.text

    def test_a_get_may_have_a_body_too(self, visitor: Browser) -> None:
        page = visitor.client.get("/ask/publish", data=self.BODY, content_type=FORM)
        assert page.status_code == 413

    def test_a_client_of_json_gets_a_problem_document(self, visitor: Browser) -> None:
        headers = {"Accept": "application/json"}
        answer = visitor.client.post("/publish", data=self.BODY, content_type=FORM, headers=headers)
        assert (answer.status_code, answer.content_type) == (413, "application/problem+json")
        assert answer.get_json()["detail"] == WORDS

    @pytest.mark.parametrize("url", ["/sign-in", "/ask/export", "/nowhere", "/"])
    def test_wherever_it_is_sent(self, visitor: Browser, url: str) -> None:
        assert visitor.client.post(url, data=self.BODY, content_type=FORM).status_code == 413


def test_many_parts_are_refused_alike(visitor: Browser) -> None:
    part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    body, kind = part * (MOST_FIELDS + 1) + "--x--\r\n", "multipart/form-data; boundary=x"
    page = visitor.client.post("/publish", data=body, content_type=kind)
    assert page.status_code == 413


@pytest.mark.parametrize("url", ["/ask/export?", "/export?", "/publish?"])
def test_an_address_that_carries_too_much(visitor: Browser, url: str) -> None:
    for query in ("a&" * MOST_PARAMETERS, "a=" + "x" * 20_000):
        refused = visitor.get(url + query)
        assert refused.status_code == 414
        assert "too long" in refused.text


class TestCarried:
    """What a prompt brings back as hidden inputs."""

    def test_as_much_as_is_allowed(self, visitor: Browser) -> None:
        page = visitor.post("/publish", {f"n{number}": "x" for number in range(MOST_CARRIED)})
        assert page.status_code == 200
        assert page.text.count('type="hidden" name="n') == MOST_CARRIED

    @pytest.mark.parametrize(
        "data", [{"n": ["x"] * (MOST_CARRIED + 1)}, {"text": "x" * MOST_CARRIED_SIGNS}], ids=["many", "long"]
    )
    def test_more_is_refused_and_nothing_is_stored(
        self, visitor: Browser, workshop: Flask, data: dict[str, object]
    ) -> None:
        page = visitor.post("/publish", data)
        assert page.status_code == 413
        assert len(page.data) < 20_000
        assert rows(workshop, subject) == []
        visitor.post("/publish", {"text": "hello"})
        assert visitor.answer({**data, "answer.display_name": "Ada"}).status_code == 413

    def test_where_nobody_is_asked_nothing_is_carried(self, visitor: Browser) -> None:
        assert visitor.post("/look", {"n": ["x"] * (MOST_CARRIED + 1)}).text == "looked"


class TestPictures:
    """Decoding one may take long: never inside a transaction, for which everybody who writes would wait."""

    @pytest.fixture(autouse=True)
    def watched(self, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
        inside: list[bool] = []
        decode = image._square

        def watch(content: bytes, most: int, edge: int) -> Image.Image:
            inside.append(current_database().is_in_transaction)
            return decode(content, most, edge)

        monkeypatch.setattr(image, "_square", watch)
        return inside

    def test_at_the_gate(self, visitor: Browser, watched: list[bool]) -> None:
        visitor.post("/publish", {"text": "hello"})
        assert visitor.answer(ada()).text == "published hello"
        assert watched == [False]

    def test_on_the_account_page(self, visitor: Browser, watched: list[bool]) -> None:
        visitor.post("/publish", {"text": "hello"})
        visitor.answer(ada())
        visitor.get("/account/fields/picture")
        assert visitor.answer({"answer.picture": (picture((32, 32)), "b.png")}).status_code == 303
        assert watched == [False, False]
