"""The page objects of the authenticator app."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from webapp.profiling.inputs import Input, InputError


@dataclass(frozen=True)
class EnrolPage:
    """Adding the app: the QR code as a drawing, the same secret for typing, and the input for its first code."""

    qr: Markup
    secret: str
    account: str
    code: Input
    post_url: str
    back_url: str

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(self.code.id, error) for error in self.code.errors)


@dataclass(frozen=True)
class AppPanel:
    """The app on the security page; `added_at` is None where there is none."""

    added_at: datetime | None
