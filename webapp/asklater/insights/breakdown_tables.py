"""Breakdowns as tables of a page: each row leads to the same page, narrowed to its part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from asklater.i18n import gettext
from asklater.insights.breakdowns import Breakdown, Slices, breakdowns, segment_breakdowns
from asklater.insights.labels import device_labels, qualified_variant_label, segment_value_label, visitor_labels
from asklater.insights.presenters import FigureRow, figure_row
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.manifest.declarations import Manifest
from asklater.policy.segments import IS

PageUrl = Callable[[Query], str]


@dataclass(frozen=True)
class BreakdownTable:
    """A cell split by one thing; each row leads to the same page with that filter set."""

    title: str
    head: str
    rows: tuple[FigureRow, ...]


def breakdown_tables(found: Slices, query: Query, manifest: Manifest, url: PageUrl) -> tuple[BreakdownTable, ...]:
    """By device, visitor and variant, and by each segment."""
    heads = {
        "device": (gettext("By device"), gettext("Device")),
        "visitor": (gettext("By visitor"), gettext("Visitor")),
        "variant": (gettext("By variant"), gettext("Variant")),
    }
    return (
        *(
            BreakdownTable(*heads[split.part], _breakdown_rows(split, query, manifest, url))
            for split in breakdowns(found, query)
        ),
        *_segment_tables(found, query, manifest, url),
    )


def read_segment_tables(
    reader: TotalsReader, query: Query, manifest: Manifest, url: PageUrl
) -> tuple[BreakdownTable, ...]:
    """By each segment, of a field, a context or everything that is shown. One statement where there are segments."""
    if not manifest.segments_by:
        return ()
    return _segment_tables(reader.slice_sums(query), query, manifest, url)


def _segment_tables(found: Slices, query: Query, manifest: Manifest, url: PageUrl) -> tuple[BreakdownTable, ...]:
    return tuple(
        _segment_table(split, gettext(manifest.segments_by[split.part].label), query, url)
        for split in segment_breakdowns(found, query, manifest)
    )


def _segment_table(split: Breakdown, label: str, query: Query, url: PageUrl) -> BreakdownTable:
    rows = tuple(
        figure_row(segment_value_label(value), url(replace(query, segment=f"{split.part}{IS}{value}")), shown)
        for value, shown in split.rows.items()
    )
    return BreakdownTable(gettext("By segment: %(label)s", label=label), label, rows)


def _breakdown_rows(split: Breakdown, query: Query, manifest: Manifest, url: PageUrl) -> tuple[FigureRow, ...]:
    labels: Mapping[str, Mapping[str, str]] = {
        "device": device_labels(),
        "visitor": visitor_labels(),
        "variant": {key: qualified_variant_label(key, manifest.experiments) for key in split.rows},
    }
    return tuple(
        figure_row(labels[split.part].get(key, key), url(_narrowed(query, split.part, key)), shown)
        for key, shown in split.rows.items()
    )


def _narrowed(query: Query, part: str, key: str) -> Query:
    match part:
        case "variant":
            return replace(query, variant=key)
        case "device":
            return replace(query, device=key)
        case _:
            return replace(query, visitor=key)
