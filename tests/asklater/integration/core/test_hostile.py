"""Hostile values in every field, and random walks through the gate: inert, in words, and never a 500."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st

from asklater.asking.submission import TOKEN
from tests.support.answers import picture
from tests.support.browsing import Browser
from tests.support.records import episodes, held

HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE answer; --",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "a\r\nSet-Cookie: x=1",
    "\x00\x07",
    "x" * 1_000_000,
    "\u202egnp.exe",
    "=cmd|' /C calc'!A0",
    "%s%n%(x)s",
]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("field", ["answer.email", "answer.display_name", "answer.picture", "answer.address.city"])
def test_it_is_inert_wherever_it_is_shown(visitor: Browser, value: str, field: str) -> None:
    visitor.post("/publish", {"text": "hello"})
    page = visitor.answer({field: value})
    assert page.status_code in {200, 422}
    assert "<script>alert" not in page.text
    assert ">49<" not in page.text
    assert "Set-Cookie: x=1" not in str(page.headers)
    assert visitor.get("/account").status_code == 200


def test_lone_surrogates_in_bytes(visitor: Browser) -> None:
    visitor.post("/publish")
    page = visitor.answer({"answer.display_name": b"\xed\xa0\x80\xff"})
    assert page.status_code == 422


def test_too_much_is_refused_in_words(visitor: Browser) -> None:
    visitor.post("/publish")
    page = visitor.answer({"answer.display_name": "x" * 9_000_000})
    assert page.status_code == 413
    assert "too big" in page.text


def test_a_file_where_a_text_belongs_and_the_other_way_round(visitor: Browser) -> None:
    visitor.post("/publish")
    page = visitor.answer(
        {"answer.picture": "not a file", "answer.display_name": (pytest.importorskip("io").BytesIO(b"x"), "x.txt")}
    )
    assert page.status_code == 422


def test_two_pictures_for_one_field_are_refused_in_words(visitor: Browser) -> None:
    visitor.post("/publish")
    pictures = [(picture(), "a.png"), (picture((32, 32)), "b.png")]
    page = visitor.answer({"answer.picture": pictures})
    assert page.status_code == 422
    assert "More than one picture was sent. Choose one." in page.text
    page = visitor.answer({"answer.picture": [(picture(), "a.png"), (picture(), "a.png")]})
    assert "More than one" not in page.text  # a picture that was sent twice is one picture


Step = tuple[str, dict[str, str], bool]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["/publish", "/letters", "/look"]),
        st.dictionaries(
            st.sampled_from(
                [
                    "answer.email",
                    "answer.display_name",
                    "answer.address.country",
                    "answer.address.city",
                    "answer.nonsense",
                    "answer.",
                    TOKEN,
                    "_asklater.redraw",
                    "_asklater.again",
                    "_asklater.cancel",
                    "text",
                ]
            ),
            st.one_of(st.sampled_from(["ada@x.example", "Ada", "DE", "US", "email", ""]), st.text(max_size=30)),
            max_size=5,
        ),
        st.booleans(),
    ),
    max_size=6,
)


@pytest.mark.thorough
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_walk_breaks_it_and_none_gets_past_it(
    workshop: Flask, steps: list[tuple[str, dict[str, str], bool]]
) -> None:
    person = Browser(workshop)
    for url, data, htmx in steps:
        person.htmx = htmx
        sent = {name: value.encode("utf-8", "surrogatepass") for name, value in data.items()}
        if person.page is not None and "<form" in person.page.text and data.get(TOKEN) is None:
            page = person.answer(sent)
        else:
            page = person.post(url, sent)
        assert page.status_code in {200, 303, 422}
        assert not page.text.startswith("published")  # no walk ever sends a picture
    assert {field for _, field in held(workshop)} <= {"email", "display_name", "address"}
    open_ones = [episode for episode in episodes(workshop) if episode[2] is None]
    assert all(outcome != "abandoned" for *_, outcome in open_ones)
