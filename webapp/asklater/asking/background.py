"""Background prompts: what a placement shows to the person who looks, and what becomes of the answer."""

from dataclasses import dataclass, field, replace

from flask import Response, flash, g, render_template, request
from markupsafe import Markup

from asklater import http
from asklater.asking.presenters import BackgroundPage, DonePage, FieldView, background_id
from asklater.asking.prompts import field_view, notice_part_url, notice_url, summary, unable_views
from asklater.asking.responses import answer_resumed_before, answer_with_redirect
from asklater.asking.submission import TOKEN, Submission, Taken, left_empty, take
from asklater.checks.manifest import named
from asklater.endpoints import url_for
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.kinds.base import Asking, ReauthenticationRequired, Unable
from asklater.manifest.declarations import BackgroundPrompt
from asklater.policy.background import NOTHING, Due, Shown
from asklater.policy.decision import reason_for
from asklater.prompt_tokens import PromptToken
from asklater.records.exposure import Exposure, device_class
from asklater.records.people import Subject
from asklater.subjects.held_fields import pending_sentence, proof_url


@dataclass(frozen=True)
class BackgroundAsk:
    """Everything that a background prompt is made from. With a token it is shown anew, which is no impression."""

    prompt: BackgroundPrompt
    fields: tuple[str, ...]
    subject: Subject
    back: str
    token: PromptToken | None = None
    submission: Submission = field(default_factory=Submission)
    taken: Taken = field(default_factory=Taken)
    warning: str = ""


def background_prompt(placement: str) -> Markup:
    """For templates: the prompt that is due in this placement now, or nothing.

    Costs no statement for a visitor of whom nothing is recorded, nor where nothing could be asked; one where
    something could be, but is not due. Raises UndeclaredError for a placement that no feature has registered.
    """
    engine = current_engine()
    known, subject = named("placement", placement, engine.registry.placements).key, engine.people.subject()
    if subject is None or request.method == "HEAD":
        return Markup()
    found, subject = _begun(engine, known, subject)
    if found is None:
        return Markup()
    shown: Shown = g.get("background_shown", NOTHING)
    g.background_shown = Shown({*shown.placements, known}, {*shown.fields, *found.fields})
    page = background_page(engine, BackgroundAsk(found.prompt, found.fields, subject, _here()))
    return Markup(render_template("asklater/asking/_background.html", asked=page))  # noqa: S704 - a template's own markup


def background_page(engine: Engine, ask: BackgroundAsk) -> BackgroundPage:
    """The page of the prompt; its impression is recorded."""
    unable, views = dict(ask.taken.unable), list[FieldView]()
    suggested = engine.suggestions.read(ask.subject.id)
    asking, own_id = Asking(ask.subject.id, ask.prompt.placement), background_id(ask.prompt.key)
    for key in ask.fields:
        if key not in unable:
            try:
                field, drawn = engine.field(key), (own_id, key in ask.prompt.optional)
                views.append(field_view(engine, asking, field, *drawn, ask.submission, ask.taken, suggested.get(key)))
            except Unable as explained:
                unable[key] = explained
    views = _with_what_ended(engine, ask.subject, views)
    asked = tuple(view.key for view in views)
    return BackgroundPage(
        key=ask.prompt.key,
        heading=gettext(ask.prompt.label),
        reason=gettext(reason) if (reason := reason_for(ask.prompt.reason, ask.fields)) else "",
        post_url=url_for("background.answer", prompt=ask.prompt.key),
        multipart=any(engine.kind_of(key).multipart for key in asked),
        hidden=((TOKEN, engine.tokens.sign(_token(engine, ask, asked, tuple(unable)))),),
        fields=tuple(views),
        errors=summary(views, ask.warning),
        unable=unable_views(engine, ask.subject, engine.manifest.fields, unable),
        notice_url=notice_url(engine, ask.fields),
        notice_part_url=notice_part_url(engine, ask.fields),
    )


def _with_what_ended(engine: Engine, subject: Subject, views: list[FieldView]) -> list[FieldView]:
    """The fields, with a note where their person had said yes to other terms. One statement for consents."""
    if not any(view.key in engine.consents.terms for view in views):
        return views
    ended = engine.consents.ended(subject.id)
    note = gettext("You said yes to this before. It has changed since, so that yes has ended.")
    return [replace(view, note=view.note or note) if view.key in ended else view for view in views]


