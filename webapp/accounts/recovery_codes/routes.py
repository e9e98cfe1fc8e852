"""Making new recovery codes, and using one in place of a lost factor."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.answering_forms import answer_with_form, error_of, wait_of
from webapp.accounts.blueprint import blueprint
from webapp.accounts.confirming import confirmed, own_account
from webapp.accounts.factor_pages import asked_account, back_url, begin_again, onward, other_factors
from webapp.accounts.models import Account
from webapp.accounts.notifying import tell_owner
from webapp.accounts.pages import FormPage
from webapp.accounts.recovery_codes import keeping
from webapp.accounts.recovery_codes.showing import answer_with_codes
from webapp.accounts.signing_in import current_factors, pass_factor
from webapp.profiling.inputs import Input
from webapp.profiling.kinds import typed
from webapp.profiling.kinds.base import Invalid, Unable
from webapp.profiling.words import gettext

KEY = "recovery_code"


@blueprint.get("/account/recovery-codes")
@confirmed
def new_recovery_codes() -> ResponseReturnValue:
    """What making new ones means, before it is done."""
    _protected()
    page = FormPage(
        title=gettext("New recovery codes?"),
        text=gettext("You get eight new codes. Those that you have from before stop working at once."),
        post_url=url_for("accounts.make_recovery_codes"),
        submit_label=gettext("Make new codes"),
        back_url=url_for("accounts.security"),
    )
    return answer_with_form(page)


@blueprint.post("/account/recovery-codes")
@confirmed
def make_recovery_codes() -> ResponseReturnValue:
    account = _protected()
    codes = keeping.make(account.subject_id)
    tell_owner(account.subject_id, "codes_made")
    text = gettext("Each lets you in once when you have lost your other factors. They are shown only now.")
    return answer_with_codes(codes, gettext("Your new recovery codes"), text, url_for("accounts.security"))


@blueprint.get("/sign-in/factor/recovery-code")
def recovery_code() -> ResponseReturnValue:
    account = asked_account(KEY)
    return _ask(account) if account else begin_again()


@blueprint.post("/sign-in/factor/recovery-code")
def use_recovery_code() -> ResponseReturnValue:
    account = asked_account(KEY)
    if account is None:
        return begin_again()
    try:
        fresh = keeping.redeem(account, request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return _ask(account, refused)
    pass_factor(KEY)
    text = gettext(
        "The code that you typed is used up. This one takes its place. Write it down: it is shown only now."
    )
    return answer_with_codes((fresh,), gettext("You are in"), text, onward())


def _ask(account: Account, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    shown = typed.echo(request.form.get("code", "")[:100])
    code = Input(
        name="code",
        id="code",
        label=gettext("Recovery code"),
        values=(shown,) if shown else (),
        hint=gettext("Sixteen letters and digits. Dashes, spaces and capitals do not matter."),
        errors=(error_of(refused),) if refused else (),
        autocomplete="off",
        maxlength=100,
    )
    page = FormPage(
        title=gettext("Use a recovery code"),
        text=gettext("One of those that you were shown when you added a second factor."),
        post_url=url_for("accounts.use_recovery_code", next=onward()),
        submit_label=gettext("Go on"),
        inputs=(code,),
        links=other_factors(account.subject_id, KEY),
        links_title=gettext("Or show one of these:"),
        back_url=back_url(),
    )
    return answer_with_form(page, retry_after=wait_of(refused) if refused else 0)


def _protected() -> Account:
    """The account of who looks, which has a factor; 404 otherwise."""
    account = own_account()
    if account is None or not current_factors().held_by(account.subject_id):
        abort(404)
    return account
