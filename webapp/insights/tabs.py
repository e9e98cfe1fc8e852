"""The tab bar of the dashboard: which pages it has, in order. Every room of it adds its own."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, request

from webapp.insights.addresses import address
from webapp.insights.question import FILTERS

TABS = "insights.tabs"


@dataclass(frozen=True)
class Tab:
    """One tab. `current` is "page" for the page itself, "true" for one that belongs to it, "" for another."""

    label: str
    url: str
    current: str


@dataclass(frozen=True)
class _Declared:
    place: int
    endpoint: str
    label: Callable[[], str]
    within: tuple[str, ...]
    filtered: bool


def add_tab(
    app: Flask,
    place: int,
    endpoint: str,
    label: Callable[[], str],
    *,
    within: tuple[str, ...] = (),
    filtered: bool = False,
) -> None:
    """Add a tab; `place` orders them. `within` are endpoints that belong to it, or beginnings of such.

    `filtered` says that the page takes the dashboard's filters, which then stay as they are.
    """
    declared: list[_Declared] = app.extensions.setdefault(TABS, [])
    declared.append(_Declared(place, endpoint, label, within, filtered))
    declared.sort(key=lambda tab: tab.place)


def tab_bar() -> list[Tab]:
    """The tabs as seen from the page that is asked for."""
    filters = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    declared: list[_Declared] = current_app.extensions[TABS]
    return [
        Tab(tab.label(), address(tab.endpoint, filters if tab.filtered else {}), _current(tab)) for tab in declared
    ]


def _current(tab: _Declared) -> str:
    here = request.endpoint or ""
    if here == tab.endpoint:
        return "page"
    return "true" if tab.within and here.startswith(tab.within) else ""
