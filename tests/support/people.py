"""The cast: people with an account, and a door for their browsers to come in by. It joins as a feature."""

from flask import Blueprint, Flask, request

from asklater import clock
from asklater.accounts.sealed_addresses import set_address
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import Account
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival
from asklater.services import Services
from tests.support.browsing import Browser

blueprint = Blueprint("door", __name__)


@blueprint.get("/door/<int:number>")
def enter(number: int) -> str:
    """Go on as any subject; `?proved` and `?factor` say what was shown at the door, `?way` by which one entered."""
    way = request.args.get("way", "code")
    current_sessions().enter(number, way, proved="proved" in request.args, factor="factor" in request.args)
    return "come in"


def init_app(app: Flask, _services: Services) -> None:
    app.register_blueprint(blueprint)


def settle(app: Flask, email: str = "ada@x.example", role: str = "", *, proved: bool = True) -> int:
    """An account with its address, proved unless said otherwise; the subject."""
    engine: Engine = app.extensions["asklater.engine"]
    database: Database = app.extensions["asklater.database"]
    with app.app_context(), database.unit_of_work():
        number, moment = record_arrival(database), clock.now()
        engine.answers.give(number, "email", email, Provenance("import", "import"))
        if proved:
            proof = {"address": email, "proved_at": moment.isoformat()}
            engine.answers.give(number, "verified_email", proof, Provenance("import", "import"))
        account = Account(subject_id=number, role=role, verified_at=moment if proved else None)
        set_address(account, email)
        database.session().add(account)
    return number


def browser_of(
    app: Flask, number: int, *, proved: bool = True, factor: bool = False, htmx: bool = False, way: str = "code"
) -> Browser:
    """A browser in which that account is signed in, having just proved who it is unless said otherwise."""
    browser = Browser(app, htmx=htmx)
    shown = "&".join(name for name, is_shown in (("proved", proved), ("factor", factor)) if is_shown)
    browser.get(f"/door/{number}?way={way}&{shown}")
    return browser


def somebody(app: Flask, email: str = "ada@x.example", role: str = "", *, factor: bool = False) -> Browser:
    """A browser of a new account with a proved address."""
    return browser_of(app, settle(app, email, role), factor=factor)
