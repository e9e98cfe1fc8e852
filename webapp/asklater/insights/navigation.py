"""The tab bar, to which every feature of the dashboard adds its pages, and the filter bar with its links."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any, Literal, get_args

from flask import Flask, current_app, request

from asklater.endpoints import endpoint_of, url_for
from asklater.i18n import gettext
from asklater.insights.forms import QueryForm
from asklater.insights.labels import day, ngettext
from asklater.insights.presenters import FilterBar, PageLink
from asklater.insights.query import FILTER_PARAMETERS, Query
from asklater.insights.urls import NO_PATH_PARTS, page_url
from asklater.kinds.base import Input
from asklater.registry import Ordered

# The tab bar

TABS = "dashboard_tabs"


@dataclass(frozen=True)
class Tab:
    """One tab. `current` is "page" for the page itself, "true" for one that belongs to it, "" for another."""

    label: str
    url: str
    current: str


TabGroupKey = Literal["figures", "experiments", "signup"]
TAB_GROUPS: tuple[TabGroupKey, ...] = get_args(TabGroupKey)


@dataclass(frozen=True)
class TabGroup:
    """The tabs of one kind of page; `key` is part of an id."""

    key: TabGroupKey
    label: str
    tabs: tuple[Tab, ...]


@dataclass(frozen=True)
class TabBar:
    """All pages of the dashboard; `here` is the label of the current tab, "" where the page belongs to none."""

    groups: tuple[TabGroup, ...]
    here: str


@dataclass(frozen=True)
class _TabDeclaration:
    endpoint: str
    label: Callable[[], str]
    group: TabGroupKey
    within: tuple[str, ...]
    filtered: bool


def add_tab(
    app: Flask,
    place: int,
    endpoint: str,
    label: Callable[[], str],
    *,
    group: TabGroupKey = "figures",
    within: tuple[str, ...] = (),
    filtered: bool = False,
) -> None:
    """Add a tab; `place` orders those of a group. `within` are endpoints that belong to it, or beginnings of such.

    `filtered` says that the page takes the dashboard's filters, which then stay as they are.
    """
    Ordered.of(app, TABS).add(place, _TabDeclaration(endpoint, label, group, within, filtered))


def tab_bar() -> TabBar:
    """The tabs as seen from the page that is asked for."""
    filters = {name: request.args[name] for name in FILTER_PARAMETERS if request.args.get(name)}
    grouped: dict[TabGroupKey, list[Tab]] = {key: [] for key in TAB_GROUPS}
    declared: Ordered[_TabDeclaration] = Ordered.of(current_app, TABS)
    for tab in declared:
        url = page_url(tab.endpoint, filters if tab.filtered else {})
        grouped[tab.group].append(Tab(tab.label(), url, _is_current(tab)))
    labels = dict(
        zip(TAB_GROUPS, (gettext("Figures"), gettext("Experiments and goals"), gettext("Sign-up")), strict=True)
    )
    here = next((tab.label for tabs in grouped.values() for tab in tabs if tab.current), "")
    return TabBar(tuple(TabGroup(key, labels[key], tuple(tabs)) for key, tabs in grouped.items() if tabs), here)


def _is_current(tab: _TabDeclaration) -> str:
    here = request.endpoint or ""
    if here == endpoint_of(tab.endpoint):
        return "page"
    return "true" if here.startswith(tuple(map(endpoint_of, tab.within))) else ""


# The filter bar

PRESET_DAYS = (7, 30, 90)


def filter_bar(
    form: QueryForm,
    endpoint: str,
    *,
    days: bool,
    place: Mapping[str, Any] = NO_PATH_PARTS,
    view: Mapping[str, str] = NO_PATH_PARTS,
) -> FilterBar:
    """The form of a page; `days` says whether the page has a range, and so presets. `view` are further arguments of
    the page, which its links keep."""
    query = form.query

    def url(arguments: Mapping[str, str]) -> str:
        return page_url(endpoint, {**arguments, **view}, place)

    presets = _preset_links(query, url) if days else ()
    chips = [
        PageLink(_chosen_label(control), url(_without(query, control.name)))
        for control in form.inputs
        if _is_narrowed(control)
    ]
    if days and not any(preset.current for preset in presets):
        chips.insert(0, PageLink(days_label(query), url(_without(query, "from", "to"))))
    return FilterBar(
        url=url_for(endpoint, **place),
        inputs=form.inputs,
        errors=form.errors,
        presets=presets,
        chips=tuple(chips),
        clear=PageLink(gettext("Clear all filters"), url({})) if len(chips) > 1 else None,
        kept=tuple(view.items()),
        link=url(query.arguments()),
        days=days_label(query) if days else "",
    )


def narrowed_labels(form: QueryForm) -> tuple[str, ...]:
    """The filters that are set, in words."""
    return tuple(_chosen_label(control) for control in form.inputs if _is_narrowed(control))


def real_people_link(query: Query, endpoint: str, place: Mapping[str, Any] = NO_PATH_PARTS) -> PageLink:
    real = replace(query, people="real")
    return PageLink(gettext("Show real people only"), page_url(endpoint, real.arguments(), place))


def _is_narrowed(control: Input) -> bool:
    """Whether a select is set to anything but its first option, which stands for all."""
    return bool(control.options) and not control.errors and control.values != (control.options[0].value,)


def _chosen_label(control: Input) -> str:
    label = next(option.label for option in control.options if option.value in control.values)
    return gettext("%(filter)s: %(choice)s", filter=control.label, choice=label)


def _without(query: Query, *names: str) -> dict[str, str]:
    return {name: value for name, value in query.arguments().items() if name not in names}


def _preset_links(query: Query, url: Callable[[Mapping[str, str]], str]) -> tuple[PageLink, ...]:
    ranges = {
        ngettext("Last %(num)s day", "Last %(num)s days", days): query.of_last_days(days) for days in PRESET_DAYS
    }
    ranges[gettext("This month")] = query.of_this_month()
    return tuple(PageLink(label, url(other.arguments()), current=other == query) for label, other in ranges.items())


def days_label(query: Query) -> str:
    ends = {"first": day(query.first), "last": day(query.last)}
    if query.zone is UTC:
        return gettext("%(first)s to %(last)s, UTC days", **ends)
    return gettext("%(first)s to %(last)s, days in %(zone)s", **ends, zone=str(query.zone))
