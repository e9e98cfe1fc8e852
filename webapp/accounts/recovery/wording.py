"""The words for losses, ways and delays."""

from collections.abc import Iterable
from datetime import timedelta

from flask_babel import ngettext

from webapp.accounts.recovery.evidence import current_evidence
from webapp.accounts.recovery.ways import AT_ONCE, DAY, Lost, Way
from webapp.profiling.words import gettext


def name_of(lost: Lost) -> str:
    """A loss, as a heading."""
    names = {
        Lost.MAIL: gettext("If you cannot read your mail any more"),
        Lost.FACTOR: gettext("If your second factor is gone"),
        Lost.BOTH: gettext("If both are gone"),
    }
    return names[lost]


def after(delay: timedelta | None) -> str:
    """How soon a way opens; None is never."""
    if delay is None:
        return gettext("never")
    if delay == AT_ONCE:
        return gettext("at once")
    return str(ngettext("after %(num)s day", "after %(num)s days", delay // DAY))


def what_of(way: Way) -> str:
    """What one shows for it."""
    if not way.needs:
        return gettext("A code to your address alone")
    return labels_of(way.needs)


def labels_of(keys: Iterable[str]) -> str:
    """Pieces of evidence as their parts of the room call them, in the order in which they are asked."""
    wanted = frozenset(keys)
    return " + ".join(evidence.label() for evidence in current_evidence().all if evidence.key in wanted)


def line_of(way: Way) -> str:
    """A way in one line."""
    return gettext("%(what)s: %(when)s", what=what_of(way), when=after(way.delay))
