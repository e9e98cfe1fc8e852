"""A forum with members of its own: Flask-SQLAlchemy, Flask-Login, Flask-Migrate, and one SQLite file."""

import os

from flask import Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.security import check_password_hash

from asklater import Profiling, gate
from asklater.insights import Dashboard
from asklater.privacy import Privacy, SignIn
from asklater.schema import application_only

FORM = """<form method="post" action="{{ action }}"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
{% for name in names %}<label>{{ name }} <input name="{{ name }}"></label>{% endfor %} <button>{{ button }}</button>
</form>
{% for post in posts %}<article>{{ post.text }} ({{ post.signature }})</article>{% endfor %}"""


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Member(UserMixin, Base):
    __tablename__ = "member"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    is_editor: Mapped[bool] = mapped_column(default=False)
    visits: Mapped[int] = mapped_column(default=0)


class Post(Base):
    __tablename__ = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    text: Mapped[str]
    signature: Mapped[str]


def load_member(number: str) -> Member | None:
    return db.session.get(Member, int(number))


def find_member(email: str) -> Member | None:
    return db.session.scalar(select(Member).where(Member.email == email))


def is_editor() -> bool:
    return current_user.is_authenticated and bool(current_user.is_editor)


app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
app.config["ASKLATER_MASTER_KEY"] = os.environ["MASTER_KEY"]
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///forum.db"
CSRFProtect(app)
db.init_app(app)
Migrate(app, db, include_name=application_only)  # which leaves the library's tables to `flask asklater`
logins = LoginManager(app)
logins.login_view = "sign_in"
logins.user_loader(load_member)
profiling = Profiling(app, manifest="forum.toml", session=db.session, user=lambda: current_user, load_user=load_member)
Dashboard(app, profiling, allowed=is_editor)
Privacy(
    app,
    profiling,
    officer=is_editor,
    sign_in=SignIn(
        sign_in=lambda onward: f"/sign-in?next={onward}",
        sign_out=logout_user,
        address=lambda member: member.email,
        find=find_member,
    ),
)


@app.before_request
def count_visit() -> None:
    """Written before the gate is asked, and committed by the view that follows, or with an answer."""
    if current_user.is_authenticated and request.method == "POST":
        current_user.visits += 1
        db.session.flush()


@app.get("/")
def front() -> str:
    posts = db.session.scalars(select(Post).order_by(Post.id))
    return render_template_string(FORM, action="/posts", names=["text"], button="Publish", posts=posts)


@app.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    member = find_member(request.form.get("email", ""))
    if member is None or not check_password_hash(member.password_hash, request.form.get("password", "")):
        return render_template_string(FORM, action="", names=["email", "password"], button="Sign in", posts=())
    login_user(member)
    return redirect("/")


@app.post("/posts")
@login_required
@gate("publish")
def publish() -> ResponseReturnValue:
    signature = profiling.profile().get("display_name")
    db.session.add(Post(member_id=current_user.id, text=request.form["text"], signature=signature))
    db.session.commit()
    return redirect("/")
