"""For the tests of an application: a client whose person holds answers and gives them, and a clock that moves.

app.test_client_class = ProfilingClient
client = app.test_client()
client.hold(display_name="Ada")
asked = client.post("/letters", data={"text": "Dear Bo"})
sent = client.answer(asked, home={...})
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from asklater.asking.submission import TOKEN
from asklater.clock import at, later_by
from asklater.database.access import current_database
from asklater.engine import Engine, current_engine
from asklater.extension import ENGINE
from asklater.kinds.base import PREFIX, Given, Invalid, input_name
from asklater.records.sources import as_given
from asklater.subjects.profiles import Profile

__all__ = ["NoPrompt", "ProfilingClient", "Prompt", "at", "later"]
NO_PROMPT = "No prompt asks for {} here: the answer has the status {} and begins {!r}."
OTHER_PROMPT = "The prompt asks for {}, not for {}."


class NoPrompt(AssertionError):  # noqa: N818 - a test fails by it
    """A page was to be answered on which nothing is asked, or something else."""


@dataclass(frozen=True)
class Prompt:
    """A prompt as it stands in a page: where it is posted, which fields it asks, and what is sent along unseen."""

    url: str
    fields: tuple[str, ...]
    hidden: dict[str, str]


class ProfilingClient(FlaskClient):
    """Flask's own test client, as the browser of one person.

    Answers are given as `Profile.set` takes them, a text also as it is typed, a file as `(content, name)`, and any
    field as `Given`. Names that the manifest does not declare raise UndeclaredError.
    """

    @contextmanager
    def as_person(self) -> Iterator[Profile]:
        """The profile of whoever uses this client, in a request of theirs; what the block writes is committed."""
        app = self.application
        context = app.test_request_context("/", environ_base=dict(self.environ_base))
        self._add_cookies_to_wsgi(context.request.environ)
        with context:
            app.preprocess_request()
            with current_database().unit_of_work():
                yield Profile(current_engine())
            response = app.process_response(app.response_class())
        host = context.request.host.partition(":")[0]
        self._update_cookies_from_response(host, "/", response.headers.getlist("Set-Cookie"))

    def hold(self, **answers: Any) -> None:
        """Let the person hold these answers, as if they had given them. Raises what `Profile.set` raises."""
        with self.as_person() as profile:
            for field, value in answers.items():
                profile.set(field, value)

    def prompt(self, response: TestResponse) -> Prompt | None:
        """The prompt in a page or fragment, the last one where there are several; None where nothing is asked."""
        forms = _Forms()
        forms.feed(response.text)
        return next((prompt for prompt in reversed(forms.found) if TOKEN in prompt.hidden), None)

    def answer(self, response: TestResponse, /, **answers: Any) -> TestResponse:
        """Fill in the prompt that `response` shows and send it; what comes of it may be the next prompt. Fields that
        are left out are sent empty. Raises NoPrompt where these are not asked."""
        prompt = self.prompt(response)
        if prompt is None:
            raise NoPrompt(
                NO_PROMPT.format(", ".join(answers) or "anything", response.status_code, response.text[:80])
            )
        engine: Engine = self.application.extensions[ENGINE]
        sent: dict[str, Any] = dict(prompt.hidden)
        for field, value in answers.items():
            sent |= _typed(engine, field, value)
        if strange := answers.keys() - set(prompt.fields):
            raise NoPrompt(OTHER_PROMPT.format(", ".join(prompt.fields), ", ".join(sorted(strange))))
        before = response.request
        below = f"{before.scheme}://{before.host}{before.script_root}"
        return self.post(prompt.url.removeprefix(before.script_root), data=sent, base_url=below)


@contextmanager
def later(**span: float) -> Iterator[None]:
    """Let the clock stand so much later inside the block, `later(days=31)`; it goes on from there. Threads and
    processes that were started before see their own."""
    with later_by(timedelta(**span)):
        yield


def _typed(engine: Engine, field: str, value: Any) -> dict[str, Any]:
    """The inputs of an answer, by their names."""
    declared = engine.field(field)
    if isinstance(value, tuple):
        content, name = value
        return {input_name(declared): (BytesIO(content), name)}
    try:
        given = value if isinstance(value, Given) else as_given(declared, engine.kind_of(field), value)
    except Invalid:
        if not isinstance(value, str):
            raise
        given = Given({"": (value,)})
    files = {part: (BytesIO(upload.content), upload.filename) for part, upload in given.uploads.items()}
    parts = {**{part: list(texts) for part, texts in given.texts.items()}, **files}
    return {input_name(declared, part): sent for part, sent in parts.items()}


class _Forms(HTMLParser):
    """The forms of a page, as prompts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Prompt] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "form":
            self.found.append(Prompt(said.get("action", ""), (), {}))
            self._open = True
        elif self._open and tag == "input" and said.get("type") == "hidden":
            self.found[-1].hidden[name] = said.get("value", "")
        elif self._open and name.startswith(PREFIX):
            field = name.removeprefix(PREFIX).partition(".")[0]
            prompt = self.found[-1]
            if field not in prompt.fields:
                self.found[-1] = Prompt(prompt.url, (*prompt.fields, field), prompt.hidden)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
