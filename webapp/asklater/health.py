"""What a load balancer or a monitor asks: `/healthz`, whether the process answers, and `/readyz`, whether it can work.

An application that wants both registers `health.blueprint`; neither needs a sign-in or tells of anybody. The pages of
the staff say themselves when no worker is alive.
"""

from flask import Blueprint, Flask, Response, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from asklater.database.access import Database, current_database
from asklater.database.errors import TRY_AGAIN_AFTER
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.jobs.heartbeats import WEB, Heartbeat, worker_state
from asklater.schema import misfit

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 as long as the process answers. It does not touch the database."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """200, or 503 with `lacking`: the parts that keep the application from working, each with what is wrong."""
    lacking = what_is_lacking(current_database())
    answer: Response = jsonify({"status": "not ready", "lacking": lacking} if lacking else {"status": "ready"})
    if lacking:
        answer.status_code = 503
        answer.headers["Retry-After"] = str(TRY_AGAIN_AFTER)
    return answer


def what_is_lacking(database: Database) -> dict[str, str]:
    """What keeps the application from working, by part: `database`, `schema` and `worker`. Empty when it can."""
    try:
        unfit = misfit(database, current_engine().registry.histories)
        if unfit:
            return {"schema": unfit}
        Heartbeat(database, WEB).beat()
        if not worker_state(database).alive:
            return {"worker": "none was heard of for two minutes: start `flask asklater work`"}
    except SQLAlchemyError:
        return {"database": "it does not answer, or cannot be written"}
    finally:
        database.release()
    return {}


def worker_notice() -> str:
    """A sentence for the staff when no worker is alive, and what to do; "" while one is. One statement."""
    state = worker_state(current_database())
    if state.alive:
        return ""
    if state.heard_at is None:
        return gettext(
            "No background worker is running: no email goes out, nothing expires and nothing new is counted. Whoever "
            "runs this site starts it by: flask asklater work"
        )
    return gettext(
        "The background worker stopped: it was last heard of on %(time)s. Until it runs again, no email goes out, "
        "nothing expires and nothing new is counted. Whoever runs this site starts it by: flask asklater work",
        time=f"{state.heard_at:%Y-%m-%d %H:%M} UTC",
    )


def init_app(app: Flask) -> None:
    """Let templates ask for the notice."""
    app.context_processor(lambda: {"worker_notice": worker_notice})
