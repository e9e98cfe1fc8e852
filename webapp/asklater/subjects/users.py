"""The application's own users as the people who are asked, and what a visitor brings along at sign-in.

Nothing of a user is in the browser's session: they are found by their id on each request. So nothing of them is there
for whoever signs in next, and every browser of theirs has the same.
"""

from collections.abc import Callable
from dataclasses import replace

from flask import Flask, g, has_request_context, session
from flask.sessions import SessionMixin
from flask.typing import ResponseReturnValue
from sqlalchemy import delete

from asklater.database.errors import unavailable_if_out_of_reach, was_lost
from asklater.engine import Engine
from asklater.flask_proxies import unproxied
from asklater.keys.session_sealing import HALF
from asklater.records.people import SUBJECT_KEY, SessionPeople, Subject, subject_by_id
from asklater.records.personal_tables import USER
from asklater.records.users import Users, user_id_of
from asklater.subjects.merge import merge
from asklater.tables import subject

_HALF_OF = "half_of"
"""Where the session keeps which user its half of the keys to interrupted requests is."""
_VISITOR = "_asklater_visitor"
"""Where a request remembers whose the session was before its view, which may empty it at a sign-in."""


class UserPeople(SessionPeople):
    """People of an application with users of its own. `user` tells who makes the request, see `user_id_of`; whoever is
    nobody's user is a visitor, whom the session's cookie names.

    Outside a request there is no subject.
    """

    def __init__(self, engine: Engine, user: Callable[[], object]) -> None:
        super().__init__(engine.database)
        self._engine = engine
        self._user = user
        self.users = Users(engine.database, engine.keyring)
        self.load: Callable[[str], object] | None = None
        """Gives the application's user of an id, None for one who is gone."""

    def current_id(self) -> str | None:
        """The id of the user who makes the request, None for a visitor."""
        return user_id_of(self._user())

    def subject(self) -> Subject | None:
        if not has_request_context():
            return None
        user, kept = self.current_id(), unproxied(g)
        if kept.get("asked_of") != user:  # the view has signed somebody in or out
            kept.pop("asked", None)
            kept.asked_of = user
        if user is None:
            return self.visitor()
        if "asked" not in kept:
            kept.asked = None if was_lost() else self.subject_of(user)
            if kept.asked is not None:
                self._note_day(kept.asked.id)
        found: Subject | None = kept.asked
        return found

    def subject_of(self, user: str) -> Subject | None:
        """The subject of a user, with what the application holds of them itself; whoever has something of that is
        recorded."""
        found, sources = self.users.subject(user), self._engine.answers.sources
        live = sources.of_user(user).keys() if sources is not None else frozenset[str]()
        if found is None and live:
            with self._database.unit_of_work():
                found = Subject(self.users.record(user), frozenset(), {})
        return replace(found, held=found.held | live) if found is not None and live else found

    def visitor(self) -> Subject | None:
        """The subject that the session's cookie names, whoever is signed in."""
        return super().subject() if g.get("asked_of") is None else None

    def ensure_subject(self) -> Subject:
        found, user = self.subject(), self.current_id()
        if found is None and user is not None:
            self.users.record(user)
            self.refresh()
            found = self.subject()
        return found or super().ensure_subject()

    def switch_to(self, subject_id: int) -> None:
        """A user stays who the application says; a visitor turns out to be somebody else."""
        if self.current_id() is None:
            super().switch_to(subject_id)
        self.refresh()

    def settle(self) -> None:
        """Give whoever is signed in what they gave as a visitor in this browser, once; what they hold already wins.

        Raises what the database raises: then the request is answered by an error, and the visitor's cookie stays.
        """
        here = unproxied(session)
        visitor: int | None = here[SUBJECT_KEY] if SUBJECT_KEY in here else g.get(_VISITOR)
        if visitor is None and HALF not in here:
            return
        user = self.current_id()
        if HALF in here:
            _end_what_waits_for_another(here, user)
        if visitor is None or user is None:
            setattr(g, _VISITOR, visitor)
            return
        with self._database.unit_of_work():
            self.bring_over(visitor, user)
            session.pop(SUBJECT_KEY, None)
        g.pop(_VISITOR, None)
        self.refresh()

    def bring_over(self, visitor: int, user: str) -> None:
        """Merge a visitor into a user, who is the same person. Nothing for a visitor who is gone, or no visitor."""
        if subject_by_id(self._database, visitor) is None or self.users.is_user(visitor):
            return
        self._merge(visitor, self.users.record(user))

    def rename(self, user: str, other: str) -> None:
        """Know a user by another id from now on; the user of that id, if there is one, is the same person."""
        number, there = self.users.number(user), self.users.number(other)
        if number is not None and there is None:
            self.users.rename(number, other)
        elif number is not None and there is not None and number != there:
            self._merge(number, there)

    def _merge(self, number: int, into: int) -> None:
        engine = self._engine
        merge(engine, number, into)
        for carry in engine.registry.merges:
            carry(number, into)
        self._database.session().flush()
        self._database.writing().execute(delete(subject).where(subject.c.id == number))
        self._database.session().expire_all()

    def _forget_another(self) -> None:
        self.refresh()


def _end_what_waits_for_another(here: SessionMixin, user: str | None) -> None:
    """Let nobody carry on what somebody else began in this browser; whoever signs in carries on their own."""
    if here.get(_HALF_OF, user) not in {user, None}:
        del here[HALF]
        here.pop(_HALF_OF, None)
    elif user is not None and here.get(_HALF_OF) is None:
        here[_HALF_OF] = user


def init_app(app: Flask, engine: Engine, user: Callable[[], object]) -> UserPeople:
    """Recognise the users of `app` by what `user` tells of each request. It is asked when the application's own
    functions before a request have run, and again once a view has, which may have signed somebody in.
    """
    people = UserPeople(engine, user)
    engine.people = people
    engine.events.user_of = people.users.id_of
    engine.registry.unused_tables.discard(USER)
    dispatch = app.dispatch_request

    def settled() -> ResponseReturnValue:
        with unavailable_if_out_of_reach():
            people.settle()
            answer = dispatch()
            people.settle()
        return answer

    app.dispatch_request = settled  # type: ignore[method-assign]
    return people
