"""Whoever holds a part of what the shop asks for is asked for the rest alone: by the client that the library gives the
tests of any application."""

import pytest
from flask import Flask

from asklater.testing import NoPrompt, ProfilingClient, later
from tests.support.answers import picture
from tests.support.browsing import Browser

SHARE = "/products/late-sun/share"


@pytest.fixture
def client(shop: Flask) -> ProfilingClient:
    return ProfilingClient(shop, shop.response_class, use_cookies=True)


def token(client: ProfilingClient) -> dict[str, str]:
    browser = Browser(client.application)
    browser.client = client
    return {"csrf_token": browser.csrf_token()}


def test_a_share_asks_for_what_is_not_held(client: ProfilingClient) -> None:
    client.hold(display_name="Ada", picture=picture().getvalue())
    asked = client.post(SHARE, data=token(client))
    prompt = client.prompt(asked)
    assert prompt is not None
    assert prompt.fields == ("email",)
    with pytest.raises(NoPrompt):
        client.answer(asked, display_name="Bo")
    assert client.answer(asked, email="ada@x.example").location.startswith("/shares/")


def test_a_file_is_answered_by_its_content_and_name(client: ProfilingClient) -> None:
    client.hold(display_name="Ada")
    asked = client.post(SHARE, data=token(client))
    shared = client.answer(asked, email="ada@x.example", picture=(picture().getvalue(), "me.png"))
    assert shared.location.startswith("/shares/")


def test_what_expired_is_asked_again(client: ProfilingClient, shop: Flask) -> None:
    client.hold(display_name="Ada", picture=picture().getvalue())
    with later(days=365 * 4):
        assert shop.test_cli_runner().invoke(args=["asklater", "job", "expire_answers"]).exit_code == 0
        with client.as_person() as profile:
            assert not profile.holds("display_name")
