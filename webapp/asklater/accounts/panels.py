"""Panels: the parts of the account and security pages, which each sub-feature registers."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app


@dataclass(frozen=True)
class Panel:
    """`template` draws what `page(subject_id)` returns, as `panel`; None leaves it out. Lower places come first.

    Those that are `urgent` stand above everything else on the page.
    """

    place: int
    template: str
    page: Callable[[int], object | None]
    urgent: bool = False


class Panels:
    """The panels of this application."""

    def __init__(self) -> None:
        self.all: list[Panel] = []

    def register(self, panel: Panel) -> None:
        self.all = sorted([*self.all, panel], key=lambda known: known.place)


SECURITY_PANELS, ACCOUNT_PANELS = "security_panels", "account_panels"
"""Where panels are shown: on the page about getting in, and above everything else on the account page."""


def panels_of(
    subject_id: int, where: str = SECURITY_PANELS, *, urgent: bool = False
) -> tuple[tuple[str, object], ...]:
    """(template, page) of every panel that has something to show for this account."""
    panels: Panels = current_app.extensions[where]
    shown = ((panel.template, panel.page(subject_id)) for panel in panels.all if panel.urgent is urgent)
    return tuple((template, page) for template, page in shown if page is not None)
