"""Page objects of the links: their list with the form of a new one, and the figures that a link shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from asklater.endpoints import url_for
from asklater.i18n import gettext
from asklater.insights.exports.sheets import Sheet, SheetColumn
from asklater.insights.forms import QueryForm
from asklater.insights.labels import ngettext, page_title
from asklater.insights.links.links import DAYS, LONGEST_NAME, FiguresLink
from asklater.insights.navigation import days_label, narrowed_labels
from asklater.insights.presenters import OverviewPage
from asklater.insights.urls import DownloadLinks
from asklater.kinds.base import Input, InputError, Option
from asklater.kinds.typed_text import UnfitText, echo, line

# The form


@dataclass(frozen=True)
class LinkForm:
    """What was typed; `name` is "" and `days` 0 where they cannot be understood."""

    name: str
    days: int
    inputs: tuple[Input, ...]

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(control.id, error) for control in self.inputs for error in control.errors)


def blank_link() -> LinkForm:
    return LinkForm("", 0, _inputs("", str(DAYS[0]), {}))


def read_link(sent: Mapping[str, str]) -> LinkForm:
    """Never raises."""
    typed, days, errors = sent.get("name", ""), sent.get("days", ""), dict[str, str]()
    name = ""
    try:
        name = line(typed, LONGEST_NAME)
    except UnfitText as unfit:
        errors["name"] = unfit.reason
    if not name and "name" not in errors:
        errors["name"] = gettext("Enter who or what the link is for.")
    if days not in map(str, DAYS):
        errors["days"] = gettext("Choose for how long the link is good.")
    return LinkForm(name, 0 if "days" in errors else int(days), _inputs(echo(typed), days, errors))


def _inputs(name: str, days: str, errors: Mapping[str, str]) -> tuple[Input, ...]:
    wrong = {key: (error,) for key, error in errors.items()}
    return (
        Input(
            name="name",
            id="link-name",
            label=gettext("Name"),
            values=(name,) if name else (),
            hint=gettext("Who or what it is for. It is shown above the figures."),
            errors=wrong.get("name", ()),
            autocomplete="off",
            maxlength=LONGEST_NAME,
        ),
        Input(
            name="days",
            id="link-days",
            label=gettext("Good for"),
            type="radios",
            values=(days,),
            options=tuple(Option(str(span), ngettext("%(num)s day", "%(num)s days", span)) for span in DAYS),
            errors=wrong.get("days", ()),
        ),
    )


# The list


@dataclass(frozen=True)
class LinkRow:
    """One link. `state` is good, expired or revoked; `revoke_url` is "" for one that is not good."""

    name: str
    shows: str
    maker: str
    made_at: datetime
    expires_at: datetime
    opened: str
    opened_at: datetime | None
    state: str
    revoke_url: str


@dataclass(frozen=True)
class LinksPage:
    """`made` is the address of the link that was just made, "" for none; `shows` what a new one would show, and
    `kept` the arguments that say so."""

    title: str
    form: LinkForm
    errors: tuple[InputError, ...]
    made: str
    shows: str
    kept: tuple[tuple[str, str], ...]
    rows: tuple[LinkRow, ...]
    files: DownloadLinks


def links_page(
    links: Sequence[tuple[FiguresLink, QueryForm]], asked: QueryForm, form: LinkForm, me: int | None, made: str = ""
) -> LinksPage:
    """`links` stand beside what they show, `asked` is what a new one would."""
    title, errors = gettext("Links to figures"), (*asked.errors, *form.errors)
    return LinksPage(
        title=page_title(title, errors),
        form=form,
        errors=errors,
        made=made,
        shows=shows_label(asked),
        kept=tuple(asked.query.arguments().items()),
        rows=tuple(_row(link, shown, me) for link, shown in links),
        files=DownloadLinks({}, "links.table"),
    )


def shows_label(form: QueryForm) -> str:
    """Days and filters in words."""
    return " · ".join([days_label(form.query), *narrowed_labels(form)])


def _row(link: FiguresLink, shown: QueryForm, me: int | None) -> LinkRow:
    return LinkRow(
        name=link.name,
        shows=gettext("Nothing: its filters no longer exist.") if shown.errors else shows_label(shown),
        maker=gettext("You") if link.subject_id == me else gettext("Another product manager"),
        made_at=link.made_at,
        expires_at=link.expires_at,
        opened=ngettext("%(num)s time", "%(num)s times", link.opened),
        opened_at=link.opened_at,
        state=_state_label(link),
        revoke_url=url_for("links.revoke", number=link.id) if link.is_good else "",
    )


def _state_label(link: FiguresLink) -> str:
    if link.revoked_at:
        return gettext("Revoked")
    return gettext("Good") if link.is_good else gettext("Expired")


def links_sheet(links: Sequence[FiguresLink]) -> Sheet:
    """The newest first; no link can be opened by what stands here."""
    columns = (
        SheetColumn("name", gettext("for whom, or what for")),
        SheetColumn("query", gettext("the days and filters, as a query string")),
        SheetColumn("made_at", gettext("when it was made, UTC")),
        SheetColumn("expires_at", gettext("when it expires, UTC")),
        SheetColumn("revoked_at", gettext("when it was revoked, UTC")),
        SheetColumn("opened", gettext("how many times it was opened")),
        SheetColumn("opened_at", gettext("when it was opened last, UTC")),
    )
    rows = tuple(
        {
            "name": link.name,
            "query": "&".join(f"{name}={value}" for name, value in link.arguments.items()),
            "made_at": link.made_at.isoformat(),
            "expires_at": link.expires_at.isoformat(),
            "revoked_at": link.revoked_at.isoformat() if link.revoked_at else None,
            "opened": link.opened,
            "opened_at": link.opened_at.isoformat() if link.opened_at else None,
        }
        for link in links
    )
    return Sheet("links", columns, rows)


# What a link shows


@dataclass(frozen=True)
class SharedFigures:
    """The overview of the link's days and filters, to be shown without a way on."""

    name: str
    shows: str
    expires_at: datetime
    overview: OverviewPage
