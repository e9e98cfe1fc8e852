"""`@gate("action")`: the check before an action, and what a request goes through there."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial, wraps
from typing import Any, Literal, TypeVar, get_args

from flask import Response, abort, current_app, flash, request
from flask.typing import ResponseReturnValue

from asklater import errors, http
from asklater.asking.json_documents import answer_cancelled, carries_prompt, read_request
from asklater.asking.prompts import Ask
from asklater.asking.responses import (
    answer_resumed_before,
    answer_with_prompt,
    answer_with_redirect,
    answer_without_body,
    ask_for_page,
    go_on,
    is_own_page,
    out_of_slot,
    slot_of,
)
from asklater.asking.submission import (
    Submission,
    Taken,
    left_empty,
    read_submission,
    recognise,
    sends_what_is_held,
    take,
)
from asklater.endpoints import endpoint_of
from asklater.engine import Engine, Unmet, current_engine
from asklater.flask_proxies import unproxied
from asklater.i18n import gettext
from asklater.kinds.base import Redirected, Unable
from asklater.measurement import is_measured_request
from asklater.observation import gate_decided
from asklater.policy.decision import Decision
from asklater.prompt_tokens import PromptToken
from asklater.records.episodes import NOT_MEASURED
from asklater.records.people import Subject
from asklater.registry import ShownInPlace
from asklater.settings import ConfigurationError
from asklater.subjects.held_fields import change_url
from asklater.view_checks import METHODS, NO_ACTION, WHERE_DECLARED, action_of, gated_actions, mark_gate, mark_gated
from asklater.web.json_bodies import Unreadable, answer_unreadable
from asklater.web.request_limits import too_many_fields

View = Callable[..., ResponseReturnValue]
Check = Callable[..., ResponseReturnValue | None]
Result = Literal["page", "download"]
Answered = TypeVar("Answered")
RESULTS = get_args(Result)
NO_METHODS = "@gate({!r}): methods is a list of some of GET, POST, PUT, PATCH and DELETE, such as ['POST'], not {!r}."


def gate(
    action: str,
    *,
    first: Check | None = None,
    result: Result = "page",
    cancelled: View | None = None,
    submit_label: Callable[[], str] | None = None,
    where_declared: bool = False,
    methods: Collection[str] | None = None,
) -> Callable[[View], View]:
    """Let a view run only when its person holds what `action` requires; ask for the rest, then run it.

    Works for POST (the prompt posts to the same URL, with the action's own inputs carried along) and for GET
    (the prompt posts to the engine, which sends the browser on; `result` says whether a page or a download
    waits there). Files of the action's own form cannot be carried.

    `first` and `cancelled` are called like the view. What `first` answers is the answer, and nobody is asked
    for the sake of an action that could not go on; None lets the gate decide. A request that carries a prompt
    passes it by, so that what was typed into the prompt is never lost: the view validates again. `cancelled`
    answers a cancelled prompt without htmx; by default the browser goes back to where it came from.
    `where_declared` is for a feature whose applications need not declare the action: there the view is a 404.

    `methods` is for a view that shows a form and takes it, too: with `methods=["POST"]` whoever opens the form is
    asked for nothing. HEAD goes with GET. Without them the gate stands before every method that the route takes.

    `submit_label` is for a POST that costs something ("Order and pay €48.90"): it gives the words of the button that
    carries the action out, at the prompt's last step. Whoever turns out to be known, or comes back from elsewhere, and
    holds everything then, goes back to the page where they began, to look it over and press that page's own button.

    It stands below the decorator of the route, and below those that look who is signed in. Raises
    ConfigurationError where the guard of Flask-Login stands below it.
    """

    _refuse_unusable(action, result, methods)
    gated_methods = None if methods is None else frozenset({*methods, *({"HEAD"} if "GET" in methods else ())})

    def decorate(view: View) -> View:
        mark_gated(view, action)

        @wraps(view)
        def gated(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            engine = current_engine()
            if where_declared and action not in engine.manifest.actions:
                abort(404)
            sent = unproxied(request)
            if gated_methods is not None and sent.method not in gated_methods:
                return _call(view, args, kwargs)
            if first is not None and not carries_prompt(sent):
                objection = _call(first, args, kwargs)
                if objection is not None:
                    return objection

            def run() -> ResponseReturnValue:
                return _call(view, args, kwargs)

            if sent.method in {"GET", "HEAD"}:
                return _get(engine, action, run, result)
            back = (lambda: _call(cancelled, args, kwargs)) if cancelled else None
            return attempt(engine, action, run, back=back, submit_label=submit_label)

        mark_gate(gated, action, gated_methods)
        setattr(gated, WHERE_DECLARED, where_declared)
        return gated

    return decorate


def _refuse_unusable(action: object, result: str, methods: Collection[str] | None) -> None:
    """Raise ConfigurationError for what is of another sort than a gate takes."""
    if not isinstance(action, str):
        raise ConfigurationError(NO_ACTION.format(f"{type(action).__name__} {getattr(action, '__qualname__', '')}"))
    if result not in RESULTS:
        raise ConfigurationError(f"@gate({action!r}): result is 'page' or 'download', not {result!r}.")
    if methods is not None and (isinstance(methods, str) or not methods or not METHODS.issuperset(methods)):
        raise ConfigurationError(NO_METHODS.format(action, methods))


def can_be_attempted(endpoint: str) -> bool:
    """Whether every action that gates this view is declared: where one is not, no link leads there."""
    return gated_actions(current_app.view_functions[endpoint_of(endpoint)]) <= current_engine().manifest.actions.keys()


def _call(view: Callable[..., Answered], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Answered:
    """Call a view, or what is called like it; an asynchronous one is waited for."""
    answered: Answered = current_app.ensure_sync(view)(*args, **kwargs)
    return answered


def attempt(
    engine: Engine,
    action: str,
    run: Callable[[], ResponseReturnValue],
    *,
    back: Callable[[], ResponseReturnValue] | None = None,
    submit_label: Callable[[], str] | None = None,
) -> ResponseReturnValue:
    """One POST at an action: take what it answers, ask for what is missing, or run it.

    Policy decides before the answers are taken, and once more where some were. `submit_label`: as in `gate`.
    """
    began = time.time_ns()
    sent = unproxied(request)
    try:
        submission = read_request(sent, engine)
    except Unreadable as unreadable:
        return answer_unreadable(unreadable)
    subject = engine.people.subject() or _of_lost_answer(engine, action, submission)
    token = _token(engine, action, subject, submission)
    page = _began_on(token, submission)
    if submission.cancelled:
        gate_decided(action, "cancelled", began)
        return _cancel(engine, action, subject, token, page, back)
    decision = engine.decide(action, subject, prompted=bool(token or submission.resumed))
    refused = _refused(engine, submission, decision)
    if refused is not None:
        gate_decided(action, "refused", began)
        return refused
    taken, refusal = _collect(engine, subject, token, submission, decision)
    if token and not submission.redraw:
        subject = engine.people.subject()
        decision = engine.decide(action, subject, prompted=True)
    elsewhere, problem = _elsewhere(engine, action, taken.redirected, page, submit_label is not None, began)
    if elsewhere is not None:
        return elsewhere
    subject, decision = recorded(engine, subject, decision, asking=_wants_page)
    if decision.clear and not _goes_on(decision, taken, subject, token):
        if submit_label and (taken.recognised or submission.redraw) and not http.wants_json():
            return _look_over(action, taken.recognised, page, began)
        gate_decided(action, "completed" if token else "clear", began)
        # whatever becomes of the view, nobody types twice; and it may write by a connection of its own into our file
        engine.database.commit_so_far()
        try:
            return _run(engine, subject, decision, run)
        except Unmet as unmet:  # what it needs has changed since, in another tab; verbs assert before they write
            subject, decision = _decide_anew(engine, action, unmet)
    _note_asked(action, submission, taken, began)
    warning = refusal or problem or _warning(submission, token)
    expired = bool(submission.token) and token is None
    token = _token(engine, action, subject, submission)  # none, where the person turned out to be another one
    return _ask(
        engine,
        action,
        subject,
        decision,
        submission,
        token=token,
        taken=taken,
        warning=warning,
        expired=expired,
        submit_label=submit_label,
        back=page,
    )


def _began_on(token: PromptToken | None, submission: Submission) -> str:
    """The page where the action was tried first, whatever lay in between."""
    if token is None and not submission.resumed:
        return http.came_from()
    return http.on_this_site(token.back if token else submission.back)


def _look_over(action: str, recognised: str, page: str, began: int) -> ResponseReturnValue:
    """Back to the page where the action was tried, by somebody of whom all was found, or who only had the prompt drawn
    anew: nothing that costs something is done before they have seen it there."""
    gate_decided(action, "redirected", began)
    if recognised:
        flash(recognised, "success")
    return http.go_to(page)


def _take(engine: Engine, subject: Subject, token: PromptToken, submission: Submission, decision: Decision) -> Taken:
    """The answers; or the code that shows who it is, before which nothing is stored: it may all be held already."""
    if submission.code:
        return recognise(engine, subject, token.action, submission.code)
    return take(engine, subject, token, submission, decision.declared, _optional(engine, token.action))


def _take_along(engine: Engine, subject: Subject | None, submission: Submission, decision: Decision) -> Taken:
    """The optional answers that were typed before a detour. No prompt would take them any more: what the action
    waits for was brought back from there."""
    if subject is None or not submission.resumed or not decision.clear:
        return Taken()
    given = [key for key in decision.optional if key in submission.given]
    typed = tuple(key for key in given if not left_empty(engine, key, submission))
    if not typed:
        return Taken()
    token = PromptToken(subject.id, decision.treatment.action.key, NOT_MEASURED, typed, 1, "")
    return take(engine, subject, token, submission, decision.optional, decision.optional)


def _optional(engine: Engine, action: str) -> frozenset[str]:
    """The fields of the action that it does not wait for."""
    return frozenset(need.field for need in engine.action(action).requires if need.optional)


def _goes_on(decision: Decision, taken: Taken, subject: Subject | None, token: PromptToken | None) -> bool:
    """Whether a prompt whose missing fields are all given has an optional step left, or an optional answer that was
    rejected. Whoever tries the action anew, without this open prompt, is never stopped by that."""
    if taken.errors or taken.unable:
        return bool(decision.optional)
    is_open = (
        token is not None
        and subject is not None
        and subject.prompts.get(token.action, NOT_MEASURED) == token.prompt_id
    )
    return is_open and bool(decision.optional) and not http.wants_json()


def _collect(
    engine: Engine, subject: Subject | None, token: PromptToken | None, submission: Submission, decision: Decision
) -> tuple[Taken, str]:
    """What comes of what was sent; and why an alternative did not do, "" where none was refused."""
    chosen = engine.registry.alternatives.get(submission.alternative)
    if token and submission.shown and isinstance(chosen, ShownInPlace):
        return _show(engine, chosen, submission.shown)
    leaving = _leaving(engine, decision.treatment.action.key, subject, submission)
    if leaving:
        return Taken(redirected=leaving), ""
    if token and subject and not (submission.redraw or submission.again):
        return _take(engine, subject, token, submission, decision), ""
    return _take_along(engine, subject, submission, decision), ""


def _leaving(engine: Engine, action: str, subject: Subject | None, submission: Submission) -> Redirected | None:
    """The page that the person asked for instead of typing here: an alternative, or where an earlier step's answer is
    changed."""
    field = submission.change
    if subject is not None and field in subject.held and change_url(engine, field):
        return Redirected(partial(change_url, engine, field))
    if submission.alternative in engine.registry.alternatives:
        return _redirect_to(engine, action, submission.alternative)
    return None


def _show(engine: Engine, alternative: ShownInPlace, answer: str) -> tuple[Taken, str]:
    """Go on as whom an alternative shows; else why not."""
    try:
        said = alternative.show(answer)
    except Unable as refused:
        return Taken(), refused.reason
    engine.people.refresh()
    return Taken(recognised=said), ""


def _elsewhere(
    engine: Engine, action: str, redirected: Redirected | None, page: str, looks_over: bool, began: int
) -> tuple[ResponseReturnValue | None, str]:
    """Send the person elsewhere for an answer; None where nothing is to be had there, and why if somebody asked."""
    if redirected is None:
        return None, ""
    try:
        answer = answer_with_redirect(engine, action, redirected, page, looks_over=looks_over)
    except Unable as explained:
        return None, explained.reason
    gate_decided(action, "redirected", began)
    return answer, ""


def _note_asked(action: str, submission: Submission, taken: Taken, began: int) -> None:
    """The gate stays shut. A prompt that is drawn again while it is filled in was decided about before."""
    if not submission.redraw:
        gate_decided(action, "refused" if taken.errors or taken.unrecognised else "prompted", began)


def ask_anew(engine: Engine, action: str) -> ResponseReturnValue | None:
    """The prompt that a POST came from, as it was filled in, with fresh tokens; None where it cancels, or nothing is
    missing. For a form that was refused: nothing that it says is taken, and nothing that is fleeting comes back."""
    sent = read_submission(request.form, request.files)
    if sent.cancelled:
        return None
    given = {key: it for key, it in sent.given.items() if key in engine.manifest.fields}
    shown = {key: it for key, it in given.items() if not engine.kind_of(key).fleeting}
    submission = replace(sent, again="", alternative="", given=shown)
    subject = engine.people.subject()
    token = _token(engine, action, subject, submission)
    decision = engine.decide(action, subject, prompted=token is not None)
    subject, decision = recorded(engine, subject, decision)
    if not decision.rounds:
        return None
    return _ask(
        engine,
        action,
        subject,
        decision,
        submission,
        token=token,
        warning=_no_longer_valid(),
        back=_began_on(token, submission),
    )


def _ask(
    engine: Engine, action: str, subject: Subject | None, decision: Decision, submission: Submission, **more: Any
) -> Response:
    """The prompt of a POST, which posts to the same address."""
    ask = Ask(
        subject=subject or engine.people.ensure_subject(),
        decision=decision,
        post_url=http.here(),
        slot=slot_of(action),
        submission=submission,
        **more,
    )
    return answer_with_prompt(engine, ask)


def recorded(
    engine: Engine, subject: Subject | None, decision: Decision, *, asking: Callable[[], bool] = lambda: True
) -> tuple[Subject | None, Decision]:
    """A visitor who is going to be asked for an action on which an experiment runs, or which requires something of a
    share of people, is recorded first, since it depends on the person. Everybody else, and whoever is not going to be
    asked, is as they were."""
    action = decision.treatment.action.key
    if subject is not None or decision.clear or not asking():
        return subject, decision
    is_drawn = engine.experiments.run_about(action) and is_measured_request()
    if not (is_drawn or engine.shares_out(action)):
        return subject, decision
    visitor = engine.people.ensure_subject()
    return visitor, engine.decide(action, visitor)


def _wants_page() -> bool:
    """Whether somebody is going to be asked by the answer."""
    return request.method != "HEAD"


def _get(engine: Engine, action: str, run: Callable[[], ResponseReturnValue], result: Result) -> ResponseReturnValue:
    """A GET: run it, or ask through the engine's own route."""
    began = time.time_ns()
    subject = engine.people.subject()
    decision = engine.decide(action, subject)
    subject, decision = recorded(engine, subject, decision, asking=_wants_page)
    onward = http.here()
    if decision.clear:
        if http.wants_fragment():
            return go_on(engine, action, onward, result)
        gate_decided(action, "clear", began)
        return _run(engine, subject, decision, run)
    if request.method == "HEAD":
        return answer_without_body(engine)
    gate_decided(action, "prompted", began)
    return ask_for_page(engine, action, subject, decision, onward, result)


def _refused(engine: Engine, submission: Submission, decision: Decision) -> ResponseReturnValue | None:
    """The answer to a request that goes no further: it carries more than a prompt could bring back, or came before."""
    if not decision.clear and submission.carries_too_much:
        return errors.known(too_many_fields())
    if submission.resumed and not engine.suspended_requests.use(submission.resumed):
        return answer_resumed_before()
    return None


def _decide_anew(engine: Engine, action: str, unmet: Unmet) -> tuple[Subject | None, Decision]:
    """What is lacking after all. Raises `unmet` again when nothing is."""
    subject = engine.people.subject()
    decision = engine.decide(action, subject)
    if decision.clear:
        raise unmet
    return subject, decision


def _redirect_to(engine: Engine, action: str, key: str) -> Redirected:
    chosen = engine.registry.alternatives[key]
    return Redirected(lambda onward: chosen.begin(action, onward), ensure_reachable=chosen.ensure_reachable)


def _token(engine: Engine, action: str, subject: Subject | None, submission: Submission) -> PromptToken | None:
    """The submission's token, None when it is worth nothing to this subject."""
    token = engine.tokens.read(submission.token, action) if submission.token else None
    return token if token and subject and token.subject_id == subject.id else None


def _of_lost_answer(engine: Engine, action: str, submission: Submission) -> Subject | None:
    """Whose prompt it is, of a browser that is not known any more, since the answer that renewed its session was lost:
    whoever sends again what is held by now is the one who gave it."""
    token = engine.tokens.read(submission.token, action) if submission.token else None
    if token is None or not sends_what_is_held(engine, token, submission):
        return None
    engine.people.return_to(token.subject_id)
    return engine.people.subject()


def _cancel(
    engine: Engine,
    action: str,
    subject: Subject | None,
    token: PromptToken | None,
    page: str,
    back: Callable[[], ResponseReturnValue] | None,
) -> ResponseReturnValue:
    """Dismissed: empty the slot, or go back with what was typed. A page of the prompt's own is left, with htmx too."""
    if subject and token:
        engine.episodes.dismiss(subject.id, token.action, token.prompt_id)
    if http.wants_fragment() and is_own_page(slot_of(action)):
        return http.go_to(page)
    if http.wants_fragment():
        return http.personal(Response("", mimetype="text/html"))
    if http.wants_json():
        return answer_cancelled(action)
    return back() if back is not None else http.go_to(page)


def _run(
    engine: Engine, subject: Subject | None, decision: Decision, run: Callable[[], ResponseReturnValue]
) -> Response:
    """The action itself. A success closes its prompt; an answer of 400 or more leaves it open."""
    action = decision.treatment.action.key
    with engine.reads.running(action):
        response = engine.app.make_response(run())
    if response.status_code < 400 and _is_own_view(engine, action):
        engine.reads.ran(action)
    if subject and response.status_code < 400:
        if action in subject.prompts:
            engine.episodes.complete_action(subject.id, action)
        elif decision.treatment.variant:  # it lacks something that an experiment puts off
            engine.experiments.acted(action, subject.id)
    return out_of_slot(response)


def _is_own_view(engine: Engine, action: str) -> bool:
    """Whether the request is for the action itself, not for the engine's route that sends the browser on to it."""
    view = engine.app.view_functions.get(request.endpoint or "")
    return action_of(view, request.method) == action


def _warning(submission: Submission, token: PromptToken | None) -> str:
    if submission.token and token is None:
        return _no_longer_valid()
    return ""


def _no_longer_valid() -> str:
    return gettext("This form is no longer valid, so nothing was stored. Check what you typed and send it again.")
