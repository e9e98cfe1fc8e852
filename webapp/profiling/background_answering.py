"""How a background prompt is answered: saved, put off, or refused for good."""

from flask import Response, flash, url_for

from webapp import http
from webapp.profiling.background_asking import BackgroundAsk, background_page
from webapp.profiling.engine import Engine
from webapp.profiling.kinds.base import Unable
from webapp.profiling.manifest import BackgroundPrompt
from webapp.profiling.pages import DonePage
from webapp.profiling.people import Subject
from webapp.profiling.submission import Submission
from webapp.profiling.taking import Taken, take
from webapp.profiling.tickets import Ticket
from webapp.profiling.words import gettext


def answer_in_background(engine: Engine, prompt: BackgroundPrompt, submission: Submission) -> Response:
    """One POST of a background prompt. Nobody is recorded for it, and nothing stops because of it.

    "Not now" and "do not ask again" are heard whatever became of the form; a save wants the form's own ticket.
    """
    subject = engine.people.subject()
    if subject is None:
        return _nobody(http.came_from())
    prompt = engine.experiments.as_met(prompt, subject.id)
    ticket = engine.tickets.read(submission.token, prompt.placement) if submission.token else None
    if ticket is not None and ticket.subject_id != subject.id:
        ticket = None
    back = http.on_this_site(ticket.back) if ticket else http.came_from()
    if submission.never or submission.cancelled:
        return _put_off(engine, prompt, subject, back, for_good=submission.never)
    missing = [key for key in (ticket.fields if ticket else prompt.fields) if key not in subject.held]
    if not missing:
        return _saved(engine, back)
    ask = BackgroundAsk(prompt, tuple(missing), subject, back, ticket, submission)
    return _refresh(engine, ask) if ticket is None or submission.redraw else _save(engine, ask, ticket)


def _save(engine: Engine, ask: BackgroundAsk, ticket: Ticket) -> Response:
    """Take the answers. What was left empty beside them stays unasked until the cool-down is over."""
    taken = take(engine, ask.subject, ticket, ask.submission, ask.fields, optional=True)
    subject = engine.people.subject() or ask.subject
    if taken.elsewhere is not None:
        try:
            taken.elsewhere.reach()
            return http.leave_for(taken.elsewhere.begin(ask.back))
        except Unable as explained:
            gone = [key for key in ask.fields if key not in subject.held and key not in taken.errors]
            taken = Taken(taken.errors, {**taken.unable, **dict.fromkeys(gone, explained)})
    if taken.errors or taken.unable:
        left = tuple(key for key in ask.fields if key not in subject.held)
        again = BackgroundAsk(ask.prompt, left, subject, ask.back, ticket, ask.submission, taken)
        return _answer(engine, again)
    engine.background.end(subject.id, ask.prompt.key)
    engine.episodes.complete_action(subject.id, ask.prompt.placement)
    engine.episodes.dismiss(subject.id, ask.prompt.placement)
    return _saved(engine, ask.back)


def _refresh(engine: Engine, ask: BackgroundAsk) -> Response:
    """The form anew, holding what was typed: it was too old or somebody else's, or a choice in it changes the rest."""
    warning = gettext("This form is no longer valid, so nothing was stored. Check what you typed and send it again.")
    again = BackgroundAsk(
        ask.prompt,
        ask.fields,
        ask.subject,
        ask.back,
        ask.ticket,
        ask.submission,
        warning="" if ask.ticket else warning,
    )
    return _answer(engine, again)


def _put_off(engine: Engine, prompt: BackgroundPrompt, subject: Subject, back: str, *, for_good: bool) -> Response:
    engine.background.end(subject.id, prompt.key)
    engine.episodes.dismiss(subject.id, prompt.placement)
    if not for_good:
        text = gettext("Nothing was stored, and nothing depends on it.")
        return _done(engine, DonePage(gettext("Another time, then"), text, back, gettext("Back to the page"), False))
    engine.background.refuse(subject.id, [key for key in prompt.fields if key not in subject.held])
    text = gettext("If you change your mind, your account page is the place.")
    return _done(
        engine, DonePage(gettext("We will not ask this again"), text, back, gettext("Back to the page"), False)
    )


def _saved(engine: Engine, back: str) -> Response:
    text = gettext("You can change it on your account page whenever you like.")
    return _done(engine, DonePage(gettext("Saved"), text, back, gettext("Back to the page"), False))


def _done(engine: Engine, page: DonePage) -> Response:
    """In place for htmx; without it, words on the page that it stood in."""
    if not http.wants_fragment():
        flash(f"{page.heading}. {page.text}", "success")
        return http.go_to(page.url)
    if engine.settings_endpoint:
        page = DonePage(page.heading, page.text, url_for(engine.settings_endpoint), gettext("Your account"), False)
    return http.fragment_or_page("profiling/_done.html", "profiling/done.html", done=page)


def _nobody(back: str) -> Response:
    """Somebody of whom nothing is recorded was asked nothing: a session that has ended, or a made-up form."""
    flash(gettext("This form is no longer valid, so nothing was stored."), "error")
    return http.go_to(back)


def _answer(engine: Engine, ask: BackgroundAsk) -> Response:
    page = background_page(engine, ask)
    status = 422 if page.errors else 200
    return http.fragment_or_page("profiling/_background.html", "profiling/background.html", status, asked=page)
