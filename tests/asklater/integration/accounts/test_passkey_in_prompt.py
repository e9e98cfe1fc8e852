"""A passkey inside a prompt: its script is given a challenge, and changes no session by asking for one."""

from tests.support.browsing import Browser


def test_the_button_names_its_script_and_where_the_challenge_comes_from(visitor: Browser) -> None:
    page = visitor.get("/ask/sign_up").text
    assert 'data-passkey-options="/sign-in/passkey/options"' in page
    assert "js/passkeys.js" in page


def test_whoever_signs_in_meanwhile_stays_signed_in(visitor: Browser) -> None:
    """The challenge may come after the answer that signed them in: it brings no session of its own."""
    visitor.get("/ask/sign_up")
    answer = visitor.client.get("/sign-in/passkey/options")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["rpId"] == "localhost"
    assert "Set-Cookie" not in answer.headers


def test_without_a_prompt_there_is_none(visitor: Browser) -> None:
    answer = visitor.client.get("/sign-in/passkey/options")
    assert answer.status_code == 409
    assert "Set-Cookie" not in answer.headers


def test_what_is_no_passkey_is_refused_in_the_prompt(visitor: Browser) -> None:
    visitor.get("/ask/sign_up")
    page = visitor.answer({"_asklater.alternative": "passkey", "_asklater.shown": "{}"})
    assert page.status_code == 422
    assert "no answer of a passkey" in page.text
