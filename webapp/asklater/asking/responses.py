"""How the gate answers: a prompt, a problem document, or a redirect."""

import re
from collections.abc import Callable

from flask import Response, make_response, render_template, request

from asklater import errors, http
from asklater.asking.json_documents import answer_done, answer_elsewhere, answer_with_document
from asklater.asking.presenters import OWN_PAGE, SLOT, DonePage, PromptPage, ResumePage, heading_level
from asklater.asking.prompts import Ask, prompt
from asklater.asking.secret_inputs import is_fleeting, is_secret
from asklater.asking.submission import BACK, ENGINE_OWN, REDRAW, RESUMED, by_todays_names
from asklater.endpoints import own_endpoint, url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import reauthentication_problem
from asklater.kinds.base import PREFIX, ReauthenticationRequired, Redirected, Unable
from asklater.networks import client_network
from asklater.policy.decision import Decision
from asklater.records.people import Subject
from asklater.records.suspended_requests import SuspendedRequest
from asklater.web.request_limits import too_many_fields

WHOLE_PAGE = re.compile(rb"\s*<(!doctype|html)\b", re.IGNORECASE)


def answer_with_prompt(engine: Engine, ask: Ask) -> Response:
    """The prompt, as a fragment or as a page; 422 when it shows errors, 429 when one has to wait first, 413 where the
    action's inputs are more than it could bring back.

    A field that could open the account is not even shown before its person has proved who they are: no code is sent.
    """
    if ask.submission.carries_too_much:
        return errors.known(too_many_fields())
    try:
        page = prompt(engine, ask)
    except ReauthenticationRequired as required:
        began = ask.token.back if ask.token else ask.back
        return answer_with_redirect(engine, ask.action.key, required, began, looks_over=ask.submit_label is not None)
    if http.wants_json():
        return answer_with_document(engine, ask, page)
    status = 429 if page.retry_after else 422 if page.errors else 200
    response = http.fragment_or_page(
        "asklater/asking/_prompt.html", "asklater/asking/prompt.html", status, prompt=page
    )
    if page.retry_after:
        response.headers["Retry-After"] = str(page.retry_after)
    elif request.method == "POST" and not http.wants_fragment() and _is_impersonal(engine, ask, page):
        http.shown_again(response)
    return response


def _is_impersonal(engine: Engine, ask: Ask, page: PromptPage) -> bool:
    return page.is_untouched and not any(is_secret(engine, name) for name, _value in ask.submission.carried)


def answer_without_body(engine: Engine) -> Response:
    """Answer a HEAD where a prompt would stand: looking whether it is there asks nobody anything."""
    engine.episodes.left_out.count("head")
    return http.personal(Response())


def ask_for_page(
    engine: Engine, action: str, subject: Subject | None, decision: Decision, onward: str, result: str
) -> Response:
    """The prompt of a gated GET. It posts to the engine's own route, which sends the browser on to `onward`."""
    return answer_with_prompt(
        engine,
        Ask(
            subject=subject or engine.people.ensure_subject(),
            decision=decision,
            post_url=url_for("profiling.answer", action=action, next=onward, result=result),
            slot=slot_of(action),
            back=http.came_from(),
            onward=onward,
        ),
    )


def slot_of(action: str) -> str:
    """The id of the element that a prompt of this action lives in: one of the page that asked for it, else its own."""
    place = SLOT if http.wants_fragment() else OWN_PAGE
    return http.target_id(f"{place}{action.replace('_', '-')}")


def is_own_page(slot: str) -> bool:
    """Whether a prompt fills a page that is drawn for it alone, which htmx works in as well."""
    return slot.startswith(OWN_PAGE)


def out_of_slot(response: Response) -> Response:
    """What a view answers that knows nothing of htmx, where htmx sent its prompt: a redirect leads the browser on, and
    a whole page takes the place of the page. Swapped into the prompt's slot, a page would stand within a page."""
    speaks_htmx = any(name.lower().startswith("hx-") for name, _value in response.headers)
    if not http.wants_fragment() or speaks_htmx or not http.target_id("").startswith((SLOT, OWN_PAGE)):
        return response
    if response.location and 300 <= response.status_code < 400:
        response.headers["HX-Redirect"] = response.headers.pop("Location")
        response.status_code = 200
        response.set_data(b"")
    elif response.mimetype == "text/html" and response.is_sequence and WHOLE_PAGE.match(response.get_data()):
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "body", "innerHTML"
    return response


