"""The officer's pages of processors: the register, and the contract with each."""

from dataclasses import dataclass

from flask import Response, abort, flash, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import Field

from asklater import clock, http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.forms import Form, inputs_of
from asklater.i18n import gettext
from asklater.privacy.officer import current_officer, officer_blueprint, officer_csv
from asklater.privacy.officer_forms import (
    OfficerForm,
    day_field,
    line_field,
    not_ahead,
    not_past,
    officer_form_page,
    text_field,
)
from asklater.privacy.processors.contracts import (
    PROCESSOR,
    Contract,
    RegisteredRecipient,
    contract_with,
    registered_recipients,
    save_contract,
    unknown_recipients,
)

COLUMNS = (
    *("key", "name", "role", "place", "services", "transfers", "purposes"),
    *("contract_signed", "reference", "sub_processors", "review"),
)


class ContractForm(Form):
    """What officers note of a contract."""

    signed_on = day_field(_("Signed on"))
    reference = line_field(_("Reference, or where it is kept"))
    sub_processors = text_field(
        _("Sub-processors"), _("Who works for it, and where; empty where it has none."), optional=True
    )
    review_on = day_field(_("Review it by"), optional=True)

    def validate_signed_on(self, field: Field) -> None:
        not_ahead(self, field)

    def validate_review_on(self, field: Field) -> None:
        not_past(self, field)


@dataclass(frozen=True)
class RecipientLine:
    """A recipient of the register. `edit_url` is "" for one that needs no contract; `finding` says what is missing."""

    name: str
    role: str
    facts: tuple[tuple[str, str], ...]
    finding: str
    edit_url: str


@dataclass(frozen=True)
class ProcessorsPage:
    """The register, and what purposes describe without naming it: pairs of its words and the purposes."""

    recipients: tuple[RecipientLine, ...]
    unknown: tuple[tuple[str, str], ...]


@officer_blueprint.get("/processors")
def processors() -> ResponseReturnValue:
    manifest = current_engine().manifest
    unknown = ((name, ", ".join(purposes)) for name, purposes in unknown_recipients(manifest).items())
    page = ProcessorsPage(tuple(map(_line, registered_recipients(manifest))), tuple(unknown))
    return http.personal(make_response(render_template("asklater/privacy/processors/list.html", page=page)))


@officer_blueprint.get("/processors.csv")
def processors_csv() -> ResponseReturnValue:
    return officer_csv("processors", COLUMNS, map(_cells, registered_recipients(current_engine().manifest)))


@officer_blueprint.get("/processors/<recipient>")
def contract(recipient: str) -> ResponseReturnValue:
    known = contract_with(_processor_or_404(recipient))
    return _page(recipient, ContractForm(formdata=None, obj=known))


@officer_blueprint.post("/processors/<recipient>")
def change_contract(recipient: str) -> ResponseReturnValue:
    key, form = _processor_or_404(recipient), ContractForm()
    if not form.validate():
        return _page(recipient, form, 422)
    save_contract(key, Contract(**{**form.data, "sub_processors": form.sub_processors.data or ""}), current_officer())
    flash(gettext("Noted."), "success")
    return http.go_to(url_for("officer.processors"))


def _line(one: RegisteredRecipient) -> RecipientLine:
    declared, known, is_processor = one.declared, one.contract, one.declared.role == PROCESSOR
    transfers = "; ".join(f"{gettext(it.country)}: {gettext(it.safeguard)}" for it in declared.transfers)
    facts = (
        (gettext("Place"), declared.place),
        (gettext("What it does"), gettext(declared.services) if declared.services else ""),
        (gettext("For"), ", ".join(one.purposes)),
        (gettext("Outside the Union"), transfers or gettext("nothing") if is_processor else transfers),
        (gettext("Contract"), f"{known.signed_on}, {known.reference}" if known.signed_on else ""),
        (gettext("Sub-processors"), known.sub_processors if is_processor and known.signed_on else ""),
        (gettext("Review by"), str(known.review_on or "")),
    )
    return RecipientLine(
        name=declared.name,
        role=_role(declared.role),
        facts=tuple((label, text) for label, text in facts if text),
        finding=gettext("No contract is on record: a processor needs one (Art. 28(3)).")
        if one.lacks_contract
        else gettext("Its review was due on %(day)s.", day=known.review_on)
        if known.review_on and known.review_on < clock.now().date()
        else "",
        edit_url=url_for("officer.contract", recipient=declared.key) if is_processor else "",
    )


def _cells(one: RegisteredRecipient) -> tuple[object, ...]:
    declared, known = one.declared, one.contract
    transfers = "; ".join(f"{it.country}: {it.safeguard}" for it in declared.transfers)
    about = (declared.key, declared.name, declared.role, declared.place, declared.services, transfers)
    return *about, ", ".join(one.purposes), known.signed_on, known.reference, known.sub_processors, known.review_on


def _role(role: str) -> str:
    return {
        "processor": gettext("processor (Art. 28)"),
        "controller": gettext("decides for itself"),
        "authority": gettext("authority"),
        "group": gettext("a group, of nobody"),
    }[role]


def _page(recipient: str, form: Form, status: int = 200) -> Response:
    declared = current_engine().manifest.recipients[recipient]
    page = OfficerForm(
        key="contract",
        title=gettext("Contract with %(name)s", name=declared.name),
        text=gettext("Who it is, where, and what it does stands in the manifest, since people are told that."),
        post_url=url_for("officer.change_contract", recipient=recipient),
        label=gettext("Save"),
        inputs=inputs_of(form, "contract"),
        look="primary",
    )
    return officer_form_page(page, url_for("officer.processors"), status)


def _processor_or_404(recipient: str) -> str:
    declared = current_engine().manifest.recipients.get(recipient)
    return recipient if declared is not None and declared.role == PROCESSOR else abort(404)
