"""The page of the minimisation linter."""

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.db import current_database
from webapp.privacy.blast_radius.reading import newest
from webapp.privacy.minimisation.showing import minimisation_page
from webapp.privacy.officer import blueprint
from webapp.profiling.engine import current_engine


@blueprint.get("/minimisation")
def minimisation() -> ResponseReturnValue:
    page = minimisation_page(current_engine().manifest, newest(current_database()))
    return http.personal(make_response(render_template("privacy/minimisation/page.html", page=page)))
