"""Routes of what needs attention: the list and its file, the choice of a mail, and the page that stops the mails."""

from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue

from asklater import clock, http
from asklater.database.access import current_database
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.insights.alerts import loss_alerts
from asklater.insights.attention.subscriptions import (
    read_subscription,
    subject_of_link,
    subscribe,
    unsubscribe,
)
from asklater.insights.exports.sheets import Sheet, SheetColumn, SheetRow, sheet_response
from asklater.insights.labels import day, key_labels
from asklater.insights.losses import Loss, Losses, read_losses
from asklater.insights.postgres_hints import page_snapshot
from asklater.insights.presenters import Alert
from asklater.insights.query import Query, default_query
from asklater.insights.routes import only_product_managers, template_context, totals_reader
from asklater.insights.urls import DownloadLinks
from asklater.jobs.service import current_jobs
from asklater.kinds.base import Input, Option
from asklater.messages.mail import DELIVER_MAIL

# The list, open to product managers

blueprint = Blueprint("attention", __name__, url_prefix="/insights/attention")
blueprint.before_request(only_product_managers)
blueprint.context_processor(template_context)


@dataclass(frozen=True)
class AttentionPage:
    """`choice` asks when a mail is wanted, None where the application sends no mails."""

    days: str
    alerts: tuple[Alert, ...]
    choice: Input | None
    files: DownloadLinks


@blueprint.get("", strict_slashes=False)
def attention() -> ResponseReturnValue:
    return _page()


@blueprint.post("", strict_slashes=False)
def choose() -> ResponseReturnValue:
    me, wanted = current_engine().people.subject(), request.form.get("mails", "")
    if wanted not in _choices() or me is None or not _sends_mails():
        return _page(gettext("Choose when you want the email."))
    if wanted == "none":
        unsubscribe(current_database(), me.id)
        return _back(gettext("You get no more of these emails."))
    subscribe(current_database(), me.id, _query().today, even_if_none=wanted == "always")
    if not current_identity().address_of(me.id):
        return _back(gettext("Your choice is saved. The emails come once your address is verified."))
    return _back(gettext("Your choice is saved. The next email comes on Monday."))


@blueprint.get("/<any(losses):table>.<any(csv, json):form>")
def table(table: str, form: str) -> ResponseReturnValue:
    return sheet_response(form, losses_sheet(_losses(_query())), table)


def losses_sheet(losses: Losses) -> Sheet:
    """One row a loss, that of the most people first."""
    columns = (
        SheetColumn("field", gettext("the field's key")),
        SheetColumn("context", gettext("the context's key")),
        SheetColumn("optional", gettext("whether it may be left empty there")),
        SheetColumn("people", gettext("how many more stopped than at the rate of the four weeks before")),
        SheetColumn("persons", gettext("people asked in the two weeks")),
        SheetColumn("rate", gettext("the completion rate in these weeks, 0 to 1")),
        SheetColumn("rate_before", gettext("the completion rate in the four weeks before")),
    )
    return Sheet("losses", columns, tuple(map(_sheet_row, losses.found)))


def _sheet_row(loss: Loss) -> SheetRow:
    return {
        "field": loss.field,
        "context": loss.context,
        "optional": loss.optional,
        "people": loss.people,
        "persons": loss.persons,
        "rate": loss.now.rate,
        "rate_before": loss.before.rate,
    }


def _query() -> Query:
    return default_query(clock.now(), current_engine().zone)


def _losses(query: Query) -> Losses:
    with page_snapshot(current_database()):
        return read_losses(totals_reader(query), query, current_engine().manifest.window)


def _page(problem: str = "") -> Response:
    query = _query()
    losses, names = _losses(query), key_labels(current_engine().manifest)
    page = AttentionPage(
        days=_days(losses.first, losses.last),
        alerts=loss_alerts(losses.found, replace(query, first=losses.first, last=losses.last), names),
        choice=_choice(problem) if _sends_mails() else None,
        files=DownloadLinks({}, "attention.table"),
    )
    shown = render_template("asklater/insights/attention/attention.html", page=page)
    return http.personal(make_response(shown, 422 if problem else 200))


def _days(first: date, last: date) -> str:
    return gettext("%(first)s to %(last)s", first=day(first), last=day(last))


def _sends_mails() -> bool:
    return DELIVER_MAIL in current_jobs().runs


def _choices() -> dict[str, str]:
    return {
        "none": gettext("Never"),
        "losses": gettext("Every week in which something was lost"),
        "always": gettext("Every week, also when nothing was lost"),
    }


def _choice(problem: str) -> Input:
    me = current_engine().people.subject()
    mine = read_subscription(current_database(), me.id) if me else None
    return Input(
        name="mails",
        id="attention-mails",
        label=gettext("When do you want this list by email?"),
        type="radios",
        values=("none" if mine is None else "always" if mine.even_if_none else "losses",),
        options=tuple(Option(key, label) for key, label in _choices().items()),
        errors=(problem,) if problem else (),
    )


def _back(said: str) -> Response:
    flash(said, "success")
    return http.go_to(url_for("attention.attention"))


# The link in a mail, open to whoever has it

stop_blueprint = Blueprint("attention_mails", __name__, url_prefix="/attention/stop")


@stop_blueprint.get("/<token>")
def ask(token: str) -> ResponseReturnValue:
    """Ask before anything changes: mail scanners open links."""
    return _stop_page(token, wanted=read_subscription(current_database(), _reader(token)) is not None)


@stop_blueprint.post("/<token>")
@http.bounces
def stop(token: str) -> ResponseReturnValue:
    """Stop the mails. Mail programs post here by themselves (RFC 8058): the signed address is the proof."""
    unsubscribe(current_database(), _reader(token))
    return _stop_page(token, wanted=False)


def _reader(token: str) -> int:
    found = subject_of_link(token)
    if found is None:
        abort(404)
    return found


def _stop_page(token: str, *, wanted: bool) -> Response:
    post_url = url_for("attention_mails.stop", token=token) if wanted else ""
    shown = render_template("asklater/insights/attention/stop.html", post_url=post_url)
    return http.personal(make_response(shown))
