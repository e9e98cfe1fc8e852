"""Identity: what features ask about who is here. `asklater.accounts` answers, or an application's own sign-in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol

from flask import Flask, Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from asklater import errors, http
from asklater.database.access import current_database
from asklater.i18n import gettext
from asklater.kinds.base import ReauthenticationRequired, Unable
from asklater.settings import installed

EXTENSION = "asklater.identity"
KEPT_FORMS = "asklater.kept_forms"
UNPROVED = "urn:asklater:problem:reauthentication-required"
View = Callable[..., ResponseReturnValue]


class Identity(Protocol):
    """Who makes a request, what they may open, and whose an address is.

    Subjects are the engine's; roles are those that features ask for: `pm`, `privacy_officer`, `admin`.
    """

    def is_signed_in(self) -> bool:
        """Whether the request is of somebody who has an account here, and not just a visitor's."""

    def role(self) -> str:
        """The role in which the request is made, "" for none."""

    def acts_as(self, role: str) -> bool:
        """Whether the request is made in this role. Somebody whom the application lets into several has them all."""

    def require_role(self, roles: tuple[str, ...], text: str, hint: str = "") -> Response | None:
        """None for whoever makes the request in one of `roles`; for everybody else the answer that refuses it.

        `text` says for whom the page is, `hint`, in the demo, as whom to look around.
        """

    def require_fresh_proof(self) -> Response | None:
        """None while the person has proved lately who they are, or has nothing to prove it with; otherwise the answer
        that leads to where they can, and back."""

    def reauthentication_url(self, onward: str) -> str:
        """The page on which one proves anew who one is; it leads to the path `onward` in the end. "" for none."""

    def note_event(self, event: str) -> None:
        """Note in the audit log of whoever makes the request that they did this; `event` is one that it knows."""

    def note_event_of(self, subject_id: int, event: str) -> None:
        """Note in the audit log of the subject's account that this happened to what is theirs, whoever made the
        request."""

    def sign_in_url(self, onward: str) -> str:
        """The page on which one signs in; it leads to the path `onward` in the end, if there is one."""

    def proving_url(self, onward: str) -> str:
        """The page on which whoever makes the request proves an address, and so reaches what is held of them beyond
        this browser; it leads to the path `onward` in the end. "" for somebody who has, or where there is none."""

    def sign_out(self, *, forget: bool = False) -> None:
        """End the session. With `forget`, the browser keeps nothing that tells who was here."""

    def has_account(self, subject_id: int) -> bool:
        """Whether the subject has an account."""

    def has_role(self, subject_id: int) -> bool:
        """Whether the subject's account has a role, used or not."""

    def has_second_factor(self, subject_id: int) -> bool:
        """Whether the subject's account is protected by a second factor."""

    def owner_of_address(self, address: str) -> int | None:
        """The subject whose proved email address this is."""

    def unproved_accounts(self, address: str) -> Sequence[int]:
        """The subjects whose accounts have this email address, and never proved that it is theirs."""

    def address_of(self, subject_id: int) -> str:
        """The proved email address of the subject's account, "" where there is none."""

    def role_holders(self, role: str) -> list[int]:
        """The subjects whose accounts have the role, used or not: who is written to when there is something to do."""

    def send_code(self, address: str, purpose: str) -> None:
        """Mail a code to the address, good for this session and purpose. Raises Unable."""

    def redeem_code(self, address: str, purpose: str, typed: str) -> None:
        """Use up the code that came to the address; until the transaction ends, nobody else decides whose it is.

        Raises Invalid and Unable.
        """


class NoIdentity:
    """That of an application which has none: nobody has an account or a role, and what needs one stays closed.

    An application whose sign-in knows only some of it can inherit the rest from here.
    """

    def is_signed_in(self) -> bool:
        return False

    def role(self) -> str:
        return ""

    def acts_as(self, role: str) -> bool:
        return self.role() == role

    def require_role(self, roles: tuple[str, ...], text: str, hint: str = "") -> Response | None:
        return _refuse(text)

    def require_fresh_proof(self) -> Response | None:
        return _refuse()

    def reauthentication_url(self, onward: str) -> str:
        return ""

    def note_event(self, event: str) -> None:
        """There is no audit log."""

    def note_event_of(self, subject_id: int, event: str) -> None:
        """There is no audit log."""

    def sign_in_url(self, onward: str) -> str:
        return "/"

    def proving_url(self, onward: str) -> str:
        return ""

    def sign_out(self, *, forget: bool = False) -> None:
        """There is no session to end."""

    def has_account(self, subject_id: int) -> bool:
        return False

    def has_role(self, subject_id: int) -> bool:
        return False

    def has_second_factor(self, subject_id: int) -> bool:
        return False

    def owner_of_address(self, address: str) -> int | None:
        return None

    def unproved_accounts(self, address: str) -> Sequence[int]:
        return ()

    def address_of(self, subject_id: int) -> str:
        return ""

    def role_holders(self, role: str) -> list[int]:
        return []

    def send_code(self, address: str, purpose: str) -> None:
        raise Unable(_nobody_signs_in())

    def redeem_code(self, address: str, purpose: str, typed: str) -> None:
        raise Unable(_nobody_signs_in())


