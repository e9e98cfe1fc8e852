"""What the declarations of retention say of rows: until when each stays, worked out row by row in plain Python, apart
from the statements that delete them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import isodate
from sqlalchemy import select

from asklater.engine import Engine
from asklater.personal_tables import PersonalTable
from asklater.records.personal_tables import FIRST_VISITS, MEASUREMENT

Key = tuple[Any, ...]
Rows = Mapping[str, Mapping[Key, Mapping[str, Any]]]
"""Rows by the key of their personal table, and by their own."""
NEVER = None
PRUNED_AFTER, ON_ITS_WAY = timedelta(days=7), timedelta(days=30)


def rows_of_people(engine: Engine) -> Rows:
    """Every row of every personal table."""
    found: dict[str, dict[Key, Mapping[str, Any]]] = {}
    with engine.database.snapshot() as reading:
        for key, table in engine.registry.personal_tables.items():
            every = reading.execute(select(table.rows)).mappings()
            found[key] = {table.key_of(row): dict(row) for row in map(dict, every)}
    return found


@dataclass(frozen=True)
class Faults:
    """Rows by table that are still there though their time is over, and that went though it is not."""

    overdue: Mapping[str, int]
    gone: Mapping[str, int]

    def __bool__(self) -> bool:
        return bool(self.overdue or self.gone)


class Declared:
    """Until when each of these rows stays, should nobody do anything. An account goes no sooner than its owner was
    warned for the whole time."""

    def __init__(self, engine: Engine, rows: Rows) -> None:
        self._tables = engine.registry.personal_tables
        self._terms = engine.manifest.dormancy
        self._rows = rows
        self._accounts = {row["subject_id"]: row for row in rows["account"].values()}
        self._people = {row["id"]: row for row in rows["subject"].values()}
        self._by_person: dict[str, dict[int, list[Mapping[str, Any]]]] = {}
        for key in ("session", "account_event", "shop_order", "privacy_request"):
            for row in rows.get(key, {}).values():
                self._by_person.setdefault(key, {}).setdefault(row["subject_id"], []).append(row)
        self._ends = {number: self._end_of_person(number) for number in self._people}
        self._warning = isodate.parse_duration(self._terms.warning)

    def faults(self, left: Rows, moment: datetime) -> Faults:
        """What of the rows is not as declared, by what is left of them at a moment."""
        overdue, gone = dict[str, int](), dict[str, int]()
        for key, rows in self._rows.items():
            for own, row in rows.items():
                is_left = own in left[key]
                end = self.end(self._tables[key], row)
                if (
                    is_left
                    and end is not NEVER
                    and end <= moment
                    and not self._is_owed(self._tables[key], row, moment)
                ):
                    overdue[key] = overdue.get(key, 0) + 1
                if not is_left and (end is NEVER or end > moment) and not self._may_go(self._tables[key], row):
                    gone[key] = gone.get(key, 0) + 1
        return Faults(overdue, gone)

    def end(self, table: PersonalTable, row: Mapping[str, Any]) -> datetime | None:
        """When the row goes; NEVER for one that nothing takes away."""
        person = self._person(table, row)
        if table.kept is not None:
            held = person is not None and self._people[person]["held_at"]
            dated = table if table.kept.since else self._tables[self._key_of(table.parent)]
            of = row if table.kept.since else self._parent(table, row)
            assert dated.kept is not None
            return NEVER if held else dated.kept.term.until(of[dated.kept.since])
        last = self._ends[person] if person is not None else NEVER
        if table.link and (person is None or self._tables[self._key_of(table.parent)].retention):
            parent = self.end(self._tables[self._key_of(table.parent)], self._parent(table, row))
            last = _earlier(last, parent)
        term = table.retention
        if term is None or not term.since or self._is_frozen(person):
            return last
        if term.waits_for and row[term.waits_for] is not None:
            return last
        own = [term.until(row[name]) for name in (term.since, term.or_since) if name and row[name] is not None]
        return _earlier(last, min(own)) if own else last

    def _end_of_person(self, number: int) -> datetime | None:
        person, account = self._people[number], self._accounts.get(number)
        if person["erased_at"] is not None or person["held_at"] is not None or (account and account["role"]):
            return NEVER
        ordered = [row["placed_at"] + ON_ITS_WAY for row in self._of("shop_order", number)]
        running = [row["expires_at"] for row in self._of("session", number) if row["ended_at"] is None]
        here = person["active_at"] or person["signed_up_at"] or person["created_at"]
        if account is None:
            end = here + isodate.parse_duration(self._terms.accounts if person["simulated"] else self._terms.visitors)
        elif account["verified_at"] is None and not person["simulated"]:
            end = person["signed_up_at"] + PRUNED_AFTER
        elif person["restricted_at"] is not None:
            return NEVER
        else:
            seen = [row["seen_at"] for row in self._of("session", number)]
            signed_in = [row["at"] for row in self._of("account_event", number) if row["event"] == "signed_in"]
            end = max([here, *seen, *signed_in]) + isodate.parse_duration(self._terms.accounts)
        latest: datetime = max([end, *ordered, *running, *self._requests_until(number)])
        return latest

    def _requests_until(self, number: int) -> list[datetime]:
        """Until when what this person waits for an answer to is on record."""
        waiting = [row for row in self._of("privacy_request", number) if row["state"] in {"open", "extended"}]
        kept = self._tables["privacy_request"].kept
        return [kept.term.until(row["received_at"]) for row in waiting] if kept else []

    def _is_owed(self, table: PersonalTable, row: Mapping[str, Any], moment: datetime) -> bool:
        """Whether the row goes with an account whose owner is still to be warned, or was not long ago."""
        number = self._person(table, row)
        if number is None or number not in self._accounts or self.end(table, row) != self._ends[number]:
            return False
        person, account = self._people[number], self._accounts[number]
        if person["simulated"] or account["verified_at"] is None:
            return False
        return person["warned_at"] is None or bool(person["warned_at"] + self._warning > moment)

    def _may_go(self, table: PersonalTable, row: Mapping[str, Any]) -> bool:
        """What was measured of a visitor goes as soon as it is counted, of an objector at once."""
        person = self._person(table, row)
        is_measured = table.purpose == MEASUREMENT or table.key == FIRST_VISITS
        if not is_measured or person is None:
            return False
        return person not in self._accounts or self._people[person]["objected_at"] is not None

    def _is_frozen(self, person: int | None) -> bool:
        """Whether what this person holds does not expire: they restricted it, or it is under a hold."""
        return person is not None and any(self._people[person][name] for name in ("held_at", "restricted_at"))

    def _of(self, key: str, number: int) -> list[Mapping[str, Any]]:
        return self._by_person.get(key, {}).get(number, [])

    def _person(self, table: PersonalTable, row: Mapping[str, Any]) -> int | None:
        if not table.link:
            number = row[table.person]
        else:
            parent = self._parent(table, row)
            number = parent[table.parent.c[self._tables[self._key_of(table.parent)].person].name]
        return number if number in self._people else None

    def _parent(self, table: PersonalTable, row: Mapping[str, Any]) -> Mapping[str, Any]:
        (foreign,) = table.rows.c[table.link].foreign_keys
        name, wanted = foreign.column.name, row[table.link]
        parents = self._rows[self._key_of(table.parent)]
        if (wanted,) in parents:
            return parents[(wanted,)]
        return next(one for one in parents.values() if one[name] == wanted)

    def _key_of(self, rows: Any) -> str:
        return next(key for key, table in self._tables.items() if table.rows is rows)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    ends = [end for end in (one, other) if end is not NEVER]
    return min(ends, default=NEVER)
