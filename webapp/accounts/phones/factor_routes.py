"""The phone as a second factor at sign-in: a code goes out when its person asks for it, and is typed here."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import http
from webapp.accounts.answering_forms import answer_with_form, code_input, error_of, wait_of
from webapp.accounts.auditing import record
from webapp.accounts.blueprint import blueprint
from webapp.accounts.channels import FACTOR, six_digits
from webapp.accounts.pages import FormPage
from webapp.accounts.phones import enrolling, texting
from webapp.accounts.phones.fields import phone_field, proof_field
from webapp.accounts.phones.numbers import ending
from webapp.accounts.signing_in import current_factors, pass_factor, whose_factor
from webapp.accounts.visits import current_visits
from webapp.profiling.engine import current_engine
from webapp.profiling.kinds.base import Invalid, Unable


@blueprint.get("/sign-in/factor/phone")
def phone_factor() -> ResponseReturnValue:
    return _ask(*_owner_and_number())


@blueprint.post("/sign-in/factor/phone")
def show_phone_factor() -> ResponseReturnValue:
    """Send a code, or take the one that was typed."""
    owner, number = _owner_and_number()
    try:
        if "send" in request.form:
            texting.BY_TEXT.send(owner, current_visits().hash_of_this(), number, again=True, purpose=FACTOR)
            return _ask(owner, number)
        _take(owner, number, request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return _ask(owner, number, refused)
    pass_factor(enrolling.KEY)
    return http.go_to(_onward())


def _owner_and_number() -> tuple[int, str]:
    """Whose factor is asked, and their number; 404 where the phone is none, or has no stronger one beside it."""
    owner = whose_factor()
    if owner is None or all(factor.key != enrolling.KEY for factor in current_factors().held_by(owner)):
        abort(404)
    return owner, enrolling.enrolled_number(current_engine(), owner)


def _take(owner: int, number: str, typed: str) -> None:
    """Redeem the code; the number's retention counts from now again. Raises Invalid or Unable."""
    digits = six_digits(typed, gettext("Type the six digits that we sent to your phone."))
    try:
        texting.redeem(owner, current_visits().hash_of_this(), number, digits, purpose=FACTOR)
    except (Invalid, Unable):
        record(owner, "factor_refused", enrolling.KEY)
        raise
    engine = current_engine()
    engine.answers.use(owner, [phone_field(engine).key, proof_field(engine).key])


def _ask(owner: int, number: str, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    onward, digits = _onward(), ending(number)
    sent = texting.BY_TEXT.live(owner, current_visits().hash_of_this(), FACTOR, number) is not None
    error = error_of(refused) if refused else ""
    text = gettext("We can send a code to your phone, whose number ends in %(digits)s.", digits=digits)
    if sent:
        text = gettext(
            "We sent a code to your phone, whose number ends in %(digits)s. It is good for 10 minutes.", digits=digits
        )
    page = FormPage(
        title=gettext("Your second factor"),
        text=text,
        post_url=url_for("accounts.show_phone_factor", next=onward),
        submit_label=gettext("Go on") if sent else gettext("Send me a code"),
        inputs=(code_input(request.form.get("code", ""), error),) if sent else (),
        hidden=() if sent else (("send", "yes"),),
        buttons=(("send", "yes", gettext("Send a new code")),) if sent else (),
        links=((gettext("Another way"), url_for("accounts.factor", next=onward)),),
        trouble="" if sent else error,
    )
    return answer_with_form(page, retry_after=wait_of(refused) if refused else 0)


def _onward() -> str:
    return http.on_this_site(request.args.get("next", ""), url_for("accounts.account"))
