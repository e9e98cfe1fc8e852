"""The way of a request through a gate."""

from tests.browsing import Browser


def test_a_clear_gate_runs_the_action(visitor: Browser) -> None:
    assert visitor.post("/look").text == "looked"


def test_one_by_one_asks_in_order_and_then_the_action_goes_on(visitor: Browser) -> None:
    visitor.post("/letters")
    visitor.answer({"answer.email": "ada@x.example"})
    page = visitor.answer(
        {
            "answer.address.country": "DE",
            "answer.address.name": "Ada",
            "answer.address.street_address": "Weg 1",
            "answer.address.city": "Berlin",
            "answer.address.postal_code": "10115",
        }
    )
    assert "3 of 3" in page.text
    assert visitor.answer({"answer.display_name": "Ada"}).text == "sent"
