"""Secret inputs: what was typed into them comes back in no page, and is kept nowhere.

They are told by their names, those of an application as well; a view declares what its names do not tell.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from flask import current_app, request

from asklater.engine import Engine
from asklater.kinds.base import PREFIX

View = TypeVar("View", bound=Callable[..., object])
NO_SECRET = re.compile(
    r"(post|postal|zip|country|area|region|state|lang|language|locale|currency|promo|promotion|coupon|voucher|discount"
    r"|referral|product|item|color|colour|status|error|bar|source)_?codes?(?=_|$)|(un|en|de)code|secretar(y|ies)"
)
SECRET = re.compile(
    r"(^|_)(pass(?!enger|age|ion|ive)[a-z]*|card[a-z]*|pwd|pin|otp|cvc|cvv|csc|cvn|iban|mfa)(?=_|$)"
    r"|password|passw|passphrase|secret|token|totp|credential|creditcard|codes?(?=_|$)"
    r"|(api|access|private|recovery|backup|security|master|encryption|signing|auth)_?keys?(?=_|$)"
)
"""Parts of the names of secret inputs, and of some that only look like them."""


def secret_inputs(*names: str) -> Callable[[View], View]:
    """Declare that a view's inputs of these names are secret, whatever they are called; without names, all of them."""

    def declare(view: View) -> View:
        view.secret_inputs = frozenset(names)  # type: ignore[attr-defined]
        return view

    return declare


def is_secret(engine: Engine, name: str) -> bool:
    """Whether an input of this request holds what comes back in no page: it answers a field whose kind says so, the
    view declares it, or its name tells."""
    if name.startswith(PREFIX):
        return is_fleeting(engine, name)
    declared = getattr(current_app.view_functions.get(request.endpoint or ""), "secret_inputs", None)
    if declared is not None and (not declared or name in declared):
        return True
    return is_secret_name(name)


def is_secret_name(name: str) -> bool:
    """Whether the name of an input tells that it is secret: `newPassword`, `sms_code`, but not `postal_code`."""
    words = re.sub(r"[\W\d_]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).lower()
    return SECRET.search(NO_SECRET.sub("", words)) is not None


def is_fleeting(engine: Engine, name: str) -> bool:
    """Whether an input answers a field whose kind never has it stored as it was typed: a card, a code."""
    field = name.removeprefix(PREFIX).partition(".")[0]
    return name.startswith(PREFIX) and (field not in engine.manifest.fields or engine.kind_of(field).fleeting)
