"""A prompt's signed id: which prompt of whom a form belongs to."""

from dataclasses import dataclass
from typing import Any

from itsdangerous import BadData, Serializer, URLSafeSerializer
from itsdangerous.encoding import base64_encode

from asklater import clock


@dataclass(frozen=True)
class PromptToken:
    """What a prompt's signed id says. It is worth nothing to another subject, action, or after the window."""

    subject_id: int
    action: str
    prompt_id: int
    fields: tuple[str, ...]
    steps: int
    back: str
    terms: str = ""
    """The versions of the terms of the consents that it asks for."""


class _Serializer(URLSafeSerializer):
    """Without zlib: to set it up takes longer than all the rest, and a token is too short to gain by it."""

    def dump_payload(self, obj: Any) -> bytes:
        return base64_encode(Serializer.dump_payload(self, obj))


class PromptTokens:
    """Signs and reads prompts' ids; one is good for `seconds` from its render."""

    def __init__(self, secret_key: str, seconds: int) -> None:
        self._serializer = _Serializer(secret_key, salt="asklater.prompt")
        self._seconds = seconds

    def sign(self, token: PromptToken) -> str:
        *said, terms = vars(token).values()
        return self._serializer.dumps([int(clock.now().timestamp()), *said, *([terms] if terms else [])])

    def read(self, token: str, action: str) -> PromptToken | None:
        """The token, None when it is forged, altered, too old or of another action."""
        try:
            issued, subject_id, own, prompt_id, fields, steps, back, *terms = self._serializer.loads(token)
        except (BadData, ValueError, TypeError):
            return None
        if own != action or clock.now().timestamp() > issued + self._seconds:
            return None
        return PromptToken(subject_id, own, prompt_id, tuple(fields), steps, back, *terms)
