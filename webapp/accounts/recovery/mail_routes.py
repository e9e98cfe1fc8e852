"""After a lost address: what is lost, which account, the new address, what can be shown. Open to everybody."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.accounts.blueprint import blueprint
from webapp.accounts.recovery import begun, judging
from webapp.accounts.recovery.answering import (
    ask_for_addresses,
    ask_for_code,
    ask_to_show,
    ask_what_is_lost,
    say,
)
from webapp.accounts.recovery.asking import ask
from webapp.accounts.recovery.evidence import current_evidence
from webapp.accounts.recovery.finishing import finish_lost_mail
from webapp.accounts.recovery.ways import AT_ONCE, Lost, Way
from webapp.accounts.recovery.wording import after
from webapp.profiling.kinds.base import Elsewhere, Invalid, Unable
from webapp.profiling.words import gettext


@blueprint.get("/recover")
def recover() -> ResponseReturnValue:
    """What is lost."""
    return ask_what_is_lost()


@blueprint.post("/recover")
def choose_loss() -> ResponseReturnValue:
    chosen = request.form.get("lost", "")
    if chosen not in list(Lost):
        return ask_what_is_lost(gettext("Choose what you have lost."))
    if chosen == Lost.FACTOR:
        return http.go_to(url_for("accounts.recover_factor"))
    return http.go_to(url_for("accounts.recover_addresses", lost=chosen))


@blueprint.get("/recover/<any(mail, both):lost>")
def recover_addresses(lost: str) -> ResponseReturnValue:
    return ask_for_addresses(Lost(lost))


@blueprint.post("/recover/<any(mail, both):lost>")
def take_addresses(lost: str) -> ResponseReturnValue:
    try:
        begun.begin(Lost(lost), request.form.get("address", ""), request.form.get("new", ""))
    except (Invalid, Unable) as refused:
        return ask_for_addresses(Lost(lost), refused)
    return http.go_to(url_for("accounts.recover_code"))


@blueprint.get("/recover/code")
def recover_code() -> ResponseReturnValue:
    """The code that came to the new address."""
    here = begun.begun_here()
    return ask_for_code(here) if here else http.go_to(url_for("accounts.recover"))


@blueprint.post("/recover/code")
def prove_new_address() -> ResponseReturnValue:
    here = begun.begun_here()
    if here is None:
        return http.go_to(url_for("accounts.recover"))
    try:
        if "again" in request.form:
            begun.send_again(here)
            return ask_for_code(here)
        begun.prove_new(here, request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return ask_for_code(here, refused)
    return http.go_to(url_for("accounts.recover_show"))


@blueprint.get("/recover/show")
def recover_show() -> ResponseReturnValue:
    """What can be shown."""
    here = begun.begun_here()
    if here is None or not here.proved:
        return http.go_to(url_for("accounts.recover"))
    return ask_to_show(here, judging.asked(here.lost))


@blueprint.post("/recover/show")
def show_evidence() -> ResponseReturnValue:
    here = begun.begun_here()
    if here is None or not here.proved:
        return http.go_to(url_for("accounts.recover"))
    asked = judging.asked(here.lost)
    try:
        if "send" in request.form:
            judging.send(here, request.form["send"])
            return ask_to_show(here, asked, sent=request.form["send"])
        owner, way, shown = judging.judge(here, judging.typed_in(request.form))
        return _go_way(here, owner, way, shown)
    except (Invalid, Unable) as refused:
        return ask_to_show(here, asked, refused)


def _go_way(here: begun.Begun, owner: int, way: Way, shown: frozenset[str]) -> ResponseReturnValue:
    """Finish at once, or have it written down. Raises Invalid or Unable."""
    if way.delay > AT_ONCE:
        ask(owner, way, here.new)
        begun.forget()
        return say_that_it_waits(way)
    factors = {evidence.key for evidence in current_evidence().all if evidence.is_factor}
    begun.forget()
    try:
        finish_lost_mail(owner, here.lost, here.new, factor_shown=bool(factors & shown))
    except Elsewhere as away:
        return http.go_to(away.begin(url_for("accounts.security")))
    return http.go_to(url_for("accounts.security"))


def say_that_it_waits(way: Way) -> ResponseReturnValue:
    """What happens next; the same whether it was written down now, or one stood already."""
    return say(
        gettext("That is right. Now it waits"),
        gettext(
            "Your account opens %(when)s. Until then its owner is warned at every address that it holds, and can "
            "object. Then we write to you. If somebody asked before you, that has to be cancelled first: "
            "the warning says how.",
            when=after(way.delay),
        ),
        (gettext("To the front page"), "/"),
    )
