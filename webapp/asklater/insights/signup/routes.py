"""Routes of the sign-up pages: the audit of the form and its yearly review, the price of further fields, the question
protocol, the what-if, and their tables as files.
"""

import re

from flask import Blueprint, Response, abort, current_app, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue

from asklater import clock, http
from asklater.database.access import current_database
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.insights.exports.sheets import Sheet, sheet_response
from asklater.insights.routes import only_product_managers, pseudonym_key, template_context
from asklater.insights.signup import form_review
from asklater.insights.signup.audit import audit_page
from asklater.insights.signup.exports import changes_sheet, form_sheet, price_sheet, reviews_sheet
from asklater.insights.signup.form_history import read_history
from asklater.insights.signup.form_review import (
    Reviewer,
    TypedReview,
    read_review_dates,
    read_reviews,
    read_typed_review,
    reviewer,
)
from asklater.insights.signup.forms import PriceForm, read_price_form
from asklater.insights.signup.presenters import price_page
from asklater.insights.signup.price import FormSize, PriceAssumptions, form_size, measured_rates
from asklater.insights.signup.question_protocol import markdown_document, protocol
from asklater.insights.signup.review_page import (
    NOTHING_TYPED,
    form_review_page,
    form_review_state,
    review_messages,
)
from asklater.insights.signup.what_if import (
    MOST_BYTES,
    UnusableManifest,
    blank_page,
    decode_manifest,
    live_manifest_text,
    refused_page,
    result_page,
    what_would_change,
)
from asklater.insights.urls import page_url

# The blueprint, open to product managers

blueprint = Blueprint("signup", __name__, url_prefix="/insights")
blueprint.before_request(only_product_managers)
blueprint.context_processor(template_context)


# The audit


@blueprint.get("/sign-up")
def audit() -> ResponseReturnValue:
    """By the assumptions in the query string, which the calculator's links bring; those that are none do not count."""
    engine = current_engine()
    plan, measured = (
        _typed_assumptions().assumptions,
        measured_rates(engine),
    )
    today, database = clock.now().date(), current_database()
    state = form_review_state(read_review_dates(database, engine.manifest.signup), today)
    page = audit_page(engine.manifest, read_history(database), plan, today, measured, state)
    return http.personal(make_response(render_template("asklater/insights/signup/audit.html", page=page)))


# The yearly review


@blueprint.get("/sign-up/review")
def review() -> ResponseReturnValue:
    return _review_page(NOTHING_TYPED)


@blueprint.post("/sign-up/review")
def record_review() -> ResponseReturnValue:
    typed, follows = read_typed_review(request.form, review_messages()), _number_typed("follows")
    if typed.errors:
        return _review_page(typed)
    signup, database = current_engine().manifest.signup, current_database()
    if not form_review.record_review(database, signup, typed, _reviewer(), follows):
        return _review_page(
            typed, gettext("Another review was recorded meanwhile. Look at it below, then send yours again.")
        )
    current_identity().note_event("signup_reviewed")
    flash(gettext("The review is recorded."), "success")
    return http.go_to(url_for("signup.review"))


def _review_page(typed: TypedReview, problem: str = "") -> Response:
    database, manifest = current_database(), current_engine().manifest
    dates, reviews = read_review_dates(database, manifest.signup), read_reviews(database)
    page = form_review_page(manifest, dates, reviews, clock.now().date(), _reviewer(), typed, problem)
    status = 409 if problem else 422 if page.errors else 200
    return http.personal(make_response(render_template("asklater/insights/signup/review.html", page=page), status))


def _number_typed(name: str) -> int:
    """-1 where it is none."""
    typed = request.form.get(name, "")
    return int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else -1


def _reviewer() -> Reviewer:
    here = current_engine().people.subject()
    return reviewer(pseudonym_key(), current_identity().role(), here.id if here else None)


# The price


@blueprint.get("/sign-up/price")
def price() -> ResponseReturnValue:
    typed = _typed_assumptions()
    page = price_page(typed, measured=measured_rates(current_engine()), lists_errors=not http.wants_fragment())
    pair = ("asklater/insights/signup/_price.html", "asklater/insights/signup/price.html")
    return http.fragment_or_page(*pair, 422 if page.errors else 200, page=page)


def _typed_assumptions() -> PriceForm:
    """Begins with one required field more than the form has."""
    size = form_size(current_engine().manifest.signup)
    return read_price_form(request.args, FormSize(size.required + 1, size.optional))


# The question protocol


@blueprint.get("/questions")
def questions() -> ResponseReturnValue:
    page = protocol(current_engine().manifest, clock.now().date())
    return http.personal(make_response(render_template("asklater/insights/signup/questions.html", page=page)))


@blueprint.get("/questions.md")
def questions_document() -> ResponseReturnValue:
    text = markdown_document(protocol(current_engine().manifest, clock.now().date()))
    response = Response(text, content_type="text/markdown; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="question-protocol.md"'
    return http.personal(response)


# What if

TEMPLATES = ("asklater/insights/signup/_what_if.html", "asklater/insights/signup/what_if.html")


@blueprint.get("/what-if")
def what_if() -> ResponseReturnValue:
    """Begin with the file that the application runs on, so that one changes what one would change."""
    page = blank_page(live_manifest_text(current_app.extensions["asklater.settings"].manifest))
    return http.personal(make_response(render_template(TEMPLATES[1], page=page)))


@blueprint.post("/what-if")
def compare() -> ResponseReturnValue:
    """A file counts before what stands in the text."""
    engine, text, chosen = current_engine(), request.form.get("text", ""), request.files.get("file")
    by_file = chosen is not None and bool(chosen.filename)
    try:
        if chosen is not None and by_file:
            text = decode_manifest(chosen.stream.read(MOST_BYTES + 1))
        _manifest, result = what_would_change(engine, text)
    except UnusableManifest as refused:
        page = refused_page(text, refused, by_file=by_file)
        return http.fragment_or_page(*TEMPLATES, 422, page=page)
    return http.fragment_or_page(*TEMPLATES, page=result_page(text, result))


# Tables as files, by the assumptions of the page that leads to them

TABLES = ("fields", "changes", "reviews", "price")


@blueprint.get("/sign-up/<table>.<any(csv, json):form>")
def table(table: str, form: str) -> ResponseReturnValue:
    if table not in TABLES:
        abort(404)
    typed = _typed_assumptions()
    if typed.errors and form == "csv":  # the page says what is wrong beside its inputs
        return http.go_to(page_url("signup.price", request.args.to_dict()))
    if typed.errors:
        messages = " ".join(error.message for error in typed.errors)
        return http.problem(422, gettext("The assumptions cannot be understood."), messages)
    sheet = _sheet(table, typed.assumptions)
    return sheet_response(form, sheet, sheet.name)


def _sheet(part: str, plan: PriceAssumptions) -> Sheet:
    if part == "fields":
        return form_sheet(current_engine().manifest, plan, measured=measured_rates(current_engine()))
    if part == "changes":
        return changes_sheet(read_history(current_database()))
    if part == "reviews":
        return reviews_sheet(read_reviews(current_database()))
    return price_sheet(plan, measured=measured_rates(current_engine()))
