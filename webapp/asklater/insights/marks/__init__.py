"""What became different, and when: every change of the manifest marks the charts by itself, and product managers set
marks by hand. Adds the pages, the marks in the charts, and the job that records the manifest.

Begin with routes.py; manifest_changes.py finds what changed, before_after.py compares the weeks on both sides.
"""

from collections.abc import Sequence

from flask import Flask

from asklater.endpoints import register_blueprint
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.insights.chart_notes import DayMark, add_chart_notes
from asklater.insights.marks.manifest_changes import record_manifest
from asklater.insights.marks.marks import add_mark, read_marks
from asklater.insights.marks.presenters import compare_url, mark_label
from asklater.insights.marks.routes import blueprint
from asklater.insights.navigation import add_tab
from asklater.insights.query import Query
from asklater.services import Services

__all__ = ["add_mark", "init_app"]


def init_app(app: Flask, services: Services) -> None:
    """Each worker records the manifest when it starts: web processes come and go, and none waits for it."""
    register_blueprint(app, blueprint)
    add_tab(app, 45, "marks.marks", lambda: gettext("Changes"), group="experiments", within=("marks.",))
    add_chart_notes(app, 10, _marks_of)

    def note() -> None:
        record_manifest(services.database, services.engine.manifest)

    services.jobs.register("note_manifest", note, at_start=True)


def _marks_of(query: Query) -> Sequence[DayMark]:
    marks = read_marks(current_engine().database, query.zone)
    return [DayMark(mark.day, mark_label(mark), compare_url(mark)) for mark in marks]
