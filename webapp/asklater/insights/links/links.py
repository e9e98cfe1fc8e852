"""Links to figures: made for fixed days and filters, opened by their token until they expire or are revoked.

The token is shown once, when the link is made; what is kept is its hash.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import Row, insert, select, update

from asklater import clock
from asklater.database.access import Database
from asklater.insights.links.tables import figures_link
from asklater.insights.query import Query

LONGEST_NAME = 80
DAYS = (7, 30, 90)
"""For how long a link can be good."""
LINKS_READ = 200
LONGEST_TOKEN = 100
COLUMNS = tuple(column for column in figures_link.c if column.name != "token_hash")


@dataclass(frozen=True)
class FiguresLink:
    """A link as it is kept, without its token. `arguments` are those of its query string."""

    id: int
    subject_id: int
    name: str
    arguments: Mapping[str, str]
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opened: int
    opened_at: datetime | None

    @property
    def is_good(self) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and clock.now() < self.expires_at


def make_link(database: Database, subject_id: int, name: str, query: Query, days: int) -> str:
    """Make a link that is good for so many days; its token, which nobody can be shown again."""
    token, moment = token_urlsafe(32), clock.now()
    row = {
        "subject_id": subject_id,
        "token_hash": _hash(token),
        "name": name,
        "query": query.query_string,
        "made_at": moment,
        "expires_at": moment + timedelta(days=days),
        "opened": 0,
    }
    database.writing().execute(insert(figures_link).values(row))
    return token


def read_links(database: Database) -> tuple[FiguresLink, ...]:
    """Returns everybody's links, the newest first."""
    wanted = select(*COLUMNS).order_by(figures_link.c.id.desc()).limit(LINKS_READ)
    return tuple(map(_link, database.reading().execute(wanted)))


def revoke_link(database: Database, number: int) -> FiguresLink | None:
    """Revoke a link for good; None where there is none that was not revoked before."""
    columns = figures_link.c
    wanted = update(figures_link).where(columns.id == number, columns.revoked_at.is_(None))
    row = database.writing().execute(wanted.values(revoked_at=clock.now()).returning(*COLUMNS)).first()
    return _link(row) if row else None


def open_link(database: Database, token: str, makers: Collection[int]) -> FiguresLink | None:
    """Count an opening. None for a token of no link, for one that is revoked or expired, and where its maker is not
    among those who may make links any more."""
    if len(token) > LONGEST_TOKEN:
        return None
    columns = figures_link.c
    row = database.reading().execute(select(*COLUMNS).where(columns.token_hash == _hash(token))).first()
    found = _link(row) if row else None
    if found is None or not found.is_good or found.subject_id not in makers:
        return None
    counted = update(figures_link).where(columns.id == found.id)
    database.writing().execute(counted.values(opened=columns.opened + 1, opened_at=clock.now()))
    return found


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def _link(row: Row[Any]) -> FiguresLink:
    kept = row._mapping  # noqa: SLF001 - SQLAlchemy's own name for it
    parts = {name: kept[name] for name in kept if name != "query"}
    return FiguresLink(**parts, arguments=dict(parse_qsl(kept["query"])))
