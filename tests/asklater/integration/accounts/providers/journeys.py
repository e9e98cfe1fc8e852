"""Going to a provider and coming back, as a browser would."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from werkzeug.test import TestResponse

from tests.asklater.integration.accounts.providers.fake_provider import CODE, Fake
from tests.support.browsing import Browser


class Traveller:
    """One person's browser, and the provider that they go to."""

    def __init__(self, browser: Browser, fake: Fake) -> None:
        self.browser = browser
        self.fake = fake
        self.sent: dict[str, str] = {}
        self.url = ""

    def leave(self, provider: str = "acme", prompt: str = "/ask/sign_up?next=/account", **typed: Any) -> "Traveller":
        """Press “Continue with” in the prompt of a page."""
        self.browser.get(prompt)
        return self.press(provider, **typed)

    def press(self, provider: str = "acme", **typed: Any) -> "Traveller":
        """Press it in the prompt that is open."""
        page = self.browser.answer({**typed, "_asklater.alternative": f"provider-{provider}"})
        return self.follow(page)

    def follow(self, page: TestResponse) -> "Traveller":
        """Read where the leaving page leads."""
        found = re.search(r'content="0; url=([^"]+)"', page.text)
        assert found is not None, page.text
        self.url = unescape(found.group(1))
        self.sent = dict(parse_qsl(urlsplit(self.url).query))
        self.fake.nonce = self.sent["nonce"]
        return self

    def return_url(self, **answer: str | None) -> str:
        """The address that the provider would send the browser to."""
        said = {"code": CODE, "state": self.sent["state"], **answer}
        path = urlsplit(self.sent["redirect_uri"]).path
        return f"{path}?{urlencode({name: value for name, value in said.items() if value is not None})}"

    def come_back(self, **answer: str | None) -> TestResponse:
        """Back, with the provider's answer."""
        return self.browser.get(self.return_url(**answer))

    def go(self, provider: str = "acme", **claims: Any) -> TestResponse:
        """There and back, told `claims`."""
        self.fake.claims = claims
        return self.leave(provider).come_back()

    def account(self) -> str:
        return self.browser.get("/account").text
