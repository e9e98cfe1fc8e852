"""What people do with their phones, in several tests."""

from werkzeug.test import TestResponse

from tests.support.browsing import Browser

ADD, CHANGE, FACTOR = "/account/phone/add", "/account/phone", "/sign-in/factor/phone"
NUMBER, CODE = "answer.phone", "answer.verified_phone"
PHONE, SHOWN = "+49 1512 3456789", "+49 1512 3456789"


def ask_for_code(person: Browser, number: str = PHONE) -> TestResponse:
    """As far as the input for the code that came by text message."""
    person.get(ADD)
    person.answer({})
    return person.answer({NUMBER: number})


def enrol(person: Browser, number: str = PHONE) -> TestResponse:
    ask_for_code(person, number)
    return person.answer({CODE: person.texted_code()})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"
