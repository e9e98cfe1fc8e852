"""Goals: a completion rate that is wanted of a field in a context by a day. Adds their pages, their panel on the
overview, and their line in the charts.

Begin with goals.py, which judges them; routes.py has the pages.
"""

from collections.abc import Sequence

from flask import Flask

from asklater.endpoints import register_blueprint
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.insights.chart_notes import WantedRate, add_chart_notes
from asklater.insights.goals.goals import GoalDraft, judge_goals, set_goal, standing_goals
from asklater.insights.goals.presenters import goals_panel
from asklater.insights.goals.routes import blueprint
from asklater.insights.labels import day, key_labels, percent
from asklater.insights.navigation import add_tab
from asklater.insights.panels import Panel, add_panels
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.services import Services

__all__ = ["GoalDraft", "init_app", "set_goal"]


def init_app(app: Flask, _services: Services) -> None:
    register_blueprint(app, blueprint)
    add_tab(app, 46, "goals.goals", lambda: gettext("Goals"), group="experiments", within=("goals.",))
    add_panels(app, 10, _panels)
    add_chart_notes(app, 20, _wanted_rates)


def _panels(reader: TotalsReader, query: Query) -> Sequence[Panel]:
    engine = current_engine()
    judged = judge_goals(reader, query, standing_goals(engine.database), engine.manifest)
    if not judged:
        return ()
    return (Panel("asklater/insights/goals/_panel.html", goals_panel(judged, query, key_labels(engine.manifest))),)


def _wanted_rates(query: Query) -> Sequence[WantedRate]:
    """The goal of the chart's own field and context that is due next, else the one that was due last."""
    if not (query.field and query.context):
        return ()
    mine = [
        goal
        for goal in standing_goals(current_engine().database)
        if (goal.field, goal.context) == (query.field, query.context)
    ]
    coming = [goal for goal in mine if goal.due >= query.today]
    if not mine:
        return ()
    goal = coming[0] if coming else mine[-1]
    label = gettext(
        "The dashed line is the goal: %(rate)s by %(day)s (%(owner)s).",
        rate=percent(goal.rate),
        day=day(goal.due),
        owner=goal.owner,
    )
    return (WantedRate(goal.rate, label),)
