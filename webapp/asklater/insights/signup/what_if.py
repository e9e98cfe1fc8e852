"""What if this manifest went live: reads the manifest that somebody typed or chose, says what is wrong with it, or
what it would do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from asklater.checks.manifest import Finding, ManifestError, parse
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.insights.labels import KeyLabels, key_labels, ngettext, page_title, percent, whole_number
from asklater.insights.signup.presenters import WhatIfPage, WhatIfResult
from asklater.kinds.base import Input, InputError
from asklater.kinds.typed_text import echo
from asklater.manifest.declarations import Manifest
from asklater.manifest.diff import ManifestDiff, compare
from asklater.records.impact import Impact, ImpactQueries, Stopped
from asklater.suppression import SMALLEST_CELL

# The typed manifest

MOST_BYTES = 200 * 1024
MOST_NEEDS = 40
"""So many new requirements are counted at once: each is a question to the database."""
MOST_DOTS = 100
"""In a line: of a dotted key, Python's reader keeps each of its beginnings."""

ManifestCheck = Callable[[Manifest], Sequence[Finding]]


class UnusableManifest(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The text cannot be compared. `reason` is one sentence, `findings` say more where there is more."""

    def __init__(self, reason: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.findings = tuple(findings)


@dataclass(frozen=True)
class ManifestProposal:
    """A manifest that could go live, what it changes, and what it should better say."""

    manifest: Manifest
    comparison: ManifestDiff
    warnings: tuple[Finding, ...]


def live_manifest_text(path: Path) -> str:
    """The text of the file that is live; "" where it cannot be read any more."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def decode_manifest(content: bytes) -> str:
    """The text of a file. Raises Unusable."""
    if len(content) > MOST_BYTES:
        raise UnusableManifest(_too_long())
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableManifest(gettext("This file is not UTF-8 text. Choose the manifest, a TOML file.")) from error


def read_proposal(text: str, live: Manifest, check: ManifestCheck) -> ManifestProposal:
    """What `text` would change when it took the place of `live`. Raises Unusable."""
    if not text.strip():
        raise UnusableManifest(gettext("Paste a manifest, or choose its file."))
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise UnusableManifest(_too_long())
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise UnusableManifest(
                gettext("Line %(number)s has more than %(most)s dots.", number=number, most=MOST_DOTS)
            )
    try:
        manifest = parse(text, "manifest")
        findings = check(manifest)
        if any(not finding.warning for finding in findings):
            raise ManifestError(findings)
    except ManifestError as error:
        raise UnusableManifest(gettext("This manifest cannot be used. Fix these:"), error.findings) from error
    comparison = compare(live, manifest)
    if len(comparison.needs) > MOST_NEEDS:
        raise UnusableManifest(
            gettext("More than %(most)s requirements are new. Compare them in steps.", most=MOST_NEEDS)
        )
    return ManifestProposal(manifest, comparison, tuple(findings))


def what_would_change(engine: Engine, text: str) -> tuple[Manifest, WhatIfResult]:
    """The manifest of this text, and what it would do in the place of the live one. Raises UnusableManifest."""
    proposal = read_proposal(text, engine.manifest, engine.findings)
    impact = ImpactQueries(engine.database, engine.registry.uncounted).impact(proposal.comparison)
    return proposal.manifest, _result(proposal, impact, engine.manifest)


def _too_long() -> str:
    return gettext("A manifest of more than %(most)s KB is not read.", most=MOST_BYTES // 1024)


# The page

MOST_LINES, LONGEST_LINE = 30, 300
"""So many findings are listed, and so much of each: whoever mends them sees the next."""


def blank_page(text: str) -> WhatIfPage:
    return _page(text)


def refused_page(text: str, refused: UnusableManifest, *, by_file: bool) -> WhatIfPage:
    """What is wrong stands at the control that it was in; the text of a file goes to the other one, to be mended."""
    at_file = by_file and not refused.findings
    return _page(
        text,
        at_text=() if at_file else (refused.reason, *_listed([str(finding) for finding in refused.findings])),
        at_file=(refused.reason,) if at_file else (),
    )


def result_page(text: str, result: WhatIfResult) -> WhatIfPage:
    return _page(text, result=result)


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
    shown = page_title(title, errors)
    return WhatIfPage(shown, area, file, errors, result)


def _listed(lines: list[str]) -> tuple[str, ...]:
    shown = [_short(line) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(ngettext("and %(num)s more", "and %(num)s more", len(lines) - MOST_LINES))
    return tuple(shown)


def _short(text: str) -> str:
    shown = echo(text, most=LONGEST_LINE)
    return shown if len(text) <= LONGEST_LINE else f"{shown}…"


def _result(proposal: ManifestProposal, impact: Impact, live: Manifest) -> WhatIfResult:
    new, old = key_labels(proposal.manifest), key_labels(live)
    return WhatIfResult(
        summary=_summary(proposal.comparison, impact),
        stopped=tuple(_stopped(row, impact.accounts, new, proposal.manifest) for row in impact.stopped),
        unneeded=tuple(_unneeded(field, count, proposal.comparison, impact, old) for field, count in impact.holders),
        notes=_listed([*_notes(proposal, live), *(str(warning) for warning in proposal.warnings)]),
    )


def _summary(comparison: ManifestDiff, impact: Impact) -> str:
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


def _stopped(row: Stopped, accounts: int, names: KeyLabels, manifest: Manifest) -> tuple[str, ...]:
    """Action, what is lacking, accounts newly stopped, of how many, and both shares."""
    lacking = names.field(row.field) if row.field else gettext("any of these")
    if row.when:
        lacking = gettext("%(field)s, at most (needed when %(condition)s)", field=lacking, condition=row.when)
    stopped, share = _part(row.accounts, row.clear_now)
    of_all = _part(row.accounts, accounts)[1] if share != "–" else "–"
    label = gettext(manifest.actions[row.action].label)
    return (label, lacking, stopped, _count(row.clear_now), share, of_all)


def _unneeded(field: str, count: int, comparison: ManifestDiff, impact: Impact, names: KeyLabels) -> tuple[str, ...]:
    """Field, what became of it, accounts that hold it, and their share."""
    dropped = field in comparison.dropped
    state = gettext("no longer declared") if dropped else gettext("no action needs it any more")
    return (names.field(field), state, *_part(count, impact.accounts))


def _notes(proposal: ManifestProposal, live: Manifest) -> list[str]:
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
        *(
            gettext(
                "“%(field)s” would be asked for at “%(action)s” too. It is optional, so it stops nobody.",
                field=new.fields[field].label,
                action=new.actions[key].label,
            )
            for key, field in comparison.offered
        ),
        *(gettext("“%(action)s” is a new action.", action=new.actions[key].label) for key in comparison.new_actions),
        *(gettext("The action “%(action)s” is gone.", action=label) for label in gone),
        *(
            gettext(
                "“%(field)s” changes its kind; existing answers may not fit the new one.",
                field=new.fields[key].label,
            )
            for key in comparison.rekinded
        ),
        *(
            gettext(
                "Each consent to “%(field)s” would end, because its terms change, and be asked for again.",
                field=new.fields[consent.field].label,
            )
            for consent in comparison.ended_consents
        ),
    ]


def _part(part: int, all_of_them: int) -> tuple[str, str]:
    """A count and its share, both left out where so few are in it, or left out of it, that one might know them."""
    if part == 0:
        return whole_number(0), percent(0)
    if part < SMALLEST_CELL:
        return f"<{SMALLEST_CELL}", "–"
    if 0 < all_of_them - part < SMALLEST_CELL:
        return gettext("all but a few"), "–"
    return whole_number(part), percent(part / all_of_them)


def _count(number: int) -> str:
    return f"<{SMALLEST_CELL}" if 0 < number < SMALLEST_CELL else whole_number(number)
