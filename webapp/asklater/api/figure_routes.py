"""The dashboard's tables for warehouses, where a feature has some: with a token, as CSV or JSON."""

from flask import abort
from flask.typing import ResponseReturnValue

from asklater.api.authentication import bearer
from asklater.api.responses import document
from asklater.api.routes import service_blueprint
from asklater.api.tokens import METRICS
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.http import absolute_url

FORMS = ("csv", "json")


@service_blueprint.get("/figures")
@bearer(METRICS)
def figures() -> ResponseReturnValue:
    """The tables that there are, and where each is."""
    tables = current_engine().registry.figure_tables
    return document(
        {
            "tables": [
                {"table": name} | {form: absolute_url(url_for(".figure", table=name, form=form)) for form in FORMS}
                for name in (tables.names if tables else ())
            ]
        }
    )


@service_blueprint.get("/figures/<table>.<form>")
@bearer(METRICS)
def figure(table: str, form: str) -> ResponseReturnValue:
    """One table, by the query of the dashboard's address."""
    tables = current_engine().registry.figure_tables
    if tables is None or table not in tables.names or form not in FORMS:
        abort(404)
    return tables.answer(table, form)
