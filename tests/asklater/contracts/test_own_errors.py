"""What an application's own views raise stays its own where the privacy pages have joined: they look for what an
erasure brings about, and leave everything else alone."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask, request
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from asklater import Profiling, messages
from asklater.privacy import Privacy
from tests.asklater.contracts.adopted import adopter, served
from tests.support.letter_office import office_manifest

Adopt = Callable[..., Flask]


@pytest.fixture
def adopt(tmp_path: Path) -> Iterator[Adopt]:
    """Makes the application; `before` is called with it before anything joins."""
    with ExitStack() as stack:

        def made(before: Callable[[Flask], object] = lambda _app: None) -> Flask:
            app = adopter(tmp_path)
            before(app)
            Profiling(app, manifest=office_manifest(tmp_path), features=[messages, Privacy()]).create_tables()

            @app.post("/taken")
            def taken() -> str:
                raise IntegrityError("insert into stamp", None, Exception("it is there already"))

            @app.post("/missing")
            def missing() -> str:
                return str({"one": 1}[request.form["key"]])

            return stack.enter_context(served(app))

        yield made


@pytest.mark.thorough
def test_what_it_does_not_foresee_reaches_its_tests_and_its_debugger(adopt: Adopt) -> None:
    client = adopt().test_client()
    with pytest.raises(KeyError, match="two"):
        client.post("/missing", data={"key": "two"})
    with pytest.raises(IntegrityError, match="insert into stamp"):
        client.post("/taken")


@pytest.mark.thorough
def test_an_input_that_is_missing_is_a_bad_request(adopt: Adopt) -> None:
    assert adopt().test_client().post("/missing").status_code == 400


@pytest.mark.thorough
@pytest.mark.parametrize("handled", [SQLAlchemyError, IntegrityError, Exception])
def test_its_handlers_answer(adopt: Adopt, handled: type[Exception]) -> None:
    app = adopt(lambda app: app.register_error_handler(handled, lambda _error: ("ours", 418)))
    answer = app.test_client().post("/taken")
    assert (answer.status_code, answer.text) == (418, "ours")


@pytest.mark.thorough
def test_a_handler_that_comes_later_answers_as_well(adopt: Adopt) -> None:
    app = adopt()
    app.register_error_handler(SQLAlchemyError, lambda _error: ("ours", 418))
    assert app.test_client().post("/taken").status_code == 418
