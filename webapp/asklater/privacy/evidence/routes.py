"""The officer's pages of evidence: a bundle of a request or of a period, and the check of one."""

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

import click
from flask import Response, abort, make_response, render_template, request
from flask.cli import with_appcontext
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import Field, FileField
from wtforms.form import BaseForm

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.forms import Form, inputs_of
from asklater.i18n import gettext
from asklater.privacy.cli import privacy_group
from asklater.privacy.evidence.bundle import BundleCheck, BundleFile, check_bundle, pieces, write_bundle
from asklater.privacy.evidence.contents import Period, period_files, request_files
from asklater.privacy.officer import current_officer, officer_blueprint
from asklater.privacy.officer_forms import OfficerForm, day_field, not_ahead, officer_form_page, text_field
from asklater.privacy.requests import audit_trail
from asklater.privacy.requests.queries import Request, find_request
from asklater.privacy.signing_keys import current_signer

log = logging.getLogger(__name__)


class PeriodForm(Form):
    """The days that a bundle is of."""

    first = day_field(_("From this day on"))
    last = day_field(_("Until the end of this day"))

    def validate_first(self, field: Field) -> None:
        not_ahead(self, field)

    def validate(self, extra_validators: object = None) -> bool:
        fits = bool(super().validate(extra_validators))
        if fits and self.last.data < self.first.data:
            self.last.errors = [gettext("This day is before the first one. Swap them, or correct one.")]
            return False
        return fits


class RequestForm(Form):
    """Why a bundle of a request is made."""

    reason = text_field(
        _("Who wants it, and why"), _("It is noted in the trail of the request, which its person sees.")
    )


class CheckForm(Form):
    """A bundle to be checked."""

    file = FileField(_("The bundle (ZIP)"))


@officer_blueprint.get("/evidence")
def evidence() -> ResponseReturnValue:
    return _page()


@officer_blueprint.post("/evidence")
def period_evidence() -> ResponseReturnValue:
    """Send the bundle of a period."""
    form = PeriodForm()
    if not form.validate():
        return _page(form, status=422)
    first, last = form.first.data, form.last.data
    period = Period(_midnight(first), _midnight(last) + timedelta(days=1))
    log.info("event=evidence_bundle by=%s of=%s/%s", current_officer(), first, last)
    about = {"of": "period", "first": first.isoformat(), "last": last.isoformat()}
    return _send(about, period_files(current_engine(), period), f"evidence-{first}-{last}.zip")


@officer_blueprint.get("/requests/<public_id>/evidence")
def request_evidence(public_id: str) -> ResponseReturnValue:
    return _request_page(_request_or_404(public_id), RequestForm(formdata=None))


@officer_blueprint.post("/requests/<public_id>/evidence")
def bundle_request(public_id: str) -> ResponseReturnValue:
    """Send the bundle of a request, and note it in its trail."""
    found, form = _request_or_404(public_id), RequestForm()
    if not form.validate():
        return _request_page(found, form, 422)
    who = audit_trail.Actor("officer", current_officer())
    audit_trail.add_step(found.id, found.subject_id, "bundled", who, form.reason.data)
    about = {"of": "request", "request": found.public_id}
    return _send(about, request_files(current_engine(), found), f"evidence-{found.public_id}.zip")


@officer_blueprint.post("/evidence/check")
def check_evidence() -> ResponseReturnValue:
    """Check a bundle, and keep nothing of it."""
    form, file = CheckForm(), request.files.get("file")
    if file is None or not file.filename:
        form.file.errors = [gettext("Choose the file of a bundle.")]
        return _page(check=form, status=422)
    return _page(verdict=check_bundle(current_signer(), file.stream))


def verdict_text(check: BundleCheck) -> str:
    """Says what a check has found."""
    made = f"{datetime.fromisoformat(check.contents['made_at']):%Y-%m-%d %H:%M} UTC" if check.contents else ""
    return {
        "genuine": gettext("Genuine and whole: made here on %(moment)s.", moment=made),
        "altered": gettext(
            "Made here on %(moment)s, and altered since: %(files)s.", moment=made, files=", ".join(check.wrong[:20])
        ),
        "forged": gettext("Forged or altered: its list of files does not bear our signature."),
        "unreadable": gettext("This is no bundle of evidence, or it is damaged."),
    }[check.verdict]


@privacy_group.command("check-evidence")
@click.argument("file", type=click.File("rb"))
@with_appcontext
def check_evidence_file(file: Any) -> None:
    """Tell whether a bundle of evidence is ours and whole; exit status 1 where it is not."""
    check = check_bundle(current_signer(), file)
    click.echo(verdict_text(check))
    if check.verdict != "genuine":
        raise click.exceptions.Exit(1)


def _send(about: Mapping[str, Any], files: Iterable[BundleFile], name: str) -> Response:
    whole = {"controller": current_engine().manifest.controller.name, **about}
    bundle = write_bundle(current_signer(), whole, files)
    response = Response(pieces(bundle), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return http.personal(response)


def _page(
    period: BaseForm | None = None,
    *,
    check: BaseForm | None = None,
    verdict: BundleCheck | None = None,
    status: int = 200,
) -> Response:
    making = OfficerForm(
        key="period",
        title=gettext("A bundle of a period"),
        text=gettext(
            "It holds how requests, erasures and breaches of these days were dealt with, and what was declared then: "
            "no words and no addresses of people. A request has a bundle of its own, on its page."
        ),
        post_url=url_for("officer.period_evidence"),
        label=gettext("Download the bundle"),
        inputs=inputs_of(period or PeriodForm(formdata=None), "period"),
        look="primary",
    )
    checking = OfficerForm(
        key="check",
        title=gettext("Check a bundle"),
        text=gettext("Whether it was made here, and nothing in it was changed since. It is not kept."),
        post_url=url_for("officer.check_evidence"),
        label=gettext("Check it"),
        inputs=inputs_of(check or CheckForm(formdata=None), "check"),
    )
    words = verdict_text(verdict) if verdict else ""
    look = "success" if verdict and verdict.verdict == "genuine" else "error"
    text = render_template(
        "asklater/privacy/evidence/page.html", making=making, checking=checking, verdict=words, look=look
    )
    return http.personal(make_response(text, status))


def _request_page(found: Request, form: BaseForm, status: int = 200) -> Response:
    page = OfficerForm(
        key="bundle",
        title=gettext("Evidence for an authority"),
        text=gettext(
            "A signed ZIP with the request, its trail, what was written, its receipt, and what people were told then. "
            "It holds the person's own words and address: hand it to nobody who may not have them."
        ),
        post_url=url_for("officer.bundle_request", public_id=found.public_id),
        label=gettext("Download the bundle"),
        inputs=inputs_of(form, "bundle"),
        look="primary",
    )
    back = url_for("officer.request", public_id=found.public_id)
    return officer_form_page(page, back, status)


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), UTC)


def _request_or_404(public_id: str) -> Request:
    return find_request(public_id) or abort(404)
