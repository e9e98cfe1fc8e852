"""The officer's page of a person's texts, before they are exported as the answer to a request: what is about somebody
else is blacked out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Response, abort, flash, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.fields import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # its types are a version behind
from wtforms.validators import InputRequired

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.forms import Form, inputs_of
from asklater.i18n import gettext
from asklater.kinds.base import InputError, Unable
from asklater.privacy.exports.free_texts import FreeText, TextPlace, free_texts
from asklater.privacy.exports.redactions import Redaction, applies, redactions_of, text_pieces
from asklater.privacy.officer import current_officer, officer_blueprint
from asklater.privacy.officer_forms import OfficerForm, depending_text_field, line_field
from asklater.privacy.requests import audit_trail, text_review
from asklater.privacy.requests.lifecycle import StepNotAllowed
from asklater.privacy.requests.officer_presenters import awaits_export
from asklater.privacy.requests.queries import Request, find_request

TEXTS_OF_PAGE = 50
WHOLE, PASSAGE = "whole", "passage"


class RedactionForm(Form):
    """What of a text is blacked out, and why."""

    section, row, part = HiddenField(), HiddenField(), HiddenField()
    what: Any = RadioField(
        _("What is to be blacked out?"),
        choices=[SelectChoice(PASSAGE, _("A passage")), SelectChoice(WHOLE, _("The whole text"))],
        default=PASSAGE,
        validators=[InputRequired(_("Choose one of these."))],
    )
    passage = depending_text_field(
        _("The passage"), _("Copy it from the text. Every occurrence in it is blacked out.")
    )
    reason = line_field(
        _("The reason"), _("The person is told. Name nobody in it, as in “the address of a neighbour”.")
    )

    def validate(self, extra_validators: object = None) -> bool:
        fits = bool(super().validate(extra_validators))
        if self.what.data == PASSAGE and not self.passage.data and not self.passage.errors:
            self.passage.errors = [gettext("Copy the passage from the text, or choose the whole text.")]
            return False
        return fits

    @property
    def place(self) -> TextPlace:
        return TextPlace(self.section.data or "", self.row.data or "", self.part.data or "")


@dataclass(frozen=True)
class TextPiece:
    text: str
    is_black: bool


@dataclass(frozen=True)
class RedactionLine:
    """One redaction of a text. `passage` is "" for the whole."""

    passage: str
    reason: str
    restore_url: str


@dataclass(frozen=True)
class TextPanel:
    """One text with what is blacked out of it, and the form for more."""

    key: str
    record: str
    label: str
    pieces: tuple[TextPiece, ...]
    redactions: tuple[RedactionLine, ...]
    form: OfficerForm


@dataclass(frozen=True)
class TextsPage:
    """The texts of a person; `open_url` is where they are opened to this officer, "" where they are. `gone` are
    redactions whose passage is nowhere any more."""

    open_url: str
    panels: tuple[TextPanel, ...]
    gone: tuple[RedactionLine, ...]
    error: str
    back_url: str
    next_url: str

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(error for panel in self.panels for error in panel.form.errors)


@officer_blueprint.get("/requests/<public_id>/texts")
def texts(public_id: str) -> ResponseReturnValue:
    return _page(_request_or_404(public_id))


@officer_blueprint.post("/requests/<public_id>/texts")
def open_texts(public_id: str) -> ResponseReturnValue:
    def begin(found: Request) -> None:
        text_review.begin_review(found, _who())

    return _step(_request_or_404(public_id), begin)


@officer_blueprint.post("/requests/<public_id>/texts/redact")
def redact_text(public_id: str) -> ResponseReturnValue:
    found, form = _request_or_404(public_id), RedactionForm()
    if not text_review.is_open_to(found, _who()):
        return http.go_to(url_for("officer.texts", public_id=public_id))
    if not form.validate():
        return _page(found, 422, sent=form)

    def redact(one: Request) -> None:
        passage = "" if form.what.data == WHOLE else form.passage.data
        text_review.redact(current_engine(), one, form.place, passage, form.reason.data, _who())
        flash(gettext("Blacked out, in every export of the person. They are told the reason."), "success")

    try:
        return _step(found, redact)
    except text_review.NoSuchPassage:
        form.passage.errors = [gettext("This does not stand in the text. Copy it as it is there.")]
        return _page(found, 422, sent=form)
    except text_review.NoSuchText:
        return _page(found, 409, error=gettext("The text is not there any more: its person changed or deleted it."))


@officer_blueprint.post("/requests/<public_id>/texts/<redaction>/restore")
def restore_text(public_id: str, redaction: str) -> ResponseReturnValue:
    def restore(found: Request) -> None:
        if text_review.restore(current_engine(), found, redaction, _who()):
            flash(gettext("Taken back: it is exported as it is."), "success")

    found = _request_or_404(public_id)
    if not text_review.is_open_to(found, _who()):
        return http.go_to(url_for("officer.texts", public_id=public_id))
    return _step(found, restore)


def _step(found: Request, take: Callable[[Request], None]) -> ResponseReturnValue:
    try:
        take(found)
    except Unable as refused:
        return _page(found, 429, error=str(refused))
    except StepNotAllowed:
        return _page(found, 409, error=gettext("This request is closed already: nothing is exported for it."))
    return http.go_to(url_for("officer.texts", public_id=found.public_id, page=http.number_argument("page")))


def _page(found: Request, status: int = 200, *, sent: RedactionForm | None = None, error: str = "") -> Response:
    is_open = text_review.is_open_to(found, _who())
    page = _texts_page(found, sent, error) if is_open else _closed_page(found, error)
    text = render_template("asklater/privacy/requests/texts.html", page=page)
    return http.personal(make_response(text, status))


def _closed_page(found: Request, error: str) -> TextsPage:
    url = url_for("officer.open_texts", public_id=found.public_id)
    return TextsPage(url, (), (), error, _back(found), "")


def _texts_page(found: Request, sent: RedactionForm | None, error: str) -> TextsPage:
    engine, place = current_engine(), max(0, http.number_argument("page") or 0)
    person = found.subject_id or abort(404)
    every = redactions_of(engine, person)
    start = place * TEXTS_OF_PAGE
    shown = list(islice(free_texts(engine, person), start, start + TEXTS_OF_PAGE + 1))
    panels = (
        _panel(found, start + index, one, every.of(one.place), sent) for index, one in enumerate(shown[:TEXTS_OF_PAGE])
    )
    more = url_for("officer.texts", public_id=found.public_id, page=place + 1) if shown[TEXTS_OF_PAGE:] else ""
    return TextsPage("", tuple(panels), tuple(_gone(found)), error, _back(found), more)


def _gone(found: Request) -> Iterator[RedactionLine]:
    """Yields the redactions that black out nothing, since their text is gone or has changed."""
    engine, person = current_engine(), found.subject_id or abort(404)
    texts_now: Mapping[TextPlace, str] = {one.place: one.text for one in free_texts(engine, person)}
    for one in redactions_of(engine, person).every:
        if not applies(one, texts_now.get(one.place)):
            yield _redaction_line(found, one)


def _panel(
    found: Request, index: int, one: FreeText, redactions: Sequence[Redaction], sent: RedactionForm | None
) -> TextPanel:
    key = f"text-{index}"
    form = sent if sent is not None and sent.place == one.place else RedactionForm(formdata=None)
    form.section.data, form.row.data, form.part.data = one.place.section, one.place.row, one.place.part
    page = http.number_argument("page")
    return TextPanel(
        key=key,
        record=one.record,
        label=one.label,
        pieces=tuple(_pieces(one.text, redactions)),
        redactions=tuple(_redaction_line(found, done) for done in redactions if applies(done, one.text)),
        form=OfficerForm(
            key=key,
            title=gettext("Black something out"),
            text="",
            post_url=url_for("officer.redact_text", public_id=found.public_id, page=page),
            label=gettext("Black it out"),
            inputs=inputs_of(form, key),
        ),
    )


def _pieces(text: str, redactions: Sequence[Redaction]) -> Iterator[TextPiece]:
    """Yields the text with what is blacked out set apart, so that the officer sees both."""
    found = [one for one in redactions if applies(one, text)]
    return (TextPiece(piece, is_black) for piece, is_black in text_pieces(text, found))


def _redaction_line(found: Request, one: Redaction) -> RedactionLine:
    url = url_for("officer.restore_text", public_id=found.public_id, redaction=one.public_id)
    return RedactionLine(one.passage, one.reason, url)


def _back(found: Request) -> str:
    return url_for("officer.request", public_id=found.public_id)


def _who() -> audit_trail.Actor:
    return audit_trail.Actor("officer", current_officer())


def _request_or_404(public_id: str) -> Request:
    """Returns the request, where the person's data may still be exported for it; otherwise leads to its page."""
    found = find_request(public_id) or abort(404)
    if not awaits_export(found):
        flash(gettext("Nothing is exported for this request any more."), "info")
        abort(http.go_to(_back(found)))
    return found
