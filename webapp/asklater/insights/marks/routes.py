"""Routes of the marks: the list, set, change and remove one, put it back, and the weeks on both sides of one."""

from datetime import date

from flask import Blueprint, Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue

from asklater import clock, http
from asklater.database.access import current_database
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.insights.exports.sheets import sheet_response
from asklater.insights.forms import QueryForm, read_undated_query
from asklater.insights.labels import page_title
from asklater.insights.marks.before_after import BeforeAndAfter, before_after_sheet, compare_around
from asklater.insights.marks.forms import MarkForm, blank_mark, form_of, read_mark
from asklater.insights.marks.marks import (
    Mark,
    add_mark,
    change_mark,
    put_back,
    read_marks,
    read_marks_by_hand,
    remove_mark,
)
from asklater.insights.marks.presenters import (
    MarkPage,
    before_after_page,
    mark_choice,
    marks_page,
    marks_sheet,
    no_mark_page,
)
from asklater.insights.postgres_hints import page_snapshot
from asklater.insights.routes import only_product_managers, requested_options, template_context, totals_reader

# The blueprint, open to product managers

blueprint = Blueprint("marks", __name__, url_prefix="/insights/marks")
blueprint.before_request(only_product_managers)
blueprint.context_processor(template_context)


# The list


@blueprint.get("", strict_slashes=False)
def marks() -> ResponseReturnValue:
    return _list(blank_mark(_today()))


@blueprint.post("", strict_slashes=False)
def add() -> ResponseReturnValue:
    form = read_mark(request.form, _today())
    if form.errors or form.day is None:
        return _list(form)
    add_mark(current_database(), form.day, form.text)
    return _back(gettext("The mark is set. It stands in every chart of its day."))


@blueprint.get("/<asklater_number:number>")
def edit(number: int) -> ResponseReturnValue:
    mark = _standing(number)
    return _gone() if mark is None else _form(number, form_of(mark))


@blueprint.post("/<asklater_number:number>")
def change(number: int) -> ResponseReturnValue:
    form = read_mark(request.form, _today())
    if form.errors or form.day is None:
        return _form(number, form)
    if not change_mark(current_database(), number, form.day, form.text):
        return _gone()
    return _back(gettext("The mark is changed."))


@blueprint.post("/<asklater_number:number>/remove")
def remove(number: int) -> ResponseReturnValue:
    if not remove_mark(current_database(), number):
        return _gone()
    return _back(gettext("The mark is removed. You can put it back below."))


@blueprint.post("/<asklater_number:number>/restore")
def restore(number: int) -> ResponseReturnValue:
    if not put_back(current_database(), number):
        return _gone()
    return _back(gettext("The mark is back."))


# Before and after


@blueprint.get("/compare")
def compare() -> ResponseReturnValue:
    found, form = read_marks(current_database(), current_engine().zone), _requested()
    if not found:
        shown = render_template("asklater/insights/marks/compare.html", page=no_mark_page())
        return http.personal(make_response(shown))
    choice, mark = mark_choice(found, request.args.get("mark"))
    page = before_after_page(form, choice, mark, _around(form, mark), current_engine().manifest)
    shown = render_template("asklater/insights/marks/compare.html", page=page)
    return http.personal(make_response(shown, 422 if choice.errors or form.errors else 200))


def _requested() -> QueryForm:
    """Without days, which follow from the mark, and for every sort of asks."""
    return read_undated_query(request.args, requested_options(), clock.now(), current_engine().zone)


def _around(form: QueryForm, mark: Mark) -> BeforeAndAfter:
    with page_snapshot(current_database()):
        return compare_around(totals_reader(form.query), form.query, mark.day, current_engine().manifest.window)


# Files


@blueprint.get("/<any(changes, 'before-after'):table>.<any(csv, json):form>")
def table(table: str, form: str) -> ResponseReturnValue:
    found = read_marks(current_database(), current_engine().zone)
    if table == "changes":
        return sheet_response(form, marks_sheet(found), "changes")
    mark = next((mark for mark in found if mark.key == request.args.get("mark")), None)
    if mark is None:
        abort(404)
    asked = _requested()
    if asked.errors:
        messages = " ".join(error.message for error in asked.errors)
        return http.problem(422, gettext("These filters cannot be understood."), messages)
    return sheet_response(form, before_after_sheet(_around(asked, mark)), f"before-after-{mark.day.isoformat()}")


# Answers


def _today() -> date:
    return clock.now().astimezone(current_engine().zone).date()


def _standing(number: int) -> Mark | None:
    return next(
        (mark for mark in read_marks_by_hand(current_database()) if mark.number == number and not mark.removed_at),
        None,
    )


def _list(form: MarkForm) -> Response:
    database = current_database()
    page = marks_page(read_marks(database, current_engine().zone), read_marks_by_hand(database), form)
    shown = render_template("asklater/insights/marks/marks.html", page=page)
    return http.personal(make_response(shown, 422 if form.errors else 200))


def _form(number: int, form: MarkForm) -> Response:
    page = MarkPage(
        title=page_title(gettext("Change a mark"), form.errors),
        form=form,
        post_url=url_for("marks.change", number=number),
        back_url=url_for("marks.marks"),
    )
    shown = render_template("asklater/insights/marks/mark.html", page=page)
    return http.personal(make_response(shown, 422 if form.errors else 200))


def _back(said: str) -> Response:
    flash(said, "success")
    return http.go_to(url_for("marks.marks"))


def _gone() -> Response:
    flash(gettext("There is no such mark any more."), "error")
    return http.go_to(url_for("marks.marks"))