def provide_identity(app: Flask, identity: Identity, closed: str = "") -> None:
    """Let the views of a feature find the identity that it was handed; without one, log what stays `closed`."""
    app.extensions[EXTENSION] = identity
    if type(identity) is NoIdentity:
        app.logger.warning("nobody can sign in, since Services have no identity: %s", closed)


def current_identity() -> Identity:
    """The identity of the current application."""
    identity: Identity = installed(EXTENSION)
    return identity


def has_identity() -> bool:
    """Whether the current application has one."""
    return type(current_identity()) is not NoIdentity


def require_identity() -> Response | None:
    """None where the application has an identity, otherwise the answer that refuses the request."""
    return None if has_identity() else _refuse()


def reauthenticated(view: View) -> View:
    """Let a view run only while its person has proved lately who they are. What they typed into its form before waits
    meanwhile, and is carried on with one press."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        response = current_identity().require_fresh_proof()
        if response is None:
            return _kept_forms().refuse_used() or view(*args, **kwargs)
        return _lead_back_to_form(response)

    guarded.reauthenticated = True  # type: ignore[attr-defined]
    return guarded


@dataclass(frozen=True)
class KeptForms:
    """How a form that came without a fresh proof waits for one. `keep()` gives the path where it is carried on, ""
    where nothing is kept; `refuse_used()` the answer to a form that was carried on before."""

    keep: Callable[[], str] = lambda: ""
    refuse_used: Callable[[], Response | None] = lambda: None


def keep_forms_by(app: Flask, kept: KeptForms) -> None:
    """Let the views that want a fresh proof keep the form which came without one."""
    app.extensions[KEPT_FORMS] = kept


def _kept_forms() -> KeptForms:
    kept: KeptForms = current_app.extensions.get(KEPT_FORMS, KeptForms())
    return kept


def _lead_back_to_form(response: Response) -> Response:
    """The answer that leads to the proof; for a form that can be kept, with the form as what comes next."""
    leads_to = http.parts_of(response.headers.get("HX-Redirect") or response.location or "").path
    identity = current_identity()
    proof = http.parts_of(identity.reauthentication_url("/")).path
    if request.method != "POST" or not leads_to or leads_to != proof:
        return response
    kept = _kept_forms().keep()
    return http.leave_for(identity.reauthentication_url(kept)) if kept else response


def guard(identity: Identity) -> None:
    """Raises ReauthenticationRequired while whoever makes the request has not proved lately who they are, or Unable
    where there is no page for it. An application without an identity has nobody to ask, and no account to open.

    A form that waited for the proof and was carried on before ends the request here, with the answer that says so.
    """
    if type(identity) is NoIdentity:
        return
    if identity.require_fresh_proof() is None:
        refused = _kept_forms().refuse_used()
        if refused is not None:
            abort(refused)
        return
    if not identity.reauthentication_url("/"):
        raise Unable(gettext("This could open your account, and you cannot prove here that it is yours."))
    raise ReauthenticationRequired(identity.reauthentication_url)


def answer_reauthentication(required: ReauthenticationRequired) -> Response:
    """What answers the exception where no view has: to the proof, and on with what was typed, or back to the page on
    which one was."""
    if request.method == "POST" and not http.wants_json():
        with current_database().unit_of_work():  # the request's own was rolled back
            kept = _kept_forms().keep()
        if kept:
            return http.leave_for(required.begin(kept))
    has_page = current_app.create_url_adapter(request).test(method="GET")  # type: ignore[union-attr]
    here = http.here() if has_page else http.came_from()
    url = required.begin(here)
    return reauthentication_problem(url) if http.wants_json() else http.go_to(url)


def reauthentication_problem(url: str) -> Response:
    """For a client that reads JSON: 403, and the page on which a person proves who they are, to go on from there."""
    return http.problem(
        403,
        gettext("Prove who you are first"),
        gettext("The next step changes how your account is protected, so confirm that it is you."),
        UNPROVED,
        reauthentication_url=http.absolute_url(url),
    )


def _refuse(text: str = "") -> Response:
    return errors.answer(403, gettext("You do not have access to this page"), text or _nobody_signs_in())


def _nobody_signs_in() -> str:
    return gettext("Nobody can sign in to this site, and without that nobody can be shown this.")
