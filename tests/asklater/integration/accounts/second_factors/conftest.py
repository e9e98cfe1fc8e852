"""Ada, with a proved address, and her device."""

import pytest
from flask import Flask

from tests.asklater.integration.accounts.second_factors.steps import add_passkey
from tests.support.authenticator import Authenticator
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle


@pytest.fixture
def ada(workshop: Flask) -> int:
    return settle(workshop)


@pytest.fixture
def at_home(workshop: Flask, ada: int) -> Browser:
    """Ada's browser; she has just proved who she is, by a code."""
    return browser_of(workshop, ada)


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


@pytest.fixture
def with_passkey(at_home: Browser, device: Authenticator) -> Browser:
    """Ada's browser, after she has added the passkey of her device."""
    assert add_passkey(at_home, device).status_code == 200
    return at_home
