"""The pages of recovery: their forms and the messages between them."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, request

from asklater.accounts.recovery.draft import RecoveryDraft
from asklater.accounts.recovery.evidence import Evidence
from asklater.accounts.recovery.methods import Loss
from asklater.endpoints import url_for
from asklater.forms import FormPage, code_input, email_input, error_text, render_form_page, seconds_to_wait
from asklater.i18n import gettext
from asklater.kinds.base import Input, Invalid, Option, Unable

Refusal = Invalid | Unable | None


def render_loss_form(error: str = "") -> Response:
    """The first page."""
    options = (
        Option("mail", gettext("I cannot open my email")),
        Option("factor", gettext("I cannot use my second factor")),
        Option("both", gettext("Both")),
    )
    lost = Input("lost", "lost", gettext("What can you no longer use?"), "radios", options=options)
    page = FormPage(
        title=gettext("Recover your account"),
        text=gettext(
            "What your account holds decides what opens it: recovery codes, a second address, a phone. "
            "A passkey or a provider signs you in without any email."
        ),
        post_url=url_for("accounts.choose_loss"),
        submit_label=gettext("Go on"),
        inputs=(replace(lost, errors=(error,) if error else ()),),
        links=((gettext("Sign in"), url_for("accounts.sign_in")),),
        links_title=gettext("Found it again?"),
    )
    return render_form_page(page)


def render_addresses_form(lost: Loss, refused: Refusal = None) -> Response:
    """The account's address, and the one that it shall have."""
    errors = refused.errors if isinstance(refused, Invalid) else {}
    old = email_input("address", gettext("The address of your account"), _typed("address"), errors.get("address", ""))
    new = email_input("new", gettext("An address that you can read now"), _typed("new"), errors.get("new", ""))
    hint = gettext("It becomes the address of your account. We send a code there first.")
    page = FormPage(
        title=gettext("Which account is it?"),
        text=gettext("Whether there is an account with that address is told to nobody."),
        post_url=url_for("accounts.take_addresses", lost=str(lost)),
        submit_label=gettext("Go on"),
        inputs=(old, replace(new, hint=hint)),
        back_url=url_for("accounts.recover"),
        error=_reason(refused),
    )
    return render_form_page(page, retry_after=seconds_to_wait(refused) if refused else 0)


def render_code_form(draft: RecoveryDraft, refused: Refusal = None) -> Response:
    """The code that came to the new address."""
    error = error_text(refused) if refused else ""
    page = FormPage(
        title=gettext("Is the new address yours?"),
        text=gettext("We sent a code to %(email)s. It is good for 10 minutes.", email=draft.new_address),
        post_url=url_for("accounts.prove_new_address"),
        submit_label=gettext("Go on"),
        inputs=(code_input(_typed("code"), error),),
        buttons=(("again", "yes", gettext("Send a new code")),),
        links=((gettext("Another address"), url_for("accounts.recover_addresses", lost=str(draft.loss))),),
    )
    return render_form_page(page, retry_after=seconds_to_wait(refused) if refused else 0)


def render_evidence_form(
    draft: RecoveryDraft, asked: tuple[Evidence, ...], refused: Refusal = None, sent: str = ""
) -> Response:
    """What can be shown, the same for every account and for none. `sent` is the key of what a code went to."""
    text = gettext("Fill in all that you have: the more, the sooner. Leave the rest empty.")
    if sent:
        text = gettext("If that account has this, a code is on its way. It is good for 10 minutes.")
    page = FormPage(
        title=gettext("What can you show?"),
        text=text,
        post_url=url_for("accounts.show_evidence"),
        submit_label=gettext("Recover account"),
        inputs=evidence_inputs(asked, {}),
        buttons=evidence_buttons(asked),
        back_url=url_for("accounts.recover"),
        error=error_text(refused) if refused else "",
    )
    return render_form_page(page, retry_after=seconds_to_wait(refused) if refused else 0)


def evidence_inputs(asked: tuple[Evidence, ...], errors: Mapping[str, str]) -> tuple[Input, ...]:
    """An input for each, holding what was typed."""
    made = (
        (known.key, known.make_input(_typed(known.key), errors.get(known.key, "")))
        for known in asked
        if known.make_input
    )
    return tuple(
        replace(control, name=key, id=f"show-{key.replace('_', '-')}", optional=True, width="full")
        for key, control in made
    )


def evidence_buttons(asked: tuple[Evidence, ...]) -> tuple[tuple[str, str, str], ...]:
    """A button for each that takes a code."""
    return tuple(("send", known.key, known.send_label()) for known in asked if known.send and known.send_label)


def render_message(title: str, text: str, *links: tuple[str, str]) -> Response:
    """A page that only says something."""
    return render_form_page(FormPage(title=title, text=text, post_url="", submit_label="", links=links))


def render_expired() -> Response:
    """A link that does nothing any more, or never did."""
    response = render_message(
        gettext("This link has expired"),
        gettext("It was already used, was cancelled, or is too old."),
        (gettext("Recover an account"), url_for("accounts.recover")),
    )
    response.status_code = 404
    return response


def _typed(name: str) -> str:
    return request.form.get(name, "")


def _reason(refused: Refusal) -> str:
    return refused.reason if isinstance(refused, Unable) else ""
