"""The application's own session of Flask-SQLAlchemy, in one SQLite file with the library: neither locks the other."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort, request
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker

from asklater import ConfigurationError, Profiling, gate
from tests.asklater.contracts.adopted import MANIFEST, adopter, served
from tests.support.browsing import forms_of

AT_ONCE = {"connect_args": {"timeout": 0}}
"""Whoever finds the file locked is told at once."""


class Base(DeclarativeBase):
    """Of the application's tables."""


class Letter(Base):
    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class Stamp(Base):
    __tablename__ = "stamp"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))


Adopted = tuple[Flask, Any, Profiling]
Adopt = Callable[[], Adopted]


@pytest.fixture
def adopt(tmp_path: Path) -> Iterator[Adopt]:
    """Makes an application whose one file is `app.db` in its instance folder. No setting of the library names it."""
    with ExitStack() as stack:

        def made() -> Adopted:
            app = adopter(
                tmp_path, SQLALCHEMY_DATABASE_URI="sqlite:///app.db", SQLALCHEMY_ENGINE_OPTIONS=AT_ONCE, TESTING=True
            )
            db = SQLAlchemy(app, model_class=Base)
            profiling = Profiling(app, manifest=MANIFEST, session=db.session)
            profiling.create_tables()
            with app.app_context():
                db.create_all()
            stack.callback(_close, app, db)
            return stack.enter_context(served(app)), db, profiling

        yield made


def _close(app: Flask, db: Any) -> None:
    with app.app_context():
        db.engine.dispose()


def letters_of(adopted: Adopted) -> list[str]:
    app, db, _profiling = adopted
    with app.app_context():
        return list(db.session.execute(db.select(Letter.text).order_by(Letter.id)).scalars())


def send(client: FlaskClient, sent: str = "Dear Ada", **answers: str) -> Any:
    """A letter; with answers, those that its prompt asks for. What came of it."""
    asked = client.post("/letters", data={"text": sent})
    if not answers:
        return asked
    action, hidden = forms_of(asked.text)[-1]
    return client.post(action, data={**hidden, **{f"answer.{name}": value for name, value in answers.items()}})


@pytest.mark.thorough
def test_both_are_in_one_file(adopt: Adopt, tmp_path: Path) -> None:
    adopt()
    assert {file.name for file in tmp_path.glob("*.db")} == {"app.db"}
    assert not (tmp_path / "asklater.sqlite3").exists()


@pytest.mark.thorough
def test_a_view_writes_by_its_session_behind_the_gate(adopt: Adopt) -> None:
    adopted = app, db, profiling = adopt()

    @app.post("/letters")
    @gate("send_letter")
    def letters() -> str:
        db.session.add(Letter(text=request.form["text"]))
        db.session.commit()
        return str(profiling.profile().get("display_name"))

    assert send(app.test_client(), display_name="Bo").text == "Bo"
    assert letters_of(adopted) == ["Dear Ada"]


@pytest.mark.thorough
@pytest.mark.parametrize("begin", ["flush", "statement", "core"])
def test_it_may_have_written_before_the_gate(adopt: Adopt, begin: str) -> None:
    """The gate asks, takes the answer and closes the prompt while the session holds the lock."""
    adopted = app, db, _profiling = adopt()

    @app.before_request
    def note() -> None:
        if begin == "flush":
            db.session.add(Letter(text="noted"))
            db.session.flush()
        elif begin == "statement":
            db.session.execute(text("INSERT INTO letter (text) VALUES ('noted')"))
        else:
            db.session.execute(db.insert(Letter).values(text="noted"))

    app.post("/letters")(gate("send_letter")(lambda: "sent"))
    began = time.monotonic()
    assert send(app.test_client(), display_name="Bo").text == "sent"
    assert time.monotonic() - began < 10  # nobody stood in line
    assert letters_of(adopted) == ["noted", "noted"]


@pytest.mark.thorough
def test_what_was_not_written_yet_stays_the_applications_to_commit(adopt: Adopt) -> None:
    adopted = app, db, _profiling = adopt()

    @app.before_request
    def note() -> None:
        db.session.add(Letter(text="a draft that nobody commits"))

    app.post("/letters")(gate("send_letter")(lambda: "sent"))
    assert send(app.test_client(), display_name="Bo").text == "sent"
    assert letters_of(adopted) == []


@pytest.mark.thorough
def test_a_view_that_breaks_loses_what_it_wrote_and_keeps_the_answer(adopt: Adopt) -> None:
    adopted = app, db, _profiling = adopt()

    @app.post("/letters")
    @gate("send_letter")
    def letters() -> str:
        db.session.add(Letter(text=request.form["text"]))
        db.session.flush()
        abort(409)

    client = app.test_client()
    assert send(client, display_name="Bo").status_code == 409
    assert letters_of(adopted) == []
    assert send(client, "again").status_code == 409  # it was not asked again


@pytest.mark.thorough
def test_a_view_writes_by_turns_through_a_profile_and_its_session(adopt: Adopt) -> None:
    adopted = app, db, profiling = adopt()

    @app.post("/letters")
    def letters() -> str:
        profiling.profile().set("display_name", "Bo")
        db.session.add(Letter(text="one"))
        db.session.flush()
        profiling.profile().set("display_name", "Bodil")
        db.session.execute(db.update(Letter).values(text="two"))
        db.session.commit()
        return str(profiling.profile().get("display_name"))

    assert app.test_client().post("/letters").text == "Bodil"
    assert letters_of(adopted) == ["two"]


def test_a_session_that_is_none_or_has_no_database_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="session is the scoped session"):
        Profiling(adopter(tmp_path), manifest=MANIFEST, session=object())
    with pytest.raises(ConfigurationError, match=r"after db\.init_app\(app\)"):
        Profiling(adopter(tmp_path), manifest=MANIFEST, session=SQLAlchemy().session)


def test_another_database_is_told(tmp_path: Path) -> None:
    other = scoped_session(sessionmaker(create_engine(f"sqlite:///{tmp_path / 'other.db'}")))
    app = adopter(tmp_path, ASKLATER_DATABASE_URL="sqlite:///app.db")
    with pytest.raises(ConfigurationError, match="names another database than session does"):
        Profiling(app, manifest=MANIFEST, session=other)
    app = adopter(tmp_path, ASKLATER_DATABASE_URL=f"sqlite:///{tmp_path / 'other.db'}")
    profiling = Profiling(app, manifest=MANIFEST, session=other)
    with served(app):
        assert profiling.services.database.is_sqlite
