"""The page object of recovery, and its tables as data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from asklater.i18n import gettext
from asklater.insights.exports.sheets import Sheet, SheetColumn
from asklater.insights.figures import Share
from asklater.insights.forms import QueryForm
from asklater.insights.labels import KeyLabels, clock_time, day, page_title, percent, whole_number
from asklater.insights.navigation import filter_bar, real_people_link
from asklater.insights.presenters import FilterBar, PageLink, RateCell, rate_cell
from asklater.insights.recovery.counts import RecoveryCounts
from asklater.insights.recovery.figures import LossFigures, RecoveryFigures
from asklater.insights.urls import DownloadLinks, context_url
from asklater.registry import RecoveryEvidence

ENDPOINT = "recovery.recovery"


@dataclass(frozen=True)
class ShareRow:
    """A named share of all accounts: its rate and its size, None and "" where they are not told."""

    label: str
    note: str
    rate: RateCell | None
    accounts: str


@dataclass(frozen=True)
class LossPanel:
    """What opens accounts again after one loss, and what further evidence would add."""

    key: str
    label: str
    summary: str
    ways: tuple[ShareRow, ...]
    gains: tuple[ShareRow, ...]


@dataclass(frozen=True)
class OriginRow:
    """Where an evidence came from; `url` leads to the context, "" where none asked for it."""

    evidence: str
    origin: str
    url: str
    accounts: str


@dataclass(frozen=True)
class RecoveryPage:
    """Recovery in figures. No panels where there are too few accounts, or none is counted yet; `summary` says so."""

    title: str
    summary: str
    filter: FilterBar
    banner: PageLink | None
    panels: tuple[LossPanel, ...]
    origins: tuple[OriginRow, ...]
    files: DownloadLinks
    security_note: str


def recovery_page(
    form: QueryForm,
    counts: RecoveryCounts,
    figures: RecoveryFigures,
    evidence: Mapping[str, RecoveryEvidence],
    names: KeyLabels,
) -> RecoveryPage:
    query = form.query
    title = gettext("%(name)s – Insights", name=gettext("Recovery"))
    return RecoveryPage(
        title=page_title(title, form.errors),
        summary=_summary(counts, figures),
        filter=filter_bar(form, ENDPOINT, days=False),
        banner=real_people_link(query, ENDPOINT) if query.people != "real" and figures.accounts else None,
        panels=tuple(_panel(place, it, evidence) for place, it in enumerate(figures.losses)),
        origins=tuple(
            OriginRow(
                evidence=evidence[it.evidence].label(),
                origin=names.context(it.context) if it.context else evidence[it.evidence].otherwise(),
                url=context_url(query, it.context) if it.context in names.contexts else "",
                accounts="" if it.accounts is None else whole_number(it.accounts),
            )
            for it in figures.origins
            if it.evidence in evidence
        ),
        files=DownloadLinks({"people": query.people}, "recovery.table"),
        security_note=gettext(
            "People who lost only the second factor get back in by email, so they are not shown here."
        ),
    )


def only_people(form: QueryForm) -> QueryForm:
    """The query with the one filter that applies to accounts."""
    return replace(form, inputs=tuple(it for it in form.inputs if it.name == "people"))


def _summary(counts: RecoveryCounts, figures: RecoveryFigures) -> str:
    if counts.as_of is None:
        return gettext("The worker has not counted yet. It does so every half hour.")
    if figures.accounts is None:
        return gettext("There are fewer than five accounts, so no share is shown.")
    return gettext(
        "Of %(accounts)s accounts: how many could be opened again, and by what. Counted on %(day)s at %(time)s UTC.",
        accounts=whole_number(figures.accounts),
        day=day(counts.as_of),
        time=clock_time(counts.as_of),
    )


def _panel(place: int, it: LossFigures, evidence: Mapping[str, RecoveryEvidence]) -> LossPanel:
    ways = [_row(one.way.label(), one.way.delay_label(), one.share) for one in it.ways]
    gains = [_row(evidence[one.evidence].label(), "", one.share) for one in it.gains]
    return LossPanel(f"loss-{place}", it.label, _recoverable(it.recoverable), tuple(ways), tuple(gains))


def _recoverable(share: Share | None) -> str:
    if share is None:
        return gettext("How many could be opened again is not shown: it would tell of fewer than five accounts.")
    return gettext(
        "%(part)s accounts could be opened again, %(rate)s of all. An account can have several ways.",
        part=whole_number(share.part),
        rate=percent(share.rate),
    )


def _row(label: str, note: str, share: Share | None) -> ShareRow:
    if share is None:
        return ShareRow(label, note, None, "")
    rate = rate_cell(share, gettext("Share of accounts: %(name)s", name=label))
    return ShareRow(label, note, rate, whole_number(share.part))


# The tables as files


def ways_sheet(figures: RecoveryFigures) -> Sheet:
    """Each way after each loss, and first all of them together."""
    columns = (
        SheetColumn("loss", gettext("what was lost")),
        SheetColumn("way", gettext("what opens the account; empty for any of them")),
        SheetColumn("opens", gettext("how soon")),
        *_share_columns(),
    )
    rows = []
    for it in figures.losses:
        rows.append({"loss": it.label, "way": None, "opens": None, **_share_cells(it.recoverable)})
        for one in it.ways:
            label, opens = one.way.label(), one.way.delay_label()
            rows.append({"loss": it.label, "way": label, "opens": opens, **_share_cells(one.share)})
    return Sheet("ways", columns, tuple(rows))


def gains_sheet(figures: RecoveryFigures) -> Sheet:
    """What each further evidence would add after each loss."""
    columns = (
        SheetColumn("loss", gettext("what was lost")),
        SheetColumn("evidence", gettext("the key of what would be held in addition")),
        *_share_columns(),
    )
    rows = [
        {"loss": it.label, "evidence": one.evidence, **_share_cells(one.share)}
        for it in figures.losses
        for one in it.gains
    ]
    return Sheet("gains", columns, tuple(rows))


def origins_sheet(figures: RecoveryFigures) -> Sheet:
    """Where each evidence came from."""
    columns = (
        SheetColumn("evidence", gettext("the key of what is held")),
        SheetColumn("context", gettext("the context's key; empty where none asked for it")),
        SheetColumn("accounts", gettext("accounts; empty where it would tell of too few")),
    )
    rows = tuple(
        {"evidence": it.evidence, "context": it.context or None, "accounts": it.accounts} for it in figures.origins
    )
    return Sheet("origins", columns, rows)


SHEETS = {"ways": ways_sheet, "gains": gains_sheet, "origins": origins_sheet}


def _share_columns() -> tuple[SheetColumn, ...]:
    return (
        SheetColumn("accounts", gettext("accounts; empty where it would tell of too few")),
        SheetColumn("of", gettext("all accounts")),
        SheetColumn("share", gettext("accounts in all, 0 to 1")),
    )


def _share_cells(share: Share | None) -> dict[str, int | float | None]:
    if share is None:
        return {"accounts": None, "of": None, "share": None}
    return {"accounts": share.part, "of": share.whole, "share": share.rate}
