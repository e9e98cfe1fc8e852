"""What the tests of recovery do again and again."""

import re
from datetime import timedelta
from typing import Any

from flask import Flask

from asklater import clock
from asklater.accounts.tables import Account, Recovery
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.messages.tables import OutgoingMail
from asklater.records.answers import Provenance
from tests.support.browsing import Browser
from tests.support.records import rows

ADA, SECOND, NEW = "ada@x.example", "ada@second.example", "ada@new.example"
DAY = timedelta(days=1)


def later(days: float) -> Any:
    """The clock, so many days ahead of where it stands, inside a `with`."""
    return clock.at(clock.now() + timedelta(days=days))


def give_second_address(app: Flask, number: int, address: str = SECOND) -> None:
    engine: Engine = app.extensions["asklater.engine"]
    database: Database = app.extensions["asklater.database"]
    origin = Provenance("add_recovery_address")
    with app.app_context(), database.unit_of_work():
        engine.answers.give(number, "recovery_address", address, origin)
        proof = {"address": address, "proved_at": clock.now().isoformat()}
        engine.answers.give(number, "verified_recovery_address", proof, origin)


def begin(person: Browser, lost: str = "mail", address: str = ADA, new: str = NEW) -> Browser:
    """Up to the page on which evidence is shown."""
    person.post(f"/recover/{lost}", {"address": address, "new": new})
    person.post("/recover/code", {"code": person.mailed_code()})
    person.get("/recover/show")
    return person


def show(person: Browser, **evidence: str) -> Any:
    return person.post("/recover/show", evidence)


def show_second(person: Browser, **evidence: str) -> Any:
    """With the code that comes to the second address."""
    person.post("/recover/show", {"send": "second_address"})
    return show(person, second_address=person.mailed_code(), **evidence)


def recoveries(app: Flask) -> list[Any]:
    return rows(app, Recovery.__table__)


def email_of(app: Flask, number: int) -> str:
    return next(row.email for row in rows(app, Account.__table__) if row.subject_id == number)


def mails(app: Flask, to: str = "") -> list[Any]:
    """Every mail that was written and is sent, oldest first."""
    return [mail for mail in rows(app, OutgoingMail.__table__) if mail.recipient and to in {"", mail.recipient}]


def link(app: Flask, to: str, path: str) -> str:
    """The newest link in a mail to that address whose path begins so."""
    found = [re.search(rf"http://localhost({path}\S+)", mail.text) for mail in mails(app, to)]
    return [match.group(1) for match in found if match][-1]


def remind(app: Flask) -> None:
    app.extensions["asklater.jobs"].runs["remind_recoveries"]()
