"""Panels that features of the dashboard add to the overview."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.registry import Ordered

PANELS = "dashboard_panels"


@dataclass(frozen=True)
class Panel:
    """A part of the overview: the template that draws it, which finds `content`, a page object, as `panel`."""

    template: str
    content: object


PanelSource = Callable[[TotalsReader, Query], Sequence[Panel]]


def add_panels(app: Flask, place: int, source: PanelSource) -> None:
    """Add a feature's panels; `place` orders them. Its number of statements must not depend on how much there is."""
    Ordered.of(app, PANELS).add(place, source)


def feature_panels(reader: TotalsReader, query: Query) -> tuple[Panel, ...]:
    """Returns the panels of all features, in their order; use it inside the reader's snapshot."""
    sources: Ordered[PanelSource] = Ordered.of(current_app, PANELS)
    return tuple(panel for source in sources for panel in source(reader, query))
