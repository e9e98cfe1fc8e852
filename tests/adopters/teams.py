"""Teams: inviting somebody needs the size of the company and a role in it, an export needs a proved address."""

import os
import secrets
from dataclasses import replace
from typing import Any

from flask import Flask, Response, abort, redirect, render_template_string, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Row, String, Table, insert, select, update

from asklater import (
    NAMING_CONVENTION,
    WITH_ITS_OWNER,
    ColumnText,
    PersonalTable,
    Profiling,
    Services,
    accounts,
    csv_text,
    current_engine,
    current_session,
    gate,
    messages,
)
from asklater.tables import subject

PAGE = """{% extends "asklater/layout.html" %}{% block title %}{{ heading }}{% endblock %}{% block main %}
{% macro form(url, name, label, button) %}<form method="post" action="{{ url }}">
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
<label>{{ label }} <input name="{{ name }}" maxlength="80" required></label> <button>{{ button }}</button></form>
{% endmacro %}
<h1>{{ heading }}</h1>
{% if team %}<ul>{% for row in invited %}<li>{{ row.email }}</li>{% endfor %}</ul>
{{ form(url_for("invite"), "email", "Email address of a colleague", "Invite") }}
<p><a href="{{ url_for("export") }}">Export who is invited</a></p>
{% else %}{{ form(url_for("found"), "name", "Name of the team", "Found it") }}{% endif %}{% endblock %}"""

metadata = MetaData(naming_convention=NAMING_CONVENTION)
teams = Table(
    "team",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("owner_id", ForeignKey(subject.c.id, ondelete="CASCADE"), index=True, nullable=False),
)
invitations = Table(
    "invitation",
    metadata,
    Column("token", String(43), primary_key=True),
    Column("team_id", ForeignKey(teams.c.id, ondelete="CASCADE"), index=True, nullable=False),
    Column("email", String(80), nullable=False),
)


def team_words() -> ColumnText:
    columns = {"id": "number", "name": "name of the team"}
    return ColumnText(label="Teams", source="you", retention="as long as your account", columns=columns)


def invitation_words() -> ColumnText:
    columns = {"team_id": "number of the team", "email": "address of whom you invited"}
    return ColumnText(label="Invitations", source="you", retention="as long as the team", columns=columns)


def move_teams(subject_id: int, into: int) -> None:
    """A visitor turned out to have an account: their team goes along."""
    current_session().execute(update(teams).where(teams.c.owner_id == subject_id).values(owner_id=into))


class Teams:
    def init_app(self, app: Flask, services: Services) -> None:
        services.engine.registry.register_merge(move_teams)
        own = PersonalTable(teams, "teams", team_words, person="owner_id", retention=WITH_ITS_OWNER)
        theirs = replace(own, rows=invitations, words=invitation_words, link="team_id", through=teams, person="")
        services.engine.registry.register_personal_tables(own, replace(theirs, withheld=frozenset({"token"})))


app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
app.config["ASKLATER_MASTER_KEY"] = os.environ["MASTER_KEY"]
app.config["ASKLATER_MODE"] = "demo"  # mail waits at /mailbox/
CSRFProtect(app)
profiling = Profiling(app, manifest="teams.toml", features=[messages, accounts, Teams()])
profiling.create_tables()
metadata.create_all(profiling.services.database.engine, tables=[teams, invitations])


def own_team() -> Row[Any] | None:
    here = current_engine().people.subject()
    found = select(teams).where(teams.c.owner_id == here.id).order_by(teams.c.id) if here else None
    return None if found is None else current_session().execute(found).first()


def invited_to(team: Row[Any]) -> list[Row[Any]]:
    found = select(invitations.c.email).where(invitations.c.team_id == team.id).order_by(invitations.c.email)
    return list(current_session().execute(found).all())


@app.get("/")
def front() -> str:
    team = own_team()
    return render_template_string(
        PAGE, team=team, heading=team.name if team else "Your team", invited=invited_to(team) if team else ()
    )


@app.post("/team")
def found() -> ResponseReturnValue:
    owner = current_engine().people.ensure_subject()
    current_session().execute(insert(teams).values(name=request.form["name"], owner_id=owner.id))
    return redirect(url_for("front"))


@app.post("/invitations")
@gate("invite")
def invite() -> ResponseReturnValue:
    team = own_team() or abort(404)
    row = {"token": secrets.token_urlsafe(), "team_id": team.id, "email": request.form["email"]}
    current_session().execute(insert(invitations).values(row))
    return redirect(url_for("front"))


@app.get("/invited.csv")
@gate("export", result="download")
def export() -> ResponseReturnValue:
    team = own_team() or abort(404)
    headers = {"Content-Disposition": 'attachment; filename="invited.csv"'}
    return Response(csv_text(("email",), invited_to(team)), mimetype="text/csv", headers=headers)
