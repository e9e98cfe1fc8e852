"""The API's blueprints, and the profile of whoever makes the request."""

import json

import click
from flask import Blueprint, current_app, jsonify, make_response, render_template, request
from flask.cli import with_appcontext
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.api.openapi import openapi_document, openapi_page
from asklater.api.profile import change_profile, profile_document
from asklater.api.responses import answer_problems, document
from asklater.engine import current_engine
from asklater.web.json_bodies import read_object

blueprint = Blueprint("api", __name__)
service_blueprint = Blueprint("services", __name__)
"""The routes of other systems, which show a token. Cross-site tokens are none of their business."""
answer_problems(blueprint)
answer_problems(service_blueprint)


@blueprint.get("/profile")
@http.speaks_json
def profile() -> ResponseReturnValue:
    """Everything that is held of the person."""
    engine = current_engine()
    return document(profile_document(engine, engine.people.subject()))


@blueprint.patch("/profile")
@http.speaks_json
def change_own_profile() -> ResponseReturnValue:
    """Change what is held, and remove what is null."""
    engine, changes = current_engine(), read_object(request)
    change_profile(engine, engine.people.ensure_subject(), changes)
    return document(profile_document(engine, engine.people.subject()))


@blueprint.get("/openapi.json")
@http.speaks_json
def openapi() -> ResponseReturnValue:
    """The description of the API by OpenAPI 3.1."""
    return jsonify(openapi_document(current_app, current_engine()))


@blueprint.get("/openapi")
def openapi_as_page() -> ResponseReturnValue:
    """The same for people."""
    page = openapi_page(openapi_document(current_app, current_engine()))
    return make_response(render_template("asklater/api/openapi.html", page=page))


@click.command("openapi")
@with_appcontext
def print_openapi() -> None:
    """Print the description of the API by OpenAPI 3.1, as `/openapi.json` serves it."""
    click.echo(json.dumps(openapi_document(current_app, current_engine()), ensure_ascii=False, indent=1))
