"""How many accounts a change of the manifest would stop, how many hold what it no longer needs, and both in
sentences.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from asklater import clock
from asklater.database.access import Database
from asklater.manifest.declarations import Stage
from asklater.manifest.diff import EndedConsent, ManifestDiff, NewNeed
from asklater.tables import answer, subject


@dataclass(frozen=True)
class Stopped:
    """Accounts that an action would newly stop: for lack of this field, of so many that it lets through now.

    With `field` "", for lack of any of its new fields.
    """

    action: str
    field: str
    when: str | None
    accounts: int
    clear_now: int
    applies: tuple[Stage, ...] = ()
    """The stages by which it comes, of one field."""


@dataclass(frozen=True)
class Impact:
    """What a change means for those who have an account now. `holders` are (field, accounts that hold it).

    `asked_anew` are (consent whose terms differ, accounts that answered it).

    `simulated` are those of the `accounts` that nobody has: made-up ones, counted like the others.
    """

    accounts: int
    simulated: int
    stopped: tuple[Stopped, ...]
    holders: tuple[tuple[str, int], ...]
    asked_anew: tuple[tuple[str, int], ...] = ()


class ImpactQueries:
    """Counts over the accounts of one database; `uncounted` are staff and their like."""

    def __init__(self, database: Database, uncounted: list[Select[int]]) -> None:
        self._database = database
        self._accounts = and_(
            subject.c.signed_up_at.is_not(None),
            subject.c.objected_at.is_(None),
            *(subject.c.id.not_in(subjects) for subjects in uncounted),
        )

    def impact(self, comparison: ManifestDiff) -> Impact:
        """One statement for each figure: a what-if is asked now and then, on no path of a request."""
        gone = (*comparison.unneeded, *comparison.dropped)
        ended = tuple(consent.field for consent in comparison.ended_consents)
        return Impact(
            accounts=self._count(),
            simulated=self._count(subject.c.simulated.is_(True)),
            stopped=tuple(row for action in self._actions(comparison) for row in self._stopped(comparison, action)),
            holders=tuple((field, self._count(_holds(field))) for field in gone),
            asked_anew=tuple((field, self._count(_holds(field))) for field in ended),
        )

    def _actions(self, comparison: ManifestDiff) -> list[str]:
        return list(dict.fromkeys(need.action for need in comparison.needs))

    def _stopped(self, comparison: ManifestDiff, action: str) -> list[Stopped]:
        needs = [need for need in comparison.needs if need.action == action]
        clear = and_(*(_holds(field) for field in needs[0].before)) if needs[0].before else None
        now = self._count(*_given(clear))
        rows = [self._lacking(need.field, need.when, [need], clear, now) for need in needs]
        return [*rows, self._lacking("", None, needs, clear, now)] if len(needs) > 1 else rows

    def _lacking(
        self, field: str, when: str | None, needs: list[NewNeed], clear: ColumnElement[bool] | None, now: int
    ) -> Stopped:
        lacks = or_(*(~_holds(need.field) for need in needs))
        applies = needs[0].applies if field else ()
        return Stopped(needs[0].action, field, when, self._count(lacks, *_given(clear)), now, applies)

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        wanted = select(func.count()).select_from(subject).where(self._accounts, *conditions)
        return int(self._database.reading().execute(wanted).scalar_one())


def _given(condition: ColumnElement[bool] | None) -> tuple[ColumnElement[bool], ...]:
    return () if condition is None else (condition,)


def _holds(field: str) -> ColumnElement[bool]:
    held = select(answer.c.field).where(
        answer.c.subject_id == subject.c.id, answer.c.field == field, answer.c.expires_at > clock.now()
    )
    return held.exists()


def impact_sentences(comparison: ManifestDiff, impact: Impact) -> list[str]:
    """The comparison in sentences, one a line."""
    if comparison.is_empty:
        return ["Nothing changes for anybody."]
    return [
        *(f"{key}: is what {former} was; what is held and counted goes on" for former, key in comparison.renamed),
        *(line for row in impact.stopped for line in _sentences(row, impact.accounts)),
        *(f"{field}: newly asked at sign-up, which stops nobody who has an account" for field in comparison.at_signup),
        *(f"{key}: a new action" for key in comparison.new_actions),
        *(f"{key}: this action is gone" for key in comparison.gone_actions),
        *(f"{key}: a new background prompt; it stops nobody" for key in comparison.new_prompts),
        *(f"{key}: this background prompt is gone" for key in comparison.gone_prompts),
        *(f"{key}: asks for {field} too, in the background" for key, field in comparison.asked_too),
        *(f"{key}: asks for {field} too, which is optional and stops nobody" for key, field in comparison.offered),
        *(
            f"{key}: its kind differs; answers that are held may not read as the new one"
            for key in comparison.rekinded
        ),
        *(
            f"{field}: {'no longer declared' if field in comparison.dropped else 'no action needs it any more'}; "
            f"{count} of {impact.accounts} accounts hold it"
            for field, count in impact.holders
        ),
        *(
            _ended_sentence(consent, count, impact.accounts)
            for consent, (_field, count) in zip(comparison.ended_consents, impact.asked_anew, strict=True)
        ),
    ]


def _ended_sentence(consent: EndedConsent, count: int, accounts: int) -> str:
    ends = (
        f"{consent.field}: its terms differ, so each yes ends and is asked for anew; {count} of {accounts} accounts "
    )
    same = f'; if it still means the same, add editorial = ["{consent.terms}"] to its settings'
    return f"{ends}answered it{same if consent.in_wording else ''}"


def _sentences(row: Stopped, accounts: int) -> Iterator[str]:
    """What an action would newly stop, then what each stage of it would."""
    yield _sentence(row, accounts)
    for stage in row.applies:
        about = "everybody" if stage.to == "everybody" else "whoever is first recorded that day or later"
        whom = about if stage.share == 1 else f"a share of {stage.share:.4g} of {about}"
        stopped = "none" if stage.to == "new" else f"about {round(row.accounts * stage.share)}"
        yield f"  from {stage.start}: {whom}, {stopped} of these {row.accounts}"


def _sentence(row: Stopped, accounts: int) -> str:
    lacking = f"for {row.field}" if row.field else "for any of these"
    condition = f", at most (needed when {row.when})" if row.when else ""
    condition += ", by stages" if row.applies else ""
    clear = f"{row.clear_now} accounts that it lets through now ({accounts} in all)"
    return f"{row.action}: newly stops {row.accounts} of the {clear}, {lacking}{condition}"
