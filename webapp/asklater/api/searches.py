"""The searches of AuthZEN: which subjects, resources or actions are permitted, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from asklater.api.authzen import Body, permits, read_evaluation, subject_of
from asklater.api.options import ApiOptions, with_live
from asklater.engine import Engine
from asklater.http import MOST, NUMBER
from asklater.i18n import gettext
from asklater.records.people import subjects_after
from asklater.web.json_bodies import Unreadable

MOST_RESULTS = 100
"""Of a page, where the request wants no fewer."""
EXAMINED = 1_000
"""So many subjects are looked at for one page: it may hold fewer than there are, and then says where to go on."""
AT_ONCE = 250


@dataclass(frozen=True)
class Page:
    """So many results at most, beginning behind `after`: a subject's number, or a count of what came before."""

    limit: int
    after: int


def read_page(body: Body) -> Page:
    """The page that a search wants, the first one of its own length where it says nothing. Raises Unreadable."""
    page = body.get("page", {})
    if not isinstance(page, dict):
        raise Unreadable(gettext("“%(name)s” has to be %(wanted)s.", name="page", wanted=gettext("an object")))
    limit, token = page.get("limit", MOST_RESULTS), page.get("token", "")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise Unreadable(
            gettext("“%(name)s” has to be %(wanted)s.", name="page.limit", wanted=gettext("a number from 1"))
        )
    if not isinstance(token, str) or (token and not (NUMBER.fullmatch(token) and int(token) <= MOST)):
        raise Unreadable(gettext("“page.token” does not come from an earlier page. Leave it out for the first page."))
    return Page(min(limit, MOST_RESULTS), int(token or 0))


def search_subjects(engine: Engine, options: ApiOptions, body: Body) -> dict[str, Any]:
    """The subjects of a type who may do the action with the resource. Raises Unreadable."""
    asked, page = read_evaluation(body, {"subject": ("id",)}), read_page(body)
    found: list[Mapping[str, str]] = []
    after, examined = page.after, 0
    if asked.action not in engine.manifest.actions or asked.subject_type not in options.subject_types:
        return _results(found)
    while examined < EXAMINED:
        some = subjects_after(engine.database, after, AT_ONCE)
        for subject in some:
            after = subject.id
            if not engine.foresee(asked.action, with_live(engine, subject)).clear:
                continue  # before it is named: an application's own id has to be read and opened
            name = options.name_subject(asked.subject_type, subject.id)
            if name is not None and options.allows(replace(asked, subject_id=name)):
                found.append({"type": asked.subject_type, "id": name})
                if len(found) == page.limit:
                    return _results(found, str(after))
        if len(some) < AT_ONCE:
            return _results(found)
        examined += len(some)
    return _results(found, str(after))


def search_resources(engine: Engine, options: ApiOptions, body: Body) -> dict[str, Any]:
    """The application's resources of a type with which the subject may do the action. Raises Unreadable."""
    asked, page = read_evaluation(body, {"resource": ("id",)}), read_page(body)
    subject = subject_of(engine, options, asked)
    is_known = subject is not None and asked.action in engine.manifest.actions
    named = sorted(options.resources(asked.resource_type)) if is_known else []
    return _page_of(
        page,
        [
            {"type": asked.resource_type, "id": name}
            for name in named
            if subject is not None and permits(engine, options, asked, subject, resource_id=name)
        ],
    )


def search_actions(engine: Engine, options: ApiOptions, body: Body) -> dict[str, Any]:
    """The actions that the subject may do with the resource. Raises Unreadable."""
    asked, page = read_evaluation(body, {"action": ("name",)}), read_page(body)
    subject = subject_of(engine, options, asked)
    actions = engine.manifest.actions if subject is not None else {}
    return _page_of(
        page,
        [
            {"name": name}
            for name in actions
            if subject is not None and permits(engine, options, asked, subject, action=name)
        ],
    )


def _page_of(page: Page, found: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    end = page.after + page.limit
    return _results(found[page.after : end], str(end) if end < len(found) else "")


def _results(found: Sequence[Mapping[str, str]], next_token: str = "") -> dict[str, Any]:
    return {"results": list(found), "page": {"next_token": next_token, "count": len(found)}}
