"""Acting on a consent: whatever does so asks in the transaction in which it acts, so a withdrawal holds at once."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from webapp.profiling.engine import Engine
from webapp.profiling.kinds.consent import Consent

R = TypeVar("R")


def consents(engine: Engine) -> list[str]:
    """The fields that are consents, in the order of their declaration."""
    return [key for key in engine.manifest.fields if isinstance(engine.kind_of(key), Consent)]


def with_consent(field: str) -> Callable[[Callable[..., R]], Callable[..., R | None]]:
    """Let a verb, called with the engine and a subject's id first, run only while that person consents to `field`.

    Otherwise nothing happens, and None comes back.
    """

    def decorate(verb: Callable[..., R]) -> Callable[..., R | None]:
        @wraps(verb)
        def asked(engine: Engine, subject_id: int, *args: Any, **kwargs: Any) -> R | None:
            return verb(engine, subject_id, *args, **kwargs) if engine.consented(subject_id, field) else None

        return asked

    return decorate
