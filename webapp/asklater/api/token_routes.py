"""Service tokens made and revoked: by an administrator on a page, or by the command line."""

import sys

import click
from flask import Blueprint, Response, flash, make_response, render_template, request
from flask.cli import AppGroup
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.api import token_pages
from asklater.api.tokens import DAYS, SCOPES, all_tokens, make_token, revoke_token
from asklater.database.access import current_database
from asklater.endpoints import url_for
from asklater.i18n import gettext
from asklater.identity import current_identity, reauthenticated
from asklater.layout import Link

ADMIN_ROLE = "admin"
blueprint = Blueprint("tokens", __name__, url_prefix="/staff/tokens")
group = AppGroup("tokens", help="Tokens of other systems.")


@blueprint.before_request
def only_administrators() -> Response | None:
    text = gettext("The tokens of the API are for administrators.")
    hint = gettext("In the demo, look around as the administrator.")
    return current_identity().require_role((ADMIN_ROLE,), text, hint)


@blueprint.get("", strict_slashes=False)
def tokens() -> ResponseReturnValue:
    return _page(token_pages.tokens_page(all_tokens(current_database())))


@blueprint.post("", strict_slashes=False)
@reauthenticated
def make() -> ResponseReturnValue:
    """Make a token, and show it this once."""
    sent = request.form
    form = token_pages.read_form(sent.get("name", ""), sent.getlist("scopes"), sent.get("days", ""))
    database = current_database()
    if form.faults:
        return _page(token_pages.tokens_page(all_tokens(database), form), 422)
    _public_id, token = make_token(database, form.name, form.scopes, int(form.days))
    current_identity().note_event("token_made")
    return _page(token_pages.tokens_page(all_tokens(database), form, token=token))


@blueprint.post("/<token>/revoke")
@reauthenticated
def revoke(token: str) -> ResponseReturnValue:
    if revoke_token(current_database(), token):
        current_identity().note_event("token_revoked")
        flash(gettext("The token is revoked. Whoever still shows it is refused."), "success")
    return http.go_to(url_for("tokens.tokens"))


def _page(page: token_pages.TokensPage, status: int = 200) -> Response:
    return http.personal(make_response(render_template("asklater/api/tokens.html", page=page), status))


def links() -> list[Link]:
    """The link to the page, for administrators alone."""
    is_admin = current_identity().acts_as(ADMIN_ROLE)
    return [Link(gettext("API tokens"), url_for("tokens.tokens"))] if is_admin else []


@group.command("make")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(list(SCOPES)))
@click.option("--days", default=str(DAYS[1]), type=click.Choice([*map(str, DAYS)]), help="For how long it is good.")
def make_one(name: str, scopes: tuple[str, ...], days: str) -> None:
    """Make a token called NAME and print it. Nobody can be shown it again."""
    try:
        with current_database().unit_of_work():
            _public_id, token = make_token(current_database(), name, scopes, int(days))
    except ValueError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    click.echo(token)


@group.command("list")
def list_all() -> None:
    """Print every token without its secret: id, state, scopes, days and name."""
    for line in token_pages.tokens_page(all_tokens(current_database())).tokens:
        used = line.used_at.date().isoformat() if line.used_at else "never"
        until = line.expires_at.date().isoformat()
        click.echo(f"{line.public_id}  {line.state}  {line.scopes}  until {until}  used {used}  {line.name}")


@group.command("revoke")
@click.argument("token")
def revoke_one(token: str) -> None:
    """Revoke the token with this id, which `list` prints."""
    with current_database().unit_of_work():
        revoked = revoke_token(current_database(), token)
    if not revoked:
        click.echo(f"there is no token {token} that could be revoked", err=True)
        sys.exit(1)
    click.echo(f"The token {token} is revoked.")
