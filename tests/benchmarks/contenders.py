"""Two applications that do the same: one gated by the engine, one written by hand for this one case."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from flask import Flask, render_template, request, session
from flask.typing import ResponseReturnValue
from itsdangerous import URLSafeSerializer
from jinja2 import StrictUndefined
from sqlalchemy import bindparam, insert, select, update

from asklater import clock
from asklater.asking.gate import gate
from asklater.asking.presenters import FieldView, PromptPage
from asklater.checks.manifest import shape
from asklater.database.access import Database, UTCDateTime
from asklater.engine import Engine
from asklater.extension import Profiling
from asklater.kinds.base import Input
from asklater.layout import TEMPLATES
from asklater.tables import answer, prompt, prompt_field, subject

FIELDS = ("first", "second", "third")
SECRET = "a secret of the benchmark, long enough"
DECLARED = {
    "controller": {"name": "A benchmark", "contact": "nobody@x.example"},
    "purposes": {"account": {"label": "Account", "basis": "contract"}},
    "signup": {"fields": ["first"]},
    "fields": {
        key: {
            "kind": "text",
            "label": key.title(),
            "reason": "So that it can be measured.",
            "purpose": "account",
            "retention": "P30D",
            "readers": ["owner"],
            "sensitivity": "personal",
            "if_wrong": "Nothing.",
        }
        for key in FIELDS
    },
    "actions": {"act": {"label": "Act", "reason": "Acting needs it.", "requires": list(FIELDS)}},
}


def _application() -> Flask:
    app = Flask("benchmark", template_folder=str(TEMPLATES))
    app.secret_key = SECRET
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.context_processor(lambda: {"brand": "Benchmark"})
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    return app


def engine_application(database: Database, folder: Path) -> tuple[Flask, Engine]:
    """`@gate("act")` on a view of one line."""
    app = _application()
    app.config["ASKLATER_MASTER_KEY"] = sha256(SECRET.encode()).hexdigest()
    app.config["ASKLATER_DATABASE_URL"] = database.url
    app.config["ASKLATER_INSTANCE"] = str(folder)
    profiling = Profiling(app, manifest=shape(DECLARED))

    @app.post("/act")
    @gate("act")
    def act() -> ResponseReturnValue:
        return f"done {request.form['text']}"

    return app, profiling.engine


def handwritten_application(database: Database, *, counting: bool) -> Flask:
    """The same question, the same template and, with `counting`, the same two records, in one route."""
    app = _application()
    database.init_app(app)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    signer = URLSafeSerializer(SECRET, salt="prompt")
    presence = (
        select(subject.c.id, answer.c.field)
        .join_from(
            subject,
            answer,
            (answer.c.subject_id == subject.c.id) & (answer.c.expires_at > bindparam("now", type_=UTCDateTime)),
            isouter=True,
        )
        .where(subject.c.id == bindparam("subject_id"))
    )

    @app.post("/act")
    def act() -> ResponseReturnValue:
        moment, subject_id = clock.now(), session["subject"]
        found = database.reading().execute(presence, {"subject_id": subject_id, "now": moment})
        held = {row.field for row in found}
        missing = [key for key in FIELDS if key not in held]
        if not missing:
            return f"done {request.form['text']}"
        number = _count(database, subject_id, missing) if counting else 1
        token = signer.dumps([int(moment.timestamp()), subject_id, "act", number, missing, 1, "/"])
        carried = tuple((key, value) for key, value in request.form.items() if key != "csrf_token")
        page = PromptPage(
            action="act",
            heading="Act",
            reason="Acting needs it.",
            step=1,
            steps=1,
            post_url="/act",
            slot="prompt-slot-act",
            multipart=False,
            hidden=(*carried, ("_asklater", token)),
            fields=tuple(_field(key) for key in missing),
            errors=(),
            unable=(),
            submit_label="Act",
            notice_url="",
        )
        return render_template("asklater/asking/_prompt.html", prompt=page)

    return app


def _field(key: str) -> FieldView:
    asked = Input(f"answer.{key}", f"answer-{key}", key.title(), maxlength=200)
    reason = "So that it can be measured."
    return FieldView(key, key.title(), reason, "Kept for 30 days after its last use.", inputs=(asked,), is_lone=True)


def _count(database: Database, subject_id: int, missing: list[str]) -> int:
    """One impression: the open prompt's episodes, made when there are none."""
    connection, moment = database.writing(), clock.now()
    mine = (prompt.c.subject_id == subject_id) & (prompt.c.action == "act") & prompt.c.closed_at.is_(None)
    number = connection.execute(select(prompt.c.id).where(mine)).scalar()
    if number is None:
        row = {"subject_id": subject_id, "action": "act", "opened_at": moment}
        number = int(connection.execute(insert(prompt).values(row).returning(prompt.c.id)).scalar_one())
        connection.execute(
            insert(prompt_field),
            [{**row, "prompt_id": number, "field": key, "impressions": 1} for key in missing],
        )
    else:
        episode = (prompt_field.c.prompt_id == number) & prompt_field.c.closed_at.is_(None)
        connection.execute(update(prompt_field).where(episode).values(impressions=prompt_field.c.impressions + 1))
    return int(number)


def client_of(app: Flask, subject_id: int) -> Callable[[], None]:
    """One POST of a signed-in person, as a function to be timed. Raises AssertionError when it fails."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["subject"] = subject_id

    def post() -> None:
        answer_ = client.post("/act", data={"text": "x", "csrf_token": "token"}, headers={"HX-Request": "true"})
        assert answer_.status_code == 200

    return post


def fresh(folder: Path) -> Database:
    """A migrated SQLite database in `folder`."""
    return Database(f"sqlite:///{folder / 'bench.sqlite3'}")
