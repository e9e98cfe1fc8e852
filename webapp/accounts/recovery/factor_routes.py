"""After a lost factor: the address was proved in this session, so what its account holds may be told."""

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.accounts.answering_forms import answer_with_form, wait_of
from webapp.accounts.blueprint import blueprint
from webapp.accounts.confirming import own_account
from webapp.accounts.models import Account, Entrance
from webapp.accounts.pages import FormPage
from webapp.accounts.recovery import judging
from webapp.accounts.recovery.answering import Refused, buttons_of, inputs_of, say
from webapp.accounts.recovery.asking import ask
from webapp.accounts.recovery.evidence import Evidence
from webapp.accounts.recovery.finishing import finish_lost_factor
from webapp.accounts.recovery.mail_routes import say_that_it_waits
from webapp.accounts.recovery.models import Recovery
from webapp.accounts.recovery.standing import is_open, recovery_of, take
from webapp.accounts.recovery.telling import when
from webapp.accounts.recovery.ways import AT_ONCE, Lost, open_ways
from webapp.accounts.recovery.wording import line_of
from webapp.accounts.signing_in import entrance
from webapp.db import current_session
from webapp.profiling.kinds.base import Invalid, Unable
from webapp.profiling.words import gettext


@blueprint.get("/recover/factor")
def recover_factor() -> ResponseReturnValue:
    """What opens the account without its factor; whoever has not proved the address here does that first."""
    owed = _owed()
    if owed is None:
        return _prove_first()
    standing = recovery_of(owed.owner_id)
    if standing is not None and standing.lost == Lost.FACTOR:
        return _show_standing(standing)
    return _ask(owed)


@blueprint.post("/recover/factor")
def show_for_factor() -> ResponseReturnValue:
    owed = _owed()
    if owed is None:
        return _prove_first()
    try:
        if "send" in request.form:
            return _send(owed, request.form["send"])
        account = current_session().get_one(Account, owed.owner_id)
        way, _shown = judging.judge_openly(account, judging.typed_in(request.form))
        if way.delay > AT_ONCE:
            ask(owed.owner_id, way)
            return say_that_it_waits(way)
    except (Invalid, Unable) as refused:
        return _ask(owed, refused)
    finish_lost_factor(owed)
    return _welcome()


@blueprint.post("/recover/factor/finish")
def finish_factor() -> ResponseReturnValue:
    """The delay is over, and the address was proved anew."""
    owed = _owed()
    standing = recovery_of(owed.owner_id) if owed else None
    if owed is None or standing is None or standing.lost != Lost.FACTOR or not take(standing):
        return http.go_to(url_for("accounts.recover_factor"))
    finish_lost_factor(owed)
    return _welcome()


def _owed() -> Entrance | None:
    """The account that this session enters, once it has shown its factor; None where it has ended meanwhile."""
    owed = entrance()
    return owed if owed and current_session().get(Account, owed.owner_id) else None


def _prove_first() -> ResponseReturnValue:
    own = own_account()
    if own is None or own.verified_at is None:
        return http.go_to(url_for("accounts.bring_back"))
    page = FormPage(
        title=gettext("You are signed in here"),
        text=gettext(
            "Sign out, then sign in with a code by mail. Where the second factor is asked for, go on from there."
        ),
        post_url=url_for("accounts.sign_out"),
        submit_label=gettext("Sign out"),
        back_url=url_for("accounts.security"),
    )
    return answer_with_form(page)


def _welcome() -> ResponseReturnValue:
    flash(gettext("You are back. Your old second factor is gone: add a new one."), "success")
    return http.go_to(url_for("accounts.security"))


def _held(owed: Entrance) -> tuple[Evidence, ...]:
    return tuple(evidence for evidence in judging.asked(Lost.FACTOR) if evidence.held(owed.owner_id))


def _send(owed: Entrance, key: str) -> ResponseReturnValue:
    """Raises Unable."""
    evidence = next((known for known in _held(owed) if known.key == key), None)
    if evidence is not None and evidence.send is not None:
        evidence.send(owed.owner_id)
    return _ask(owed, note=gettext("A code is on its way. It is good for 10 minutes."))


def _ask(owed: Entrance, refused: Refused = None, note: str = "") -> ResponseReturnValue:
    held = _held(owed)
    errors = refused.errors if isinstance(refused, Invalid) else {}
    staff = current_session().get_one(Account, owed.owner_id).role != ""
    ways = open_ways(Lost.FACTOR, {evidence.key for evidence in held}, staff=staff)
    lines = " · ".join(line_of(way) for way in ways)
    page = FormPage(
        title=gettext("Your second factor is gone?"),
        text=note or _what_opens(lines),
        post_url=url_for("accounts.show_for_factor"),
        submit_label=gettext("Get back in"),
        inputs=inputs_of(held, errors),
        buttons=buttons_of(held),
        back_url=url_for("accounts.factor"),
        trouble=refused.reason if isinstance(refused, Unable) else "",
    )
    return answer_with_form(page, retry_after=wait_of(refused) if refused else 0)


def _what_opens(lines: str) -> str:
    if not lines:
        return gettext("Nothing that your account holds opens it without its factor. Ask your administrator.")
    return gettext("This opens your account without it. %(lines)s.", lines=lines)


def _show_standing(recovery: Recovery) -> ResponseReturnValue:
    """It waits, or it can be finished."""
    if not is_open(recovery):
        text = gettext(
            "You asked for it. It opens on %(moment)s; we write to you then.", moment=when(recovery.opens_at)
        )
        return say(gettext("It waits"), text, (gettext("Show a factor after all"), url_for("accounts.factor")))
    page = FormPage(
        title=gettext("Get back in"),
        text=gettext("The wait is over. Your old second factor is removed, and all other sessions end."),
        post_url=url_for("accounts.finish_factor"),
        submit_label=gettext("Open my account"),
        back_url=url_for("accounts.factor"),
    )
    return answer_with_form(page)
