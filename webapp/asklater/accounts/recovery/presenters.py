"""The panels of the security page: a pending recovery, the methods that are open, what more evidence would add."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import flash

from asklater.accounts.login import current_second_factors
from asklater.accounts.recovery.evidence import Evidence, current_evidence
from asklater.accounts.recovery.labels import delay_label, loss_heading, method_line
from asklater.accounts.recovery.methods import EvidenceGain, Loss, available_methods, gains_by_more_evidence
from asklater.accounts.recovery.requests import new_address_of, pending_recovery_of
from asklater.accounts.recovery.second_address import second_address_of
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import Account
from asklater.asking.gate import can_be_attempted
from asklater.database.access import current_session
from asklater.endpoints import url_for
from asklater.i18n import gettext
from asklater.layout import Link


@dataclass(frozen=True)
class PendingRecoveryPanel:
    """A pending recovery, for the owner who did not ask for it. `new_email` is "" where the address stays."""

    asked_at: datetime
    opens_at: datetime
    new_email: str
    cancel_url: str


@dataclass(frozen=True)
class LossLine:
    """What opens the account after one loss: a line for each method, none where nothing would."""

    name: str
    methods: tuple[str, ...]


@dataclass(frozen=True)
class GainLine:
    """What one more piece of evidence would do, a sentence for each loss that it helps with, and where to add it."""

    label: str
    sentences: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class RecoveryMethodsPanel:
    """Which methods are open, and what one more field would add. `second_address` is "" where there is none."""

    losses: tuple[LossLine, ...]
    gains: tuple[GainLine, ...]
    second_address: str


def pending_recovery_panel(subject_id: int) -> PendingRecoveryPanel | None:
    """The pending recovery, None where there is none."""
    recovery = pending_recovery_of(subject_id)
    if recovery is None:
        return None
    cancel_url = url_for("accounts.cancel_own_recovery")
    return PendingRecoveryPanel(recovery.asked_at, recovery.opens_at, new_address_of(recovery), cancel_url)


def recovery_methods_panel(subject_id: int) -> RecoveryMethodsPanel | None:
    """The panel of an account whose address is proved; None for any other."""
    account = current_session().get(Account, subject_id)
    if account is None or account.verified_at is None:
        return None
    staff = account.role != ""
    held_keys, losses = current_evidence().held_by(subject_id), _losses(subject_id)
    return RecoveryMethodsPanel(
        losses=tuple(
            LossLine(loss_heading(lost), tuple(map(method_line, available_methods(lost, held_keys, staff=staff))))
            for lost in losses
        ),
        gains=_gains([gain for gain in gains_by_more_evidence(held_keys, staff=staff) if gain.method.loss in losses]),
        second_address=second_address_of(subject_id),
    )


def flash_pending_recovery(subject_id: int) -> None:
    """Tell whoever signs in, at once, while a recovery of the account is pending."""
    if pending_recovery_of(subject_id) is not None:
        flash(
            gettext(
                "Somebody asked to get into this account without its address or factor. "
                "If that was not you, cancel it on “Sign-in and security”."
            ),
            "error",
        )


def pending_recovery_link() -> list[Link]:
    """The account page's link to a pending recovery."""
    subject = current_sessions().subject()
    if subject is None or pending_recovery_of(subject.id) is None:
        return []
    return [Link(gettext("A recovery was asked for: look at it"), url_for("accounts.security"))]


def _losses(subject_id: int) -> tuple[Loss, ...]:
    """What the account can lose: a factor only where it has one."""
    return tuple(Loss) if current_second_factors().held_by(subject_id) else (Loss.MAIL,)


def _gains(gains: list[EvidenceGain]) -> tuple[GainLine, ...]:
    """Grouped by the evidence, of which only what can be added here counts."""
    known = {evidence.key: evidence for evidence in current_evidence().all if _can_be_added(evidence)}
    addable = [gain for gain in gains if gain.evidence in known]
    return tuple(
        GainLine(known[key].label(), tuple(map(_sentence, group)), url_for(known[key].add_endpoint))
        for key, group in groupby(addable, key=lambda gain: gain.evidence)
    )


def _can_be_added(evidence: Evidence) -> bool:
    return bool(evidence.add_endpoint) and can_be_attempted(evidence.add_endpoint)


def _sentence(gain: EvidenceGain) -> str:
    then, now = delay_label(gain.method.delay), delay_label(gain.delay_without)
    return gettext("%(loss)s: %(then)s instead of %(now)s.", loss=loss_heading(gain.method.loss), then=then, now=now)
