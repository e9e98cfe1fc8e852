"""The labels of losses, recovery methods and delays."""

from collections.abc import Iterable
from datetime import timedelta

from flask_babel import ngettext

from asklater.accounts.recovery.evidence import current_evidence
from asklater.accounts.recovery.methods import DAY, NO_DELAY, Loss, RecoveryMethod
from asklater.i18n import gettext


def loss_heading(lost: Loss) -> str:
    """A loss, as a heading."""
    names = {
        Loss.MAIL: gettext("If you cannot open your email any more"),
        Loss.FACTOR: gettext("If your second factor is gone"),
        Loss.BOTH: gettext("If both are gone"),
    }
    return names[lost]


def delay_label(delay: timedelta | None) -> str:
    """How soon a method opens the account; None is never."""
    if delay is None:
        return gettext("never")
    if delay == NO_DELAY:
        return gettext("at once")
    return str(ngettext("after %(num)s day", "after %(num)s days", delay // DAY))


def method_label(method: RecoveryMethod) -> str:
    """The evidence that a method takes."""
    if not method.evidence:
        return gettext("A code to your address alone")
    return evidence_labels(method.evidence)


def evidence_labels(keys: Iterable[str]) -> str:
    """Pieces of evidence as the features that keep them call them, in the order in which they are asked."""
    wanted = frozenset(keys)
    return " + ".join(evidence.label() for evidence in current_evidence().all if evidence.key in wanted)


def method_line(method: RecoveryMethod) -> str:
    """A method in one line."""
    return gettext("%(what)s: %(when)s", what=method_label(method), when=delay_label(method.delay))
