"""What a search shows of each person: how far their address is proved, what is held by its sorts, and what they asked
for, agreed to and published. No value.
"""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import ngettext
from sqlalchemy import select

from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.layout import Link
from asklater.personal_tables import row_counts
from asklater.privacy.erasure.person_holds import active_holds
from asklater.privacy.masked_addresses import masked_addresses
from asklater.privacy.person_searches.searches import Search, people_found
from asklater.privacy.requests import queries
from asklater.privacy.requests.presenters import RequestLine, request_line
from asklater.privacy.takedowns.takedowns import public_items
from asklater.subjects import rights
from asklater.subjects.held_fields import consent_state_label
from asklater.tables import answer, subject

DATES = select(subject.c.created_at, subject.c.active_at)


@dataclass(frozen=True)
class PublicThing:
    """One thing that somebody has public. `url` is the page on which it is seen, "" where nothing says so."""

    label: str
    published_at: datetime
    url: str
    take_down_url: str


@dataclass(frozen=True)
class FoundPerson:
    """One person. `standing` says how far the address is proved; `fields`, `tables` and `consents` are pairs of a
    label and since when, how many, or how it stands; `exercised` are sentences."""

    number: int
    title: str
    standing: str
    address: str
    since: datetime
    last_here: datetime | None
    fields: tuple[tuple[str, datetime], ...]
    tables: tuple[tuple[str, int], ...]
    consents: tuple[tuple[str, str], ...]
    exercised: tuple[str, ...]
    requests: tuple[RequestLine, ...]
    holds: tuple[Link, ...]
    public: tuple[PublicThing, ...]
    is_orphaned: bool
    links: tuple[Link, ...]
    take_all_url: str


@dataclass(frozen=True)
class SearchPage:
    """What a search has found."""

    summary: str
    reason: str
    people: tuple[FoundPerson, ...]


def search_page(engine: Engine, search: Search) -> SearchPage:
    """Returns the page of a search, for its officer."""
    numbers = people_found(engine, search)
    addresses = masked_addresses(engine, numbers)
    return SearchPage(
        summary=ngettext("%(num)s account or visitor.", "%(num)s accounts and visitors.", len(numbers)),
        reason=search.reason,
        people=tuple(_person(engine, number, addresses.get(number, "")) for number in numbers),
    )


def _person(engine: Engine, number: int, address: str) -> FoundPerson:
    has_account = current_identity().has_account(number)
    is_proved = bool(current_identity().address_of(number))
    row = engine.database.reading().execute(DATES.where(subject.c.id == number)).one()
    public = tuple(_public_things(engine, number))
    label = (
        gettext("Account %(number)s", number=number) if has_account else gettext("Visitor %(number)s", number=number)
    )
    return FoundPerson(
        number=number,
        title=label,
        standing=_standing(has_account=has_account, is_proved=is_proved),
        address=address,
        since=row.created_at,
        last_here=row.active_at,
        fields=tuple((gettext(engine.field(one.field).label), one.given_at) for one in engine.answers.held(number)),
        tables=tuple(_tables(engine, number)),
        consents=tuple(
            (gettext(engine.field(key).label), consent_state_label(state))
            for key, state in engine.consents.states(number).items()
        ),
        exercised=tuple(_exercised(engine, number)),
        requests=tuple(request_line(one, "officer.request") for one in queries.requests_of(number)),
        holds=tuple(_hold_links(engine, number)),
        public=public,
        is_orphaned=bool(public) and not is_proved,
        links=(
            Link(gettext("Enter a request"), url_for("officer.new_request", person=number)),
            Link(gettext("Set a legal hold"), url_for("officer.new_hold", person=number)),
        ),
        take_all_url=url_for("officer.new_takedown", person=number) if len(public) > 1 else "",
    )


def _standing(*, has_account: bool, is_proved: bool) -> str:
    if is_proved:
        return gettext("The address is verified.")
    if has_account:
        return gettext("The address was given in a browser and never verified: this may be somebody else’s.")
    return gettext("No account: the address was given for a code or a request.")


def _tables(engine: Engine, number: int) -> list[tuple[str, int]]:
    tables = [one for one in engine.registry.personal_tables.values() if one.rows not in {answer, subject}]
    counts = row_counts(engine.database.reading(), tables, number)
    return [(one.words().label, counts[one.key]) for one in tables if counts[one.key]]


def _exercised(engine: Engine, number: int) -> list[str]:
    since = rights.since(engine, number)
    sentences = {
        "restriction": gettext("What is held has been restricted since %(day)s."),
        "objection": gettext("They have objected to being measured since %(day)s."),
    }
    return [sentences[right] % {"day": since[right].date().isoformat()} for right in since]


def _hold_links(engine: Engine, number: int) -> list[Link]:
    return [
        Link(
            gettext("Legal hold, to be reviewed by %(day)s", day=one.review_on.isoformat()),
            url_for("officer.hold", public_id=one.public_id),
        )
        for one in active_holds(engine, number)
    ]


def _public_things(engine: Engine, number: int) -> list[PublicThing]:
    return [
        PublicThing(
            label=sort.label(),
            published_at=at,
            url=sort.url(number, name) if sort.url else "",
            take_down_url=url_for("officer.new_takedown", person=number, publication=sort.key, item=name),
        )
        for sort, name, at in public_items(engine, number)
    ]
