"""What a manifest has to say so that the notice has every element of Art. 13 and 14 GDPR that the record of
processing does not demand already.
"""

from collections.abc import Collection, Iterator

from asklater.checks.manifest import Finding
from asklater.manifest.declarations import OWNER, PUBLIC, Manifest


def check_notice(manifest: Manifest, registered_readers: Collection[str]) -> list[Finding]:
    """Returns a finding for each element that is not said, and for each reader of whom nothing says who that is."""
    return [*_unsaid(manifest), *_reader_findings(manifest, registered_readers)]


def _unsaid(manifest: Manifest) -> Iterator[Finding]:
    if not manifest.controller.address.strip():
        yield Finding("controller.address", "give the postal address where people reach you (Art. 13(1)(a))")
    if not manifest.notice.automated_decisions.strip():
        yield Finding(
            "notice.automated_decisions",
            'say "none", or what a program decides about people by itself, by which logic and with which '
            "consequences (Art. 13(2)(f), 22)",
        )


def _reader_findings(manifest: Manifest, registered: Collection[str]) -> Iterator[Finding]:
    known = {OWNER, *PUBLIC, *registered, *manifest.readers}
    named: set[str] = set()
    for declared in manifest.fields.values():
        named |= {*declared.readers}
        for reader in declared.readers:
            if reader not in known:
                yield Finding(
                    f"fields.{declared.key}.readers",
                    f"nothing says who {reader!r} is: give [readers] a line for it; there are "
                    f"{', '.join(sorted(known))}",
                )
    for reader in manifest.readers:
        if reader not in named:
            yield Finding(f"readers.{reader}", "no field names it among its readers")
