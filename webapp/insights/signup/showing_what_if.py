"""Putting the what-if page together: the manifest as it was typed, what is wrong with it, or what it would do."""

from webapp.insights.figures import SMALLEST
from webapp.insights.names import Names, names_of
from webapp.insights.signup.pages import WhatIfPage, WhatIfResult
from webapp.insights.signup.typed_manifest import Proposal, Unusable
from webapp.insights.wording import ngettext, percent, whole
from webapp.profiling.comparing import Comparison
from webapp.profiling.inputs import Input, InputError
from webapp.profiling.kinds.typed import echo
from webapp.profiling.manifest import Manifest
from webapp.profiling.stopping import Impact, Stopped
from webapp.profiling.words import gettext

MOST_LINES, LONGEST_LINE = 30, 300
"""So many findings are listed, and so much of each: whoever mends them sees the next."""


def blank_page(text: str) -> WhatIfPage:
    return _page(text)


def refused_page(text: str, refused: Unusable, *, by_file: bool) -> WhatIfPage:
    """What is wrong stands at the control that it was in; the text of a file goes to the other one, to be mended."""
    at_file = by_file and not refused.findings
    return _page(
        text,
        at_text=() if at_file else (refused.reason, *_listed([str(finding) for finding in refused.findings])),
        at_file=(refused.reason,) if at_file else (),
    )


def result_page(text: str, proposal: Proposal, impact: Impact, live: Manifest) -> WhatIfPage:
    return _page(text, result=_result(proposal, impact, live))


def _page(
    text: str,
    *,
    at_text: tuple[str, ...] = (),
    at_file: tuple[str, ...] = (),
    result: WhatIfResult | None = None,
) -> WhatIfPage:
    title = gettext("What if")
    area = Input(
        name="text",
        id="what-if-text",
        label=gettext("The manifest that would go live, as TOML"),
        type="textarea",
        values=(echo(text, multiline=True, most=len(text)),),
        errors=at_text,
    )
    file = Input(
        name="file",
        id="what-if-file",
        label=gettext("Or its file"),
        type="file",
        hint=gettext("At most 200 KB. A file that is chosen counts before the text above."),
        accept=".toml,text/plain",
        optional=True,
        errors=at_file,
    )
    errors = tuple(InputError(control.id, error) for control in (area, file) for error in control.errors[:1])
    shown = gettext("Error: %(title)s", title=title) if errors else title
    return WhatIfPage(shown, area, file, errors, result)


def _listed(lines: list[str]) -> tuple[str, ...]:
    shown = [_short(line) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(ngettext("and %(num)s more", "and %(num)s more", len(lines) - MOST_LINES))
    return tuple(shown)


def _short(text: str) -> str:
    shown = echo(text, most=LONGEST_LINE)
    return shown if len(text) <= LONGEST_LINE else f"{shown}…"


def _result(proposal: Proposal, impact: Impact, live: Manifest) -> WhatIfResult:
    new, old = names_of(proposal.manifest), names_of(live)
    return WhatIfResult(
        says=_says(proposal.comparison, impact),
        stopped=tuple(_stopped(row, impact.accounts, new, proposal.manifest) for row in impact.stopped),
        unneeded=tuple(_unneeded(field, count, proposal.comparison, impact, old) for field, count in impact.holders),
        notes=_listed([*_notes(proposal, live), *(str(warning) for warning in proposal.warnings)]),
    )


def _says(comparison: Comparison, impact: Impact) -> str:
    if comparison.is_empty:
        return gettext("Nothing would change for anybody.")
    accounts = _counted_over(impact)
    stopping = len({row.action for row in impact.stopped if row.accounts})
    if not stopping:
        return gettext("No action would stop anybody whom it lets through now. %(counted)s", counted=accounts)
    return ngettext(
        "%(num)s action would stop somebody whom it lets through now. %(counted)s",
        "%(num)s actions would stop somebody whom they let through now. %(counted)s",
        stopping,
        counted=accounts,
    )


def _counted_over(impact: Impact) -> str:
    accounts, simulated = _count(impact.accounts), _count(impact.simulated)
    if not impact.simulated:
        return gettext("Counted over %(accounts)s accounts.", accounts=accounts)
    return gettext(
        "Counted over %(accounts)s accounts, of which %(simulated)s are simulated.",
        accounts=accounts,
        simulated=simulated,
    )


def _stopped(row: Stopped, accounts: int, names: Names, manifest: Manifest) -> tuple[str, ...]:
    """Action, what is lacking, accounts newly stopped, of how many, and both shares."""
    lacking = names.field(row.field) if row.field else gettext("any of these")
    if row.when:
        lacking = gettext("%(field)s, at most (needed when %(condition)s)", field=lacking, condition=row.when)
    stopped, share = _part(row.accounts, row.clear_now)
    of_all = _part(row.accounts, accounts)[1] if share != "–" else "–"
    label = gettext(manifest.actions[row.action].label)
    return (label, lacking, stopped, _count(row.clear_now), share, of_all)


def _unneeded(field: str, count: int, comparison: Comparison, impact: Impact, names: Names) -> tuple[str, ...]:
    """Field, what became of it, accounts that hold it, and their share."""
    dropped = field in comparison.dropped
    state = gettext("no longer declared") if dropped else gettext("no action needs it any more")
    return (names.field(field), state, *_part(count, impact.accounts))


def _notes(proposal: Proposal, live: Manifest) -> list[str]:
    comparison, new = proposal.comparison, proposal.manifest
    gone = [live.actions[key].label for key in comparison.gone_actions]
    return [
        *(
            gettext(
                "“%(field)s” would be asked at sign-up. That stops nobody who has an account; the calculator tells "
                "what it costs.",
                field=new.fields[key].label,
            )
            for key in comparison.at_signup
        ),
        *(gettext("“%(action)s” is a new action.", action=new.actions[key].label) for key in comparison.new_actions),
        *(gettext("The action “%(action)s” is gone.", action=label) for label in gone),
        *(
            gettext(
                "“%(field)s” is of another kind; answers that are held may not read as the new one.",
                field=new.fields[key].label,
            )
            for key in comparison.rekinded
        ),
    ]


def _part(part: int, all_of_them: int) -> tuple[str, str]:
    """A count and its share, both left out where so few are in it, or left out of it, that one might know them."""
    if part == 0:
        return whole(0), percent(0)
    if part < SMALLEST:
        return f"<{SMALLEST}", "–"
    if 0 < all_of_them - part < SMALLEST:
        return gettext("all but a few"), "–"
    return whole(part), percent(part / all_of_them)


def _count(number: int) -> str:
    return f"<{SMALLEST}" if 0 < number < SMALLEST else whole(number)
