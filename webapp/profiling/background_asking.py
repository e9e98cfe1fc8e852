"""Asking in the background: what a page's placement shows to the person who looks, and its record."""

from dataclasses import dataclass, field

from flask import g, render_template, request, url_for
from markupsafe import Markup

from webapp import http
from webapp.profiling.background import NOTHING, Due, Shown
from webapp.profiling.engine import Engine, current_engine
from webapp.profiling.exposure import Exposure, device_class
from webapp.profiling.kinds.base import Asking, Unable
from webapp.profiling.manifest import BackgroundPrompt
from webapp.profiling.pages import BackgroundPage, FieldView
from webapp.profiling.people import Subject
from webapp.profiling.prompting import field_view, notice_part_url, notice_url, summary, unable_views
from webapp.profiling.submission import TOKEN, Submission
from webapp.profiling.taking import Taken
from webapp.profiling.tickets import Ticket
from webapp.profiling.words import gettext


@dataclass(frozen=True)
class BackgroundAsk:
    """Everything that a background prompt is made from. With a ticket it is shown anew, which is no impression."""

    prompt: BackgroundPrompt
    fields: tuple[str, ...]
    subject: Subject
    back: str
    ticket: Ticket | None = None
    submission: Submission = field(default_factory=Submission)
    taken: Taken = field(default_factory=Taken)
    warning: str = ""


def background_prompt(placement: str) -> Markup:
    """For templates: the prompt that is due in this placement now, or nothing.

    Costs no statement for a visitor of whom nothing is recorded, nor where nothing could be asked; one where
    something could be, but is not due. Raises KeyError for a placement that no room has registered.
    """
    engine = current_engine()
    known, subject = engine.placements[placement].key, engine.people.subject()
    if subject is None or request.method == "HEAD":
        return Markup()
    found, subject = _begun(engine, known, subject)
    if found is None:
        return Markup()
    shown: Shown = g.get("background_shown", NOTHING)
    g.background_shown = Shown({*shown.placements, known}, {*shown.fields, *found.fields})
    page = background_page(engine, BackgroundAsk(found.prompt, found.fields, subject, _here()))
    return Markup(render_template("profiling/_background.html", asked=page))  # noqa: S704 - a template's own markup


def background_page(engine: Engine, ask: BackgroundAsk) -> BackgroundPage:
    """The page of the prompt; its impression is recorded."""
    unable, views = dict(ask.taken.unable), list[FieldView]()
    suggested = engine.suggestions.read(ask.subject.id)
    asking = Asking(ask.subject.id, ask.prompt.placement)
    for key in ask.fields:
        if key not in unable:
            try:
                views.append(
                    field_view(engine, asking, engine.field(key), ask.submission, ask.taken, suggested.get(key))
                )
            except Unable as explained:
                unable[key] = explained
    asked = tuple(view.key for view in views)
    return BackgroundPage(
        key=ask.prompt.key,
        heading=gettext(ask.prompt.label),
        reason=gettext(ask.prompt.reason),
        post_url=url_for("background.answer", prompt=ask.prompt.key),
        multipart=any(engine.kind_of(key).multipart for key in asked),
        hidden=((TOKEN, engine.tickets.sign(_ticket(engine, ask, asked, tuple(unable)))),),
        fields=tuple(views),
        errors=summary(views, ask.warning),
        unable=unable_views(engine, ask.subject, engine.manifest.fields, unable),
        notice_url=notice_url(engine, ask.fields),
        notice_part_url=notice_part_url(engine, ask.fields),
    )


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


def _ticket(engine: Engine, ask: BackgroundAsk, asked: tuple[str, ...], unable: tuple[str, ...]) -> Ticket:
    placement = ask.prompt.placement
    if ask.ticket is not None:
        number = ask.ticket.prompt_id
    else:
        variant = engine.experiments.shown_as(ask.prompt.key, ask.subject.id)
        exposure = Exposure(kind="background", variant=variant, device=device_class(request.user_agent.string))
        number = engine.episodes.see(ask.subject.id, placement, asked, unable, exposure)
    return Ticket(ask.subject.id, placement, number, asked, 1, ask.back)


def _here() -> str:
    """The page that is being rendered, or the one that a form was sent from."""
    return request.full_path.removesuffix("?") if request.method == "GET" else http.came_from()
