"""Recipients that are told by a webhook: a POST of signed JSON to an address of theirs."""

from dataclasses import dataclass

import requests

from webapp.outbox import Undeliverable
from webapp.privacy.erasing.telling import Notice
from webapp.privacy.signing import current_signer

TIME_OUT = 10
"""Seconds, for the connection and again for the answer."""
LATER = frozenset({408, 409, 425, 429})
"""Refusals that are none: the recipient wants to be told again."""


@dataclass(frozen=True)
class Webhook:
    """One address. What is sent there is proved by the key that this site publishes."""

    url: str

    def notify(self, notice: Notice) -> None:
        """Any answer of 2xx, 404 and 410 will do: what is not there is erased."""
        document = current_signer().sign(
            {
                "kind": "erasure notice",
                "version": 1,
                "erasure": notice.erasure,
                "recipient": notice.recipient,
                "erased_at": notice.erased_at.isoformat(),
                "references": list(notice.references),
            }
        )
        answer = requests.post(self.url, json=document, timeout=TIME_OUT, allow_redirects=False)
        status = answer.status_code
        if 200 <= status < 300 or status in {404, 410}:
            return
        if 300 <= status < 500 and status not in LATER:
            raise Undeliverable(f"the recipient refuses it: status {status}")
        raise requests.HTTPError(f"status {status}")
