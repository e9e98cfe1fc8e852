"""The officer's pages of takedowns: the list, taking something down, and putting it back."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _, ngettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # its types are a version behind
from wtforms.validators import InputRequired

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import Engine, current_engine
from asklater.forms import Form, inputs_of
from asklater.i18n import gettext
from asklater.privacy.officer import current_officer, officer_blueprint, officer_csv
from asklater.privacy.officer_forms import OfficerForm, officer_form_page, text_field
from asklater.privacy.takedowns import takedowns
from asklater.privacy.takedowns.takedowns import ASKED, LAW, ORPHANED, OTHERS, CannotPutBack, Takedown

COLUMNS = ("account", "sort", "published", "taken_down", "by", "cause", "reason", "put_back", "put_back_by", "why")


class TakeDownForm(Form):
    """Why something is taken down."""

    cause = RadioField(
        _("Why is it taken down?"),
        choices=[
            SelectChoice(ASKED, _("Its person asked for it: it goes for good")),
            SelectChoice(OTHERS, _("It is about somebody else, or harms them")),
            SelectChoice(LAW, _("A law, a court or an authority wants it")),
            SelectChoice(ORPHANED, _("It is orphaned: nobody can reach it through a verified address")),
        ],
        validators=[InputRequired(_("Choose why it is taken down."))],
    )
    reason = text_field(
        _("The reason"), _("For the file; the person is emailed it, unless they asked for it. Name nobody else.")
    )


class PutBackForm(Form):
    """Why something is put back."""

    reason = text_field(_("Why it is put back"), _("The person is emailed this."))


@dataclass(frozen=True)
class TakedownLine:
    """A takedown in the list. `state` says whether it can be put back, or that it was."""

    url: str
    sort: str
    cause: str
    state: str
    takedown: Takedown


@dataclass(frozen=True)
class TakedownPage:
    """One takedown, and the form that puts it back where it can be."""

    line: TakedownLine
    error: str
    form: OfficerForm | None

    @property
    def errors(self) -> tuple[object, ...]:
        return self.form.errors if self.form else ()


@officer_blueprint.get("/takedowns", endpoint="takedowns")
def list_takedowns() -> ResponseReturnValue:
    engine = current_engine()
    lines = [_line(engine, found) for found in takedowns.newest_takedowns(engine)]
    return http.personal(make_response(render_template("asklater/privacy/takedowns/list.html", lines=lines)))


@officer_blueprint.get("/takedowns.csv")
def takedowns_csv() -> ResponseReturnValue:
    engine = current_engine()
    rows = (_cells(_line(engine, found)) for found in takedowns.newest_takedowns(engine))
    return officer_csv("takedowns", COLUMNS, rows)


@officer_blueprint.get("/takedowns/new")
def new_takedown() -> ResponseReturnValue:
    return _new_page(TakeDownForm(formdata=None), request.args)


@officer_blueprint.post("/takedowns/new")
def take_down() -> ResponseReturnValue:
    engine, form, number = current_engine(), TakeDownForm(), _person(request.form)
    if number is None or not form.validate():
        return _new_page(form, request.form, 422)
    chosen = _chosen(engine, number, request.form)
    taken = takedowns.take_down(engine, number, chosen, form.cause.data, form.reason.data, current_officer())
    flash(ngettext("%(num)s thing is taken down.", "%(num)s things are taken down.", taken), "success")
    return http.go_to(url_for("officer.takedowns"))


@officer_blueprint.get("/takedowns/<public_id>", endpoint="takedown")
def one_takedown(public_id: str) -> ResponseReturnValue:
    return _page(_takedown_or_404(public_id), PutBackForm(formdata=None))


@officer_blueprint.post("/takedowns/<public_id>/put-back")
def put_back(public_id: str) -> ResponseReturnValue:
    found, form = _takedown_or_404(public_id), PutBackForm()
    if not form.validate():
        return _page(found, form, 422)
    try:
        takedowns.put_back(current_engine(), found, form.reason.data, current_officer())
    except CannotPutBack as refused:
        return _page(found, form, 409, error=str(refused))
    flash(gettext("It is public again."), "success")
    return http.go_to(url_for("officer.takedown", public_id=public_id))


def cause_label(cause: str) -> str:
    """Says in a few words why something was taken down."""
    return {
        ASKED: gettext("its person asked"),
        OTHERS: gettext("for somebody else’s protection"),
        LAW: gettext("a law, a court or an authority"),
        ORPHANED: gettext("orphaned"),
    }.get(cause, cause)


def _line(engine: Engine, found: Takedown) -> TakedownLine:
    sort = engine.registry.publications.get(found.publication)
    if found.put_back_at is not None:
        state = gettext("public again")
    elif found.can_be_put_back:
        last = (found.at + takedowns.CONTENTS_KEPT_FOR).date().isoformat()
        state = gettext("can be put back until %(day)s", day=last)
    else:
        state = gettext("gone for good")
    url = url_for("officer.takedown", public_id=found.public_id)
    return TakedownLine(url, sort.label() if sort else found.publication, cause_label(found.cause), state, found)


def _cells(line: TakedownLine) -> tuple[object, ...]:
    it = line.takedown
    taken = (it.subject_id, line.sort, it.published_at, it.at, it.by, line.cause, it.reason)
    return *taken, it.put_back_at, it.put_back_by, it.put_back_reason


def _person(asked: Mapping[str, str]) -> int | None:
    typed = asked.get("person", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _chosen(engine: Engine, number: int, asked: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Returns which things of the person's are meant, by (sort, name): one, or all where none is named."""
    every = frozenset((sort.key, name) for sort, name, _at in takedowns.public_items(engine, number))
    sort, name = asked.get("publication", ""), asked.get("item", "")
    return every & {(sort, name)} if sort else every


def _new_page(form: Form, asked: Mapping[str, str], status: int = 200) -> Response:
    engine, number = current_engine(), _person(asked)
    chosen = _chosen(engine, number, asked) if number is not None else frozenset()
    if number is None or not chosen:
        flash(gettext("Nothing like that is public. Search for its person, or by its address."), "info")
        return http.go_to(url_for("officer.people"))
    labels = dict.fromkeys(engine.registry.publications[sort].label() for sort, _name in sorted(chosen))
    words = ngettext(
        "%(num)s thing of account %(number)s: %(labels)s.",
        "%(num)s things of account %(number)s: %(labels)s.",
        len(chosen),
        number=number,
        labels=", ".join(labels),
    )
    page = OfficerForm(
        key="takedown",
        title=gettext("Delete page"),
        text=words,
        post_url=url_for("officer.take_down"),
        label=gettext("Delete page"),
        inputs=inputs_of(form, "takedown"),
        look="danger",
        hidden=tuple((name, asked.get(name, "")) for name in ("person", "publication", "item")),
    )
    return officer_form_page(page, url_for("officer.people"), status)


def _page(found: Takedown, form: Form, status: int = 200, *, error: str = "") -> Response:
    url = url_for("officer.put_back", public_id=found.public_id)
    text = gettext("It is public again as it was, and the ledger of rights says so.")
    title = gettext("Restore")
    step = OfficerForm("put-back", title, text, url, title, inputs_of(form, "put-back"), is_next=status != 200)
    page = TakedownPage(_line(current_engine(), found), error, step if found.can_be_put_back else None)
    return http.personal(make_response(render_template("asklater/privacy/takedowns/takedown.html", page=page), status))


def _takedown_or_404(public_id: str) -> Takedown:
    return takedowns.find_takedown(current_engine(), public_id) or abort(404)