def _begun(engine: Engine, placement: str, subject: Subject) -> tuple[Due | None, Subject]:
    """What is due, its showing begun where it is a new one. Two requests at once begin one."""
    shown: Shown = g.get("background_shown", NOTHING)
    found = engine.due(placement, subject, shown)
    if found is None or not found.begins:
        return found, subject
    engine.background.lock(subject.id)
    engine.people.refresh()
    subject = engine.people.subject() or subject
    found = engine.due(placement, subject, shown)
    if found is not None and found.begins:
        engine.background.begin(subject.id, found.prompt.key)
    return found, subject


def _token(engine: Engine, ask: BackgroundAsk, asked: tuple[str, ...], unable: tuple[str, ...]) -> PromptToken:
    placement = ask.prompt.placement
    if ask.token is not None:
        number = ask.token.prompt_id
    else:
        variant = engine.experiments.shown_as(ask.prompt.key, ask.subject.id)
        exposure = Exposure(kind="background", variant=variant, device=device_class(request.user_agent.string))
        optional = ask.prompt.optional
        number = engine.episodes.see(ask.subject.id, placement, asked, unable, exposure, optional=optional)
    return PromptToken(ask.subject.id, placement, number, asked, 1, ask.back, engine.consents.terms_of(asked))


def _here() -> str:
    """The page that is being rendered, or the one that a form was sent from."""
    return http.here() if request.method == "GET" else http.came_from()


def answer_in_background(engine: Engine, prompt: BackgroundPrompt, submission: Submission) -> Response:
    """One POST of a background prompt. Nobody is recorded for it, and nothing stops because of it.

    "Not now" and "do not ask again" are heard whatever became of the form; a save needs the form's own prompt token.
    """
    subject = engine.people.subject()
    if submission.resumed and not engine.suspended_requests.use(submission.resumed):
        return answer_resumed_before()
    if subject is None:
        return _nobody(http.came_from())
    prompt = engine.experiments.placed_for(prompt, subject.id)
    token = engine.tokens.read(submission.token, prompt.placement) if submission.token else None
    if token is not None and token.subject_id != subject.id:
        token = None
    back = http.on_this_site(token.back if token else request.args.get("back", ""), http.came_from())
    if submission.never or submission.cancelled:
        return _put_off(engine, prompt, subject, back, for_good=submission.never)
    missing = [key for key in (token.fields if token else prompt.fields) if key not in subject.held]
    if not missing:
        return _saved(engine, back)
    if token is not None and token.terms != engine.consents.terms_of(token.fields):
        return _show_other_terms(engine, BackgroundAsk(prompt, tuple(missing), subject, back, token, submission))
    ask = BackgroundAsk(prompt, tuple(missing), subject, back, token, submission)
    return _refresh(engine, ask) if token is None or submission.redraw else _save(engine, ask, token)


def _save(engine: Engine, ask: BackgroundAsk, token: PromptToken) -> Response:
    """Take the answers. What was left empty beside them stays unasked until the cool-down is over, and for good where
    it is optional. A form of optional fields that is sent empty says "not now"."""
    optional = ask.prompt.optional
    if _says_nothing(engine, ask):
        return _put_off(engine, ask.prompt, ask.subject, ask.back, for_good=False)
    taken = take(engine, ask.subject, token, ask.submission, ask.fields, optional, in_background=True)
    subject = engine.people.subject() or ask.subject
    if isinstance(taken.redirected, ReauthenticationRequired):
        return answer_with_redirect(engine, ask.prompt.key, taken.redirected, ask.back, in_background=True)
    if taken.redirected is not None:
        try:
            engine.database.commit_so_far()
            taken.redirected.ensure_reachable()
            return http.leave_for(taken.redirected.begin(ask.back))
        except Unable as explained:
            gone = [key for key in ask.fields if key not in subject.held and key not in taken.errors]
            taken = Taken(taken.errors, {**taken.unable, **dict.fromkeys(gone, explained)})
    if taken.errors or taken.unable:
        left = tuple(key for key in ask.fields if key not in subject.held)
        again = BackgroundAsk(ask.prompt, left, subject, ask.back, token, ask.submission, taken)
        return _respond(engine, again)
    engine.background.end(subject.id, ask.prompt.key)
    engine.episodes.complete_action(subject.id, ask.prompt.placement)
    engine.episodes.dismiss(subject.id, ask.prompt.placement)
    return _saved_consents(engine, ask) or _saved(engine, ask.back)


