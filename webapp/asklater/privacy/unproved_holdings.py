"""What is held under an address by accounts that never proved it: told by its sorts, since it may be anybody's."""

from collections import Counter

from flask_babel import ngettext

from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.personal_tables import row_counts
from asklater.tables import answer, subject


def unproved_holdings(engine: Engine, address: str) -> str:
    """Says how many accounts gave the address without proving it, and what they hold: fields by their labels, records
    by their number. No value. "" where there are none.
    """
    accounts = current_identity().unproved_accounts(address) if address else ()
    if not accounts:
        return ""
    tables = [one for one in engine.registry.personal_tables.values() if one.rows not in {answer, subject}]
    rows: Counter[str] = Counter()
    fields: set[str] = set()
    for number in accounts:
        rows.update(row_counts(engine.database.reading(), tables, number))
        fields |= {held.field for held in engine.answers.held(number)}
    told = [gettext(declared.label) for key, declared in engine.manifest.fields.items() if key in fields]
    told += [f"{table.words().label} ({rows[table.key]})" for table in tables if rows[table.key]]
    sentence: str = ngettext(
        "%(num)s account in a browser that never verified the address. It holds: %(things)s.",
        "%(num)s accounts in browsers that never verified the address. They hold: %(things)s.",
        len(accounts),
        things=", ".join(told),
    )
    return sentence


def told_to_person(engine: Engine, address: str) -> str:
    """The same for the person who has proved the address: what cannot be given to them, and what they can do."""
    held = unproved_holdings(engine, address)
    if not held:
        return ""
    return gettext(
        (
            "Not in your answer, since nothing shows that it is yours: %(held)s If it is, open our "
            "site in the browser in which you gave your address, sign in there and enter the code: "
            "then it is all in your account. If it is not, or you do not want it kept, verify the "
            "address in any other browser or ask us to erase it."
        ),
        held=held,
    )
