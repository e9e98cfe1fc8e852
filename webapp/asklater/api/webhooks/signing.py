"""Signatures of Standard Webhooks (v1): HMAC-SHA256 over id, time and body, by a secret that both sides have."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from secrets import token_bytes

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret as its receiver is shown it: `whsec_` and 32 bytes in base64."""
    return PREFIX + b64encode(token_bytes(SECRET_BYTES)).decode()


def headers(message_id: str, moment: datetime, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """The headers of one try at `moment`. While a secret is being replaced there are several, and a signature by
    each; a receiver takes the message where one of them fits."""
    seconds = str(int(moment.timestamp()))
    signed = f"{message_id}.{seconds}.".encode() + body
    signatures = (hmac.digest(b64decode(secret.removeprefix(PREFIX)), signed, "sha256") for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{b64encode(signature).decode()}" for signature in signatures),
    }
