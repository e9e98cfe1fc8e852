"""Renewal of the marks by which accounts are found: after a change of what counts as one address.

Accounts whose address turns out to be another one's are reported, and never merged: who owns which, nobody but their
persons can tell.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from asklater.accounts.address_ownership import address_field
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.tables import Account
from asklater.database.access import current_database, current_session
from asklater.email_addresses import same_address
from asklater.engine import Engine
from asklater.keys.service import MissingMasterKey, Sealed
from asklater.messages.sealing import address_mark

PORTION = 200
"""So many accounts are opened in one transaction."""


@dataclass
class MarkReport:
    """What was found, by the numbers of accounts; no address stands in it."""

    checked: int = 0
    renewed: list[int] = field(default_factory=list)
    """Those that have a new mark, or would have one."""
    colliding: list[tuple[int, ...]] = field(default_factory=list)
    """Proved accounts whose addresses are one and the same by now: their marks stay as they were."""
    differing: list[int] = field(default_factory=list)
    """Those whose answer is another address than the one that they are found by, and proved."""
    unreadable: list[int] = field(default_factory=list)


def renew_marks(engine: Engine, *, only_check: bool = False) -> MarkReport:
    """Give every account the mark of its address, where that makes nobody's account another's. Opens transactions."""
    report = MarkReport()
    outdated: dict[bytes, list[int]] = {}
    for found in _portions(engine, report):
        for mark, number in found:
            outdated.setdefault(mark, []).append(number)
    for mark, numbers in outdated.items():
        with current_database().unit_of_work():
            _renew(mark, numbers, report, only_check=only_check)
    return report


def _portions(engine: Engine, report: MarkReport) -> Iterator[list[tuple[bytes, int]]]:
    """(the right mark, the account) of those that have another one, a portion at a time."""
    after = 0
    while True:
        with current_database().unit_of_work():
            following = select(Account).where(Account.subject_id > after).order_by(Account.subject_id).limit(PORTION)
            accounts = current_session().scalars(following).all()
            if not accounts:
                return
            after = accounts[-1].subject_id
            marks = [(_new_mark(engine, account, report), account.subject_id) for account in accounts]
            current_session().expunge_all()
        yield [(mark, number) for mark, number in marks if mark]


def _new_mark(engine: Engine, account: Account, report: MarkReport) -> bytes:
    """The mark that the account ought to have; empty where it has that, or nobody can tell."""
    report.checked += 1
    key = address_field(engine).key
    try:
        address = address_of(account)
        held = engine.answers.read(account.subject_id, [key]).get(key)
    except MissingMasterKey:
        raise
    except Sealed:
        report.unreadable.append(account.subject_id)
        return b""
    if held is not None and not same_address(held, address):
        report.differing.append(account.subject_id)
        return b""
    mark = address_mark(address)
    return mark if mark != account.email_mark else b""


def _has_mark(account: Account, mark: bytes) -> bool:
    """Whether it still ought to have it: it may have changed its address since it was looked at."""
    try:
        return address_mark(address_of(account)) == mark
    except Sealed:
        return False


def _renew(mark: bytes, numbers: list[int], report: MarkReport, *, only_check: bool) -> None:
    session = current_session()
    holders = session.scalars(
        select(Account.subject_id).where(Account.email_mark == mark, Account.verified_at.is_not(None))
    ).all()
    found = [session.get(Account, number, with_for_update=True) for number in numbers]
    accounts = [account for account in found if account is not None and _has_mark(account, mark)]
    proved = [account.subject_id for account in accounts if account.verified_at is not None]
    collides = len(proved) + len(holders) > 1 and bool(proved)
    if collides:
        report.colliding.append(tuple(sorted([*holders, *proved])))
    for account in accounts:
        if collides and account.verified_at is not None:
            continue
        report.renewed.append(account.subject_id)
        if not only_check:
            account.email_mark = mark
    session.flush()
