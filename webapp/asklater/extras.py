"""The library's optional packages: which extra brings what, and the sentence for where it is missing."""

from collections.abc import Mapping
from importlib.util import find_spec

EXTRAS: Mapping[str, tuple[str, ...]] = {
    "messages": ("email_validator", "idna", "requests"),
    "accounts": (
        *("authlib", "babel", "email_validator", "flask_babel", "flask_login", "idna", "joserfc"),
        *("phonenumbers", "pyotp", "requests", "segno", "ua_parser", "webauthn"),
    ),
    "insights": ("babel", "email_validator", "flask_babel", "idna", "requests"),
    "imports": ("email_validator", "idna"),
    "privacy": ("email_validator", "flask_babel", "idna", "joserfc", "requests"),
}
"""What the packages of the library that may be left out import; of other extras, whoever uses them tells."""


class MissingPackageError(ImportError):
    """Something was asked for that needs a package of an extra; the message says which extra to install."""

    def __init__(self, what: str, package: str, extra: str) -> None:
        super().__init__(f"{what} needs {package}: pip install 'asklater[{extra}]'", name=package)


def require(extra: str) -> None:
    """Called where `asklater.<extra>` begins, before it imports anything. Raises MissingPackageError."""
    for package in EXTRAS[extra]:
        if find_spec(package) is None:
            raise MissingPackageError(f"asklater.{extra}", package, extra)
