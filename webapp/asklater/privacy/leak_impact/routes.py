"""The page of leak impact. It shows counts and no value."""

from dataclasses import astuple, fields
from itertools import chain

from flask import Blueprint, Response, current_app, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.database.access import current_database
from asklater.engine import current_engine
from asklater.identity import current_identity
from asklater.privacy import officer
from asklater.privacy.leak_impact.counts import daily_counts, latest_counts
from asklater.privacy.leak_impact.presenters import FieldLine, LeakImpactPage, TableLine, leak_impact_page

blueprint = Blueprint("leak_impact", __name__, url_prefix="/officer")
VIEWER_ROLES = (officer.OFFICER_ROLE, "admin")


@blueprint.before_request
def only_viewers() -> Response | None:
    text = gettext("Leak impact is for privacy officers and administrators.")
    return current_identity().require_role(
        VIEWER_ROLES, text, gettext("In the demo, look around as the privacy officer.")
    )


@blueprint.context_processor
def bar() -> dict[str, object]:
    """Give templates the officer's bar; administrators have no other page of it."""
    return {"officer_pages": officer.officer_pages if current_identity().acts_as(officer.OFFICER_ROLE) else list}


@blueprint.get("/leak-impact", strict_slashes=False)
def page() -> ResponseReturnValue:
    return http.personal(make_response(render_template("asklater/privacy/leak_impact/page.html", page=_page())))


@blueprint.get("/leak-impact.csv")
def page_csv() -> ResponseReturnValue:
    """Send the fields and the records of the page: `list` says which one a line is of."""
    content, of_fields = _page(), [it.name for it in fields(FieldLine)]
    of_tables = [it.name for it in fields(TableLine) if it.name not in of_fields]
    rows = chain(
        (("field", *astuple(line)) for line in content.fields),
        (
            (
                "record",
                line.label,
                line.accounts,
                *("" for _name in of_fields[2:]),
                line.plain,
                line.marks,
                line.sealed,
            )
            for line in content.tables
        ),
    )
    return officer.officer_csv("leak-impact", ("list", *of_fields, *of_tables), rows)


def _page() -> LeakImpactPage:
    engine, database, settings = current_engine(), current_database(), current_app.extensions["asklater.settings"]
    tables = list(engine.registry.personal_tables.values())
    return leak_impact_page(engine.manifest, tables, settings, latest_counts(database), daily_counts(database))