def _saved_consents(engine: Engine, ask: BackgroundAsk) -> Response | None:
    """That a yes counts once it is confirmed, where one that was given now waits for that; None where none does."""
    asked = [key for key in ask.fields if key in engine.consents.terms]
    states = engine.consents.states(ask.subject.id) if asked else {}
    waiting = next((key for key in asked if states.get(key) == "pending"), None)
    if waiting is None:
        return None
    text = pending_sentence(engine, engine.field(waiting))
    page = DonePage(gettext("Saved, not in force yet"), text, ask.back, gettext("Back to the page"), False)
    url = proof_url(engine, waiting, ask.back)
    return _done(engine, page, (url, gettext("Verify your address")) if url else None)


def _says_nothing(engine: Engine, ask: BackgroundAsk) -> bool:
    """Whether a prompt of optional fields came back empty, and none of them was given before."""
    return (
        ask.prompt.optional.issuperset(ask.prompt.fields)
        and ask.subject.held.isdisjoint(ask.prompt.fields)
        and all(left_empty(engine, key, ask.submission) for key in ask.fields)
    )


def _refresh(engine: Engine, ask: BackgroundAsk) -> Response:
    """The form anew, holding what was typed: it was too old or somebody else's, or a choice in it changes the rest."""
    warning = gettext("This form is no longer valid, so nothing was stored. Check what you typed and send it again.")
    again = BackgroundAsk(
        ask.prompt,
        ask.fields,
        ask.subject,
        ask.back,
        ask.token,
        ask.submission,
        warning="" if ask.token or ask.submission.resumed else warning,
    )
    return _respond(engine, again)


def _show_other_terms(engine: Engine, ask: BackgroundAsk) -> Response:
    """The form anew, since a consent on it has other terms by now than when it was drawn: its box is not ticked."""
    given = {key: given for key, given in ask.submission.given.items() if key not in engine.consents.terms}
    warning = gettext("What you would say yes to has changed meanwhile, so nothing was stored. Read it again.")
    return _respond(engine, replace(ask, submission=replace(ask.submission, given=given), warning=warning))


def _put_off(engine: Engine, prompt: BackgroundPrompt, subject: Subject, back: str, *, for_good: bool) -> Response:
    engine.background.end(subject.id, prompt.key)
    engine.episodes.dismiss(subject.id, prompt.placement)
    if not for_good:
        text = gettext("Nothing was stored, and nothing depends on it.")
        return _done(engine, DonePage(gettext("Not now"), text, back, gettext("Back to the page"), False))
    engine.background.refuse(subject.id, [key for key in prompt.fields if key not in subject.held])
    text = gettext("If you change your mind, your account page is the place.")
    return _done(engine, DonePage(gettext("We will not ask again"), text, back, gettext("Back to the page"), False))


def _saved(engine: Engine, back: str) -> Response:
    text = gettext("You can change it on your account page whenever you like.")
    return _done(engine, DonePage(gettext("Saved"), text, back, gettext("Back to the page"), False))


def _done(engine: Engine, page: DonePage, onward: tuple[str, str] | None = None) -> Response:
    """In place for htmx, with the way `onward` (its URL and label) or to the account; without it, words on the page
    that it stood in."""
    if not http.wants_fragment():
        flash(f"{page.heading}. {page.text}", "success")
        return http.go_to(page.url)
    if onward is None and engine.registry.settings_endpoint:
        onward = url_for(engine.registry.settings_endpoint), gettext("Your account")
    if onward is not None:
        page = replace(page, url=onward[0], link_label=onward[1])
    return http.fragment_or_page("asklater/asking/_done.html", "asklater/asking/done.html", done=page)


def _nobody(back: str) -> Response:
    """Somebody of whom nothing is recorded was asked nothing: a session that has ended, or a made-up form."""
    flash(gettext("This form is no longer valid, so nothing was stored."), "error")
    return http.go_to(back)


def _respond(engine: Engine, ask: BackgroundAsk) -> Response:
    page = background_page(engine, ask)
    status = 422 if page.errors else 200
    return http.fragment_or_page(
        "asklater/asking/_background.html", "asklater/asking/background.html", status, asked=page
    )
