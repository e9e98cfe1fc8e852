"""Visits: one session of a visitor's browser. What is measured of a visitor belongs to one visit.

The session's cookie ends with the browser's session, unless there is an account or something that its person put aside
(`People.keep`). A second cookie, which always ends with the browser's session, tells then that another visit begins:
what was measured of the visits before stays with somebody of whom nothing else is known.
"""

from flask import Flask, Response, request, session
from sqlalchemy import select, union_all

from asklater.engine import Engine
from asklater.experiments.tables import assignment
from asklater.flask_proxies import unproxied
from asklater.i18n import gettext
from asklater.measurement import FIRST_VISIT
from asklater.records.people import Subject, record_arrival
from asklater.registry import Cookie
from asklater.tables import prompt, subject


def init_app(app: Flask, engine: Engine) -> None:
    """Look at each request whether it begins a visit, and note in the browser that it has begun."""

    def begin() -> None:
        sent = unproxied(request)
        names = app.config["SESSION_COOKIE_NAME"], _cookie(app)
        if names[0] not in sent.cookies or names[1] in sent.cookies or (sent.endpoint or "").endswith("static"):
            return
        if not session.permanent:
            return
        who = getattr(engine.people, "visitor", engine.people.subject)()  # a user's visits are no matter here
        if who is not None:
            with engine.database.unit_of_work():
                leave_earlier_visits(engine, who)
            engine.people.refresh()
            session.pop(FIRST_VISIT, None)  # of a visit that is over

    def note_first_visit() -> None:
        engine.segments.note_first_visit()

    def note(response: Response) -> Response:
        sent, here = unproxied(request), unproxied(session)
        if here.accessed and here.permanent and _cookie(app) not in sent.cookies:
            response.set_cookie(
                _cookie(app),
                "1",
                secure=bool(app.config["SESSION_COOKIE_SECURE"]),
                httponly=True,
                samesite="Lax",
                path=app.session_interface.get_cookie_path(app),
            )
        return response

    app.before_request(begin)
    app.before_request(note_first_visit)
    app.after_request(note)
    engine.registry.register_cookie(_session_cookie(app, engine))
    engine.registry.register_cookie(
        Cookie(
            lambda: _cookie(app),
            lambda: gettext("Tells that a new visit begins. It is set beside the one that stays."),
            lambda: gettext("until you close the browser"),
        )
    )


def _session_cookie(app: Flask, engine: Engine) -> Cookie:
    return Cookie(
        lambda: str(app.config["SESSION_COOKIE_NAME"]),
        lambda: (
            gettext("Keeps your session: who is signed in, which form was yours, and where you came from.")
            if engine.manifest.notes_first_visits
            else gettext("Keeps your session: who is signed in, and which form was yours.")
        ),
        lambda: gettext(
            "until you close the browser; once you have an account, or put something aside to be kept, %(days)s days "
            "after your last visit",
            days=app.permanent_session_lifetime.days,
        ),
    )


def leave_earlier_visits(engine: Engine, who: Subject) -> None:
    """Let what was measured of a visitor before stay with a subject of its own. Nothing for an account."""
    reading = engine.database.reading()
    measured = union_all(*(select(table.c.subject_id).where(table.c.subject_id == who.id) for table in _MEASURED))
    account = select(subject.c.signed_up_at).where(subject.c.id == who.id)
    if reading.execute(account).scalar() is not None or reading.execute(measured).first() is None:
        return
    earlier = record_arrival(engine.database)
    engine.episodes.move(who.id, earlier)
    engine.first_visits.move(who.id, earlier)
    engine.experiments.assignments.move(who.id, earlier)


_MEASURED = (prompt, assignment)


def _cookie(app: Flask) -> str:
    return f"{app.config['SESSION_COOKIE_NAME']}-visit"
