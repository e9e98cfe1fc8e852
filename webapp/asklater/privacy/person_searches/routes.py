"""The officer's pages of searches: the form with the log of searches, and what one has found."""

from flask import Response, flash, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.forms import Form, inputs_of
from asklater.i18n import gettext
from asklater.kinds.base import Invalid, Unable
from asklater.privacy.officer import current_officer, officer_blueprint, officer_csv
from asklater.privacy.officer_forms import OfficerForm, line_field
from asklater.privacy.person_searches import searches
from asklater.privacy.person_searches.presenters import search_page


class SearchForm(Form):
    """Who is searched for, and why."""

    person = line_field(
        _("Who are you looking for?"),
        _("An email address, the number of an account, or the address of a public page. It is not kept."),
        missing=_("Write an email address, a number or the address of a page."),
    )
    reason = line_field(
        _("Why?"),
        _("For the file: the letter or call that it is about. Name nobody."),
        missing=_("Enter why you are searching."),
    )


@officer_blueprint.get("/people")
def people() -> ResponseReturnValue:
    return _page(SearchForm(formdata=None))


@officer_blueprint.post("/people")
def search_people() -> ResponseReturnValue:
    form = SearchForm()
    if not form.validate():
        return _page(form, 422)
    try:
        typed, reason = form.person.data, form.reason.data
        found = searches.search_people(current_engine(), typed, reason, current_officer())
    except Invalid as refused:
        form.person.errors = list(refused.errors.values())
        return _page(form, 422)
    except Unable as refused:
        form.person.errors = [refused.reason]
        return _page(form, 429)
    return http.go_to(url_for("officer.people_found", public_id=found.public_id))


@officer_blueprint.get("/people.csv")
def searches_csv() -> ResponseReturnValue:
    rows = ((one.at, one.by, one.found, one.reason) for one in searches.newest_searches(current_engine()))
    return officer_csv("searches", ("at", "by", "found", "reason"), rows)


@officer_blueprint.get("/people/<public_id>")
def people_found(public_id: str) -> ResponseReturnValue:
    """Show what the officer's own search has found, for some hours; each further look has a reason of its own."""
    engine = current_engine()
    found = searches.find_search(engine, public_id, current_officer())
    if found is None:
        flash(gettext("That search is over. Search again, and say why."), "info")
        return http.go_to(url_for("officer.people"))
    page = search_page(engine, found)
    return http.personal(make_response(render_template("asklater/privacy/person_searches/found.html", page=page)))


def _page(form: Form, status: int = 200) -> Response:
    page = OfficerForm(
        key="search",
        title=gettext("Search"),
        text=gettext("Each search is noted below, and whoever is found can read on their own page that it was made."),
        post_url=url_for("officer.search_people"),
        label=gettext("Search"),
        inputs=inputs_of(form, "search"),
        look="primary",
    )
    log = searches.newest_searches(current_engine())
    text = render_template("asklater/privacy/person_searches/search.html", form=page, log=log)
    return http.personal(make_response(text, status))
