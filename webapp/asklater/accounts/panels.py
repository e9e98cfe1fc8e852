"""Panels: the parts of the account and security pages, which features register."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from asklater.registry import Ordered


@dataclass(frozen=True)
class Panel:
    """`template` draws what `fill(subject_id)` returns, as `panel`; None leaves it out.

    Those that are `urgent` stand above everything else on the page.
    """

    template: str
    fill: Callable[[int], object | None]
    urgent: bool = False


SECURITY_PANELS, ACCOUNT_PANELS = "security_panels", "account_panels"
"""Where panels are shown: on the page about getting in, and above everything else on the account page."""


def add_security_panel(app: Flask, order: int, panel: Panel) -> None:
    """Add a panel to the page about getting in; `order` orders them."""
    Ordered.of(app, SECURITY_PANELS).add(order, panel)


def add_account_panel(app: Flask, order: int, panel: Panel) -> None:
    """Add a panel to the account page; `order` orders them."""
    Ordered.of(app, ACCOUNT_PANELS).add(order, panel)


def panels_of(
    subject_id: int, where: str = SECURITY_PANELS, *, urgent: bool = False
) -> tuple[tuple[str, object], ...]:
    """(template, page) of every panel that has something to show for this account."""
    panels: Ordered[Panel] = Ordered.of(current_app, where)
    shown = ((panel.template, panel.fill(subject_id)) for panel in panels if panel.urgent is urgent)
    return tuple((template, page) for template, page in shown if page is not None)
