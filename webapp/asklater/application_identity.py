"""The `Identity` of an application with a sign-in of its own, put together from what it says by functions.

So the dashboard and the privacy pages need no accounts of the library: `Dashboard(app, profiling, allowed=...)` and
`Privacy(app, profiling, officer=...)` each tell it what they know.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from asklater import errors, http
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import NoIdentity, reauthentication_problem
from asklater.records.users import user_id_of
from asklater.services import Services
from asklater.settings import ConfigurationError
from asklater.subjects.users import UserPeople

SAID_ALREADY = (
    "{} says who may open what, but a feature (asklater.accounts, say) does so already: leave out one of them."
)
NO_FUNCTION = "{} is a function, such as lambda: current_user.is_admin, not {!r}."
NO_USERS = "{} is about the application's users: say who they are, Profiling(app, user=..., load_user=...)."

Allowed = Callable[[], object]
"""Whether whoever makes the request is let in."""


@dataclass(frozen=True)
class SignIn:
    """What the application says of its own sign-in. What is left out stays closed, or is not offered.

    `sign_in(onward)` and `prove(onward)` give the addresses of the pages on which one signs in, or proves anew who one
    is, and which lead to the path `onward` in the end. `fresh()` says whether somebody has proved it lately; without
    it nobody is asked to prove anything anew. `sign_out()` ends the application's session. `address(user)` gives the
    proved email address of a user, "" for none, and `find(address)` the user who has proved it, None for nobody.
    """

    sign_in: Callable[[str], str] | None = None
    sign_out: Callable[[], object] | None = None
    fresh: Allowed | None = None
    prove: Callable[[str], str] | None = None
    address: Callable[[Any], str] | None = None
    find: Callable[[str], object] | None = None


class ApplicationIdentity(NoIdentity):
    """Knows who is signed in by `Profiling(app, user=...)`, and who may open what by functions that it is given."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.allowed: dict[str, Allowed] = {}
        self.at = SignIn()

    @property
    def _users(self) -> UserPeople | None:
        people = self._engine.people
        return people if isinstance(people, UserPeople) else None

    def is_signed_in(self) -> bool:
        return self._users is not None and self._users.current_id() is not None

    def role(self) -> str:
        return next((role for role, allowed in self.allowed.items() if allowed()), "")

    def acts_as(self, role: str) -> bool:
        return role in self.allowed and bool(self.allowed[role]())

    def require_role(self, roles: tuple[str, ...], text: str, hint: str = "") -> Response | None:
        if any(self.acts_as(role) for role in roles):
            return None
        return errors.answer(403, gettext("You do not have access to this page"), text, links=self._way_in())

    def _way_in(self) -> tuple[tuple[str, str], ...]:
        if self.at.sign_in is None or self.is_signed_in():
            return ()
        return ((gettext("Sign in"), self.at.sign_in(http.here() if request.method == "GET" else "")),)

    def require_fresh_proof(self) -> Response | None:
        if self.at.fresh is None or self.at.fresh():
            return None
        url = self.reauthentication_url(http.here() if request.method == "GET" else http.came_from())
        if not url:
            return super().require_fresh_proof()
        return reauthentication_problem(url) if http.wants_json() else http.go_to(url)

    def reauthentication_url(self, onward: str) -> str:
        return self.at.prove(onward) if self.at.prove is not None else ""

    def sign_in_url(self, onward: str) -> str:
        return self.at.sign_in(onward) if self.at.sign_in is not None else super().sign_in_url(onward)

    def proving_url(self, onward: str) -> str:
        return "" if self.is_signed_in() or self.at.sign_in is None else self.at.sign_in(onward)

    def sign_out(self, *, forget: bool = False) -> None:
        if self.at.sign_out is not None:
            self.at.sign_out()

    def has_account(self, subject_id: int) -> bool:
        return self._users is not None and self._users.users.is_user(subject_id)

    def has_role(self, subject_id: int) -> bool:
        """Known of whoever makes the request alone."""
        here = self._engine.people.subject()
        return here is not None and here.id == subject_id and bool(self.role())

    def owner_of_address(self, address: str) -> int | None:
        found = user_id_of(self.at.find(address)) if self.at.find is not None else None
        return self._users.users.number(found) if found is not None and self._users is not None else None

    def address_of(self, subject_id: int) -> str:
        people = self._users
        if self.at.address is None or people is None or people.load is None:
            return ""
        number = people.users.id_of(subject_id)
        user = people.load(number) if number is not None else None
        return self.at.address(user) or "" if user is not None else ""


def let_in(services: Services, name: str, allowed: dict[str, Allowed | None], at: SignIn | None = None) -> None:
    """Tell the identity of an application whom the feature `name` lets in as what, and how people sign in.

    Nothing is done where nothing is said. Raises ConfigurationError for what cannot be called, and where the identity
    is another one's.
    """
    said = {role: function for role, function in allowed.items() if function is not None}
    if not said and at is None:
        return
    for function in said.values():
        if not callable(function):
            raise ConfigurationError(NO_FUNCTION.format(f"What {name} is told of whom to let in", function))
    if type(services.identity) is NoIdentity:
        services.identity = ApplicationIdentity(services.engine)
    identity = services.identity
    if not isinstance(identity, ApplicationIdentity):
        raise ConfigurationError(SAID_ALREADY.format(name))
    people = services.engine.people
    if at is not None and (at.address or at.find) and (not isinstance(people, UserPeople) or people.load is None):
        raise ConfigurationError(NO_USERS.format("What SignIn says of addresses"))
    identity.allowed |= said
    identity.at = at or identity.at
