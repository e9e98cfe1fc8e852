"""How the gate answers: a prompt, a problem document, or the way on."""

from flask import Response, url_for

from webapp import http
from webapp.profiling.decision import Decision
from webapp.profiling.engine import Engine
from webapp.profiling.pages import DonePage
from webapp.profiling.people import Subject
from webapp.profiling.prompting import Ask, prompt
from webapp.profiling.taking import Taken
from webapp.profiling.words import gettext

INCOMPLETE = "urn:asklater:problem:profile-incomplete"


def answer_with_prompt(engine: Engine, ask: Ask) -> Response:
    """The prompt, as a fragment or as a page; 422 when it shows errors."""
    page = prompt(engine, ask)
    return http.fragment_or_page(
        "profiling/_prompt.html", "profiling/prompt.html", 422 if page.errors else 200, prompt=page
    )


def ask_for_visit(
    engine: Engine, action: str, subject: Subject | None, decision: Decision, onward: str, result: str
) -> Response:
    """The prompt of a gated GET. It posts to the engine's own route, which sends the browser on to `onward`."""
    return answer_with_prompt(
        engine,
        Ask(
            action=engine.action(action),
            subject=subject or engine.people.arrive(),
            decision=decision,
            post_url=url_for("profiling.answer", action=action, next=onward, result=result),
            slot=slot_of(action),
            back=http.came_from(),
        ),
    )


def slot_of(action: str) -> str:
    """The id of the element that a prompt of this action lives in."""
    return http.target_id(f"prompt-slot-{action.replace('_', '-')}")


def answer_with_problem(engine: Engine, action: str, decision: Decision, taken: Taken, onward: str = "/") -> Response:
    """403 with an RFC 9457 document that lists every missing field, and where a person can supply them."""
    missing = [
        {
            "field": key,
            "kind": engine.field(key).kind,
            "label": gettext(engine.field(key).label),
            "reason": gettext(engine.field(key).reason),
            **({"errors": dict(taken.errors[key])} if key in taken.errors else {}),
        }
        for key in decision.missing
    ]
    return http.problem(
        403,
        gettext("This action needs more of the profile"),
        gettext(engine.action(action).reason) if engine.action(action).reason else "",
        INCOMPLETE,
        action=action,
        missing=missing,
        prompt_url=url_for("profiling.ask", action=action, next=onward, _external=True),
    )


def go_on(engine: Engine, action: str, onward: str, result: str) -> Response:
    """Nothing is missing: send the browser on. A download leaves the page standing, so it gets words too."""
    if result != "download":
        return http.go_to(onward)
    page = DonePage(
        heading=gettext("Thank you"),
        text=gettext("Your download starts now."),
        url=onward,
        link_label=gettext("Download it again"),
    )
    return http.fragment_or_page("profiling/_done.html", "profiling/done.html", done=page)
