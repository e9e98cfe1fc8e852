"""Routes of the goals: the list, set, change and remove one, and put it back."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue

from asklater import clock, http
from asklater.database.access import current_database
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.insights.exports.sheets import sheet_response
from asklater.insights.goals.forms import GoalForm, blank_goal, form_of, read_goal
from asklater.insights.goals.goals import (
    Goal,
    JudgedGoal,
    change_goal,
    judge_goals,
    put_back,
    read_goals,
    remove_goal,
    set_goal,
    standing_goals,
)
from asklater.insights.goals.presenters import GoalPage, goals_page, goals_sheet
from asklater.insights.labels import KeyLabels, key_labels, page_title
from asklater.insights.postgres_hints import page_snapshot
from asklater.insights.query import Query, default_query
from asklater.insights.routes import only_product_managers, template_context, totals_reader

blueprint = Blueprint("goals", __name__, url_prefix="/insights/goals")
blueprint.before_request(only_product_managers)
blueprint.context_processor(template_context)


@blueprint.get("", strict_slashes=False)
def goals() -> ResponseReturnValue:
    return _list(blank_goal(_names()))


@blueprint.post("", strict_slashes=False)
def add() -> ResponseReturnValue:
    form = _read()
    if form.draft is None:
        return _list(form)
    set_goal(current_database(), form.draft)
    return _back(gettext("The goal is set. It stands in the charts of its field and context."))


@blueprint.get("/<asklater_number:number>")
def edit(number: int) -> ResponseReturnValue:
    goal = next((goal for goal in standing_goals(current_database()) if goal.number == number), None)
    return _gone() if goal is None else _form(number, form_of(goal, _names()))


@blueprint.post("/<asklater_number:number>")
def change(number: int) -> ResponseReturnValue:
    form = _read()
    if form.draft is None:
        return _form(number, form)
    if not change_goal(current_database(), number, form.draft):
        return _gone()
    return _back(gettext("The goal is changed."))


@blueprint.post("/<asklater_number:number>/remove")
def remove(number: int) -> ResponseReturnValue:
    if not remove_goal(current_database(), number):
        return _gone()
    return _back(gettext("The goal is removed. You can put it back below."))


@blueprint.post("/<asklater_number:number>/restore")
def restore(number: int) -> ResponseReturnValue:
    if not put_back(current_database(), number):
        return _gone()
    return _back(gettext("The goal is back."))


@blueprint.get("/<any(goals):table>.<any(csv, json):form>")
def table(table: str, form: str) -> ResponseReturnValue:
    return sheet_response(form, goals_sheet(_judged(standing_goals(current_database()))), table)


# Answers


def _names() -> KeyLabels:
    return key_labels(current_engine().manifest)


def _query() -> Query:
    return default_query(clock.now(), current_engine().zone)


def _read() -> GoalForm:
    return read_goal(request.form, current_engine().manifest, _names(), _query().today)


def _judged(found: Sequence[Goal]) -> tuple[JudgedGoal, ...]:
    query = _query()
    with page_snapshot(current_database()):
        return judge_goals(totals_reader(query), query, found, current_engine().manifest)


def _list(form: GoalForm) -> Response:
    found = read_goals(current_database())
    judged = _judged([goal for goal in found if not goal.removed])
    page = goals_page(judged, [goal for goal in found if goal.removed], form, _query(), _names())
    shown = render_template("asklater/insights/goals/goals.html", page=page)
    return http.personal(make_response(shown, 422 if form.errors else 200))


def _form(number: int, form: GoalForm) -> Response:
    page = GoalPage(
        title=page_title(gettext("Change a goal"), form.errors),
        form=form,
        post_url=url_for("goals.change", number=number),
        back_url=url_for("goals.goals"),
    )
    shown = render_template("asklater/insights/goals/goal.html", page=page)
    return http.personal(make_response(shown, 422 if form.errors else 200))


def _back(said: str) -> Response:
    flash(said, "success")
    return http.go_to(url_for("goals.goals"))


def _gone() -> Response:
    flash(gettext("There is no such goal any more."), "error")
    return http.go_to(url_for("goals.goals"))
