"""The table of truth and measure, as plain text."""

from collections.abc import Iterator, Sequence

from webapp.insights.rollup.keys import NO_EXPERIMENT
from webapp.shop.demo.simulator.measuring import Compared
from webapp.shop.demo.simulator.truth import Claim, What

HEAD = ("what", "truth", "measured", "95 % interval", "of", "holds it")
WORDS: dict[What, str] = {"given": "given", "refused": "refused at first"}


def told(compared: Sequence[Compared]) -> Iterator[str]:
    """Line by line: the table, and a sentence on how many intervals hold the truth."""
    rows = [HEAD, *(_row(one) for one in compared)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    for row in rows:
        numbers = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        yield "  ".join((row[0].ljust(widths[0]), *numbers)).rstrip()
    measured = [one for one in compared if one.measured is not None]
    yield f"{sum(one.covers for one in measured)} of {len(measured)} intervals hold the truth; some 95 % should."


def _row(one: Compared) -> tuple[str, ...]:
    name, truth, share = _name(one.claim), f"{one.claim.truth:.1%}", one.measured
    if share is None:
        return name, truth, "-", "-", "-", "too few"
    interval = f"{share.low:.1%} to {share.high:.1%}"
    return name, truth, f"{share.rate:.1%}", interval, f"{share.whole:,}", "yes" if one.covers else "NO"


def _name(claim: Claim) -> str:
    if claim.what in {"device", "visitor"}:
        return f"{claim.what}: {claim.key}"
    variant = "" if claim.variant == NO_EXPERIMENT else f" [{claim.variant}]"
    return f"{claim.context} / {claim.field}{variant}: {WORDS[claim.what]}"
