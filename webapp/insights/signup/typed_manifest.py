"""A manifest that somebody typed or chose: its text, and what is wrong with it, at once and with an end to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from webapp.profiling.checking import Finding, ManifestError, parse
from webapp.profiling.comparing import Comparison, compare
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext

MOST_BYTES = 200 * 1024
MOST_NEEDS = 40
"""So many new requirements are counted at once: each is a question to the database."""
MOST_DOTS = 100
"""In a line: of a dotted key, Python's reader keeps each of its beginnings."""

Check = Callable[[Manifest], Sequence[Finding]]


class Unusable(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The text cannot be compared. `reason` is one sentence, `findings` say more where there is more."""

    def __init__(self, reason: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.findings = tuple(findings)


@dataclass(frozen=True)
class Proposal:
    """A manifest that could go live, what it changes, and what it should better say."""

    manifest: Manifest
    comparison: Comparison
    warnings: tuple[Finding, ...]


def live_text(path: Path) -> str:
    """The text of the file that is live; "" where it cannot be read any more."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def text_of(content: bytes) -> str:
    """The text of a file. Raises Unusable."""
    if len(content) > MOST_BYTES:
        raise Unusable(_too_long())
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable(gettext("This file is no text in UTF-8. Choose the manifest, a file in TOML.")) from error


def propose(text: str, live: Manifest, check: Check) -> Proposal:
    """What `text` would change when it took the place of `live`. Raises Unusable."""
    if not text.strip():
        raise Unusable(gettext("Paste a manifest, or choose its file."))
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise Unusable(_too_long())
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise Unusable(gettext("Line %(number)s has more than %(most)s dots.", number=number, most=MOST_DOTS))
    try:
        manifest = parse(text, "manifest")
        findings = check(manifest)
        if any(not finding.warning for finding in findings):
            raise ManifestError(findings)
    except ManifestError as error:
        raise Unusable(gettext("This manifest cannot be used. What is to be mended:"), error.findings) from error
    comparison = compare(live, manifest)
    if len(comparison.needs) > MOST_NEEDS:
        raise Unusable(gettext("More than %(most)s requirements are new. Compare them in steps.", most=MOST_NEEDS))
    return Proposal(manifest, comparison, tuple(findings))


def _too_long() -> str:
    return gettext("A manifest of more than %(most)s KB is not read.", most=MOST_BYTES // 1024)
