"""The panels of the security page: a recovery that stands, the ways that are open, what one more field would add."""

from itertools import groupby

from flask import flash, url_for

from webapp.accounts.models import Account
from webapp.accounts.recovery.evidence import current_evidence
from webapp.accounts.recovery.new_address import new_address_of
from webapp.accounts.recovery.pages import GainLine, LossLine, WarningPanel, WaysPanel
from webapp.accounts.recovery.second_address import second_address_of
from webapp.accounts.recovery.standing import recovery_of
from webapp.accounts.recovery.ways import Gain, Lost, open_ways, what_one_more_adds
from webapp.accounts.recovery.wording import after, line_of, name_of
from webapp.accounts.signing_in import current_factors
from webapp.accounts.visits import current_visits
from webapp.db import current_session
from webapp.profiling.words import gettext


def warning_panel(subject_id: int) -> WarningPanel | None:
    """The recovery that stands, None where there is none."""
    recovery = recovery_of(subject_id)
    if recovery is None:
        return None
    cancel_url = url_for("accounts.cancel_own_recovery")
    return WarningPanel(recovery.asked_at, recovery.opens_at, new_address_of(recovery), cancel_url)


def ways_panel(subject_id: int) -> WaysPanel | None:
    """The ways of an account whose address is proved."""
    account = current_session().get(Account, subject_id)
    if account is None or account.verified_at is None:
        return None
    staff = account.role != ""
    holdings, losses = current_evidence().holdings(subject_id), _losses(subject_id)
    return WaysPanel(
        losses=tuple(
            LossLine(name_of(lost), tuple(map(line_of, open_ways(lost, holdings, staff=staff)))) for lost in losses
        ),
        gains=_gains([gain for gain in what_one_more_adds(holdings, staff=staff) if gain.way.lost in losses]),
        second_address=second_address_of(subject_id),
    )


def warn(subject_id: int) -> None:
    """Whoever signs in while a recovery stands is told at once."""
    if recovery_of(subject_id) is not None:
        flash(
            gettext(
                "Somebody asked to get into this account without its address or factor. "
                "If that was not you, cancel it on “Sign-in and security”."
            ),
            "error",
        )


def warning_link() -> list[tuple[str, str]]:
    """The account page's link to a recovery that stands."""
    subject = current_visits().subject()
    if subject is None or recovery_of(subject.id) is None:
        return []
    return [(gettext("A recovery was asked for: look at it"), url_for("accounts.security"))]


def _losses(subject_id: int) -> tuple[Lost, ...]:
    """What the account can lose: a factor only where it has one."""
    return tuple(Lost) if current_factors().held_by(subject_id) else (Lost.MAIL,)


def _gains(gains: list[Gain]) -> tuple[GainLine, ...]:
    """Grouped by the evidence, of which only what can be added here counts."""
    known = {evidence.key: evidence for evidence in current_evidence().all if evidence.add_endpoint}
    here = [gain for gain in gains if gain.evidence in known]
    return tuple(
        GainLine(known[key].label(), tuple(map(_sentence, group)), url_for(known[key].add_endpoint))
        for key, group in groupby(here, key=lambda gain: gain.evidence)
    )


def _sentence(gain: Gain) -> str:
    then, now = after(gain.way.delay), after(gain.before)
    return gettext("%(loss)s: %(then)s instead of %(now)s.", loss=name_of(gain.way.lost), then=then, now=now)