def go_on(engine: Engine, action: str, onward: str, result: str) -> Response:
    """Nothing is missing: send the browser on. A download leaves the page standing, so it gets words too."""
    if http.wants_json():
        return answer_done(action, onward)
    if result != "download":
        return http.go_to(onward)
    page = DonePage(
        heading=gettext("Thank you"),
        text=gettext("Your download starts now."),
        url=onward,
        link_label=gettext("Download it again"),
        follow=True,
        level=heading_level(slot_of(action)),
    )
    return http.fragment_or_page("asklater/asking/_done.html", "asklater/asking/done.html", done=page)


def answer_with_redirect(
    engine: Engine,
    action: str,
    redirected: Redirected,
    back: str,
    *,
    in_background: bool = False,
    looks_over: bool = False,
) -> Response:
    """Send the browser elsewhere, to come back to this request at an action, or at a background prompt, that began on
    the page `back`; tell a client that reads JSON to have somebody prove who they are. Raises Unable.

    `looks_over`: once nothing is missing, the action is not carried out before its person has seen that page again."""

    def resume_url() -> str:
        return _resume_url(engine, action, back, in_background, looks_over)

    if isinstance(redirected, ReauthenticationRequired):
        return _answer_with_reauthentication(redirected, back if in_background else _page_of(action), resume_url)
    engine.database.commit_so_far()
    redirected.ensure_reachable()
    if http.wants_json():
        return answer_elsewhere(action, _page_of(action))
    return http.leave_for(redirected.begin(resume_url()))


def _answer_with_reauthentication(
    required: ReauthenticationRequired, page: str, resume_url: Callable[[], str]
) -> Response:
    """To the proof, and back to this request; where it is more than can be kept, to the page that asks anew."""
    if http.wants_json():
        return reauthentication_problem(required.begin(page))
    try:
        onward = resume_url()
    except Unable:
        onward = page
    return http.leave_for(required.begin(onward))


def _page_of(action: str) -> str:
    """The page that asks for what the action needs; from the engine's own route, with where it leads."""
    own = own_endpoint() in {"profiling.ask", "profiling.answer"}
    where = {name: request.args[name] for name in ("next", "result") if own and name in request.args}
    return url_for("profiling.ask", action=action, **where)


def _resume_url(engine: Engine, action: str, back: str, in_background: bool, looks_over: bool) -> str:
    """Where this request goes on: a page is asked for anew, as the engine's own route asks; a POST is suspended."""
    if request.method in {"GET", "HEAD"}:
        return http.here()
    if own_endpoint() == "profiling.answer" and not _has_answer(engine):
        return _page_of(action)
    inputs = tuple(
        (name, value)
        for name, values in by_todays_names(request.form).lists()
        if name not in ENGINE_OWN and not is_fleeting(engine, name)
        for value in values
    )
    url = url_for("background.answer", prompt=action, back=back) if in_background else http.here()
    interrupted = SuspendedRequest(action, url, inputs, back, looks_over)
    return engine.suspended_requests.keep(interrupted, client_network())


def _has_answer(engine: Engine) -> bool:
    """Whether something was typed into a prompt that may be kept."""
    form = request.form.items(multi=True)
    return any(value for name, value in form if name.startswith(PREFIX) and not is_fleeting(engine, name))


def answer_with_resumption(engine: Engine, token: str, interrupted: SuspendedRequest) -> Response:
    """Show what was interrupted, to be carried on with one press."""
    label, hidden = gettext("Continue"), (*interrupted.inputs, (RESUMED, token))
    if interrupted.action:
        prompted = engine.manifest.prompts.get(interrupted.action)
        asked = prompted or engine.decide(interrupted.action, engine.people.subject()).treatment.action
        label = label if interrupted.looked_over else gettext(asked.label)
        hidden = (*hidden, (REDRAW, RESUMED), (BACK, interrupted.back))
    page = ResumePage(
        heading=gettext("Welcome back"),
        text=gettext("Continue where you left off."),
        label=label,
        post_url=interrupted.url,
        hidden=hidden,
    )
    return http.personal(make_response(render_template("asklater/asking/resume.html", page=page)))


def answer_resumed_before() -> Response:
    """Say that the suspended request was used, or has expired: the action does not run for its sake."""
    page = DonePage(
        heading=gettext("Already done"),
        text=gettext("This was already completed, or it waited longer than half an hour. Nothing was done twice."),
        url=http.front_page(),
        link_label=gettext("Go to the home page"),
        follow=False,
    )
    return http.fragment_or_page("asklater/asking/_done.html", "asklater/asking/done.html", 409, done=page)
