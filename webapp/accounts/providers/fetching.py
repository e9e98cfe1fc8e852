"""Asking a provider over the network: quick or not at all, never led elsewhere, and nothing believed but JSON."""

import json
from typing import Any

import requests

TIMEOUT = 5.0
"""Seconds to connect, and between two parts of an answer."""
LARGEST = 512 * 1024
JSON = "application/json"


class Trouble(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """A provider is of no help now. `why` is for the log: a few words, nothing that was sent."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Unreached(Trouble):
    """It does not answer, or not as a provider would."""


class Unbelieved(Trouble):
    """It answered, and a check of the answer failed."""


class Declined(Trouble):
    """The person said no at the provider's."""


def get_json(url: str, *, token: str = "") -> dict[str, Any]:
    """A document of a provider, with an access token where it takes one. Raises Unreached."""
    headers = {"Accept": JSON, **({"Authorization": f"Bearer {token}"} if token else {})}
    try:
        with requests.get(url, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer:
            if answer.status_code != 200:
                raise Unreached(f"status {answer.status_code}")
            document = json.loads(_content(answer))
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise Unreached(type(error).__name__) from error
    if not isinstance(document, dict):
        raise Unreached("no JSON object")
    return document


def _content(answer: requests.Response) -> bytes:
    content = bytearray()
    for part in answer.iter_content(64 * 1024):
        content += part
        if len(content) > LARGEST:
            raise Unreached("too long an answer")
    return bytes(content)
