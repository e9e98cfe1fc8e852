"""The shop and one's own asks side by side; and changing the rules on which the demo runs."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import abort, current_app, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from asklater import Settings, current_engine, gettext, http
from asklater.insights import UnusableManifest, WhatIfResult, what_would_change
from halftone.catalogue_presenters import product_page, reviews_panel
from halftone.catalogue_routes import product_or_404
from halftone.demo.own_asks import own_asks
from halftone.demo.routes import blueprint
from halftone.demo.rule_changes import RuleChange, changed_lines, live_manifest, words_of

SHOWN = "late-sun"
"""The print beside which one watches."""
LONGEST_TEXT = 200 * 1024
joined = blueprint
"""The demo's own, with these pages among them."""
HERE = frozenset({"localhost", "127.0.0.1", "::1"})

# Side by side


@blueprint.get("/watch")
def watch() -> ResponseReturnValue:
    product = product_or_404(SHOWN)
    page = product_page(product, reviews_panel(product))
    asks = own_asks(current_engine(), current_engine().people.subject())
    return http.personal(make_response(render_template("demo/watch.html", page=page, own=asks)))


@blueprint.get("/watch/asks")
def watched() -> ResponseReturnValue:
    """The asks alone, for the page that shows them as they happen."""
    asks = own_asks(current_engine(), current_engine().people.subject())
    return http.personal(make_response(render_template("demo/_own_asks.html", own=asks)))


# Change the rule


@dataclass(frozen=True)
class RulesPage:
    """The changes that are offered, and the one that is looked at: its text, what differs, and what it would do.

    `error` and `findings` say what is wrong with a text; `problem` the same of the file that was saved last.
    """

    offered: tuple[tuple[str, str, str], ...]
    text: str
    title: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    result: WhatIfResult | None = None
    error: str = ""
    findings: tuple[str, ...] = ()
    is_changed: bool = False
    problem: str = ""
    can_be_applied: bool = True


@blueprint.get("/rules")
def rules() -> ResponseReturnValue:
    """What can be changed; with `?change=`, what that change would do."""
    live = live_manifest()
    chosen = next((change for change in _offered() if change.key == request.args.get("change")), None)
    if chosen is None:
        return _page(live.text)
    try:
        text = chosen.made_in(live.text)
    except LookupError:
        flash(gettext("This change is made already, or another one stands in its way. Undo changes first."), "error")
        return http.go_to(url_for("demo.rules"))
    return _page(text, title=words_of(chosen)[0])


@blueprint.post("/rules")
def check_rule() -> ResponseReturnValue:
    """What the text that was typed would do."""
    return _page(_typed())


@blueprint.post("/rules/apply")
def apply_rule() -> ResponseReturnValue:
    """Run the demo on the text that was sent."""
    if not _is_on_this_machine():
        abort(403)
    text = _typed()
    try:
        what_would_change(current_engine(), text)
    except UnusableManifest:
        return _page(text)
    live_manifest().apply(text)
    flash(gettext("The demo runs on the changed rules now. Try them in the shop."), "success")
    return http.go_to(url_for("demo.rules"))


@blueprint.post("/rules/undo")
def undo_rules() -> ResponseReturnValue:
    if not _is_on_this_machine():
        abort(403)
    live_manifest().go_back()
    flash(gettext("The demo runs on its own rules again."), "success")
    return http.go_to(url_for("demo.rules"))


def _page(text: str, *, title: str = "") -> ResponseReturnValue:
    live, engine = live_manifest(), current_engine()
    result: WhatIfResult | None = None
    error, findings = "", tuple[str, ...]()
    lines = changed_lines(live.text, text)
    if lines:
        try:
            _manifest, result = what_would_change(engine, text)
        except UnusableManifest as refused:
            error, findings = refused.reason, tuple(str(finding) for finding in refused.findings[:20])
    page = RulesPage(
        offered=tuple((*words_of(change), url_for("demo.rules", change=change.key)) for change in _offered()),
        text=text,
        title=title,
        lines=lines,
        result=result,
        error=error,
        findings=findings,
        is_changed=live.is_changed,
        problem=live.problem,
        can_be_applied=_is_on_this_machine(),
    )
    status = 422 if error else 200
    return http.personal(make_response(render_template("demo/rules.html", page=page), status))


def _typed() -> str:
    """The text of the form, with the line ends that files have."""
    return request.form.get("text", "")[:LONGEST_TEXT].replace("\r\n", "\n")


def _offered() -> tuple[RuleChange, ...]:
    offered: tuple[RuleChange, ...] = current_app.extensions["rule_changes"]
    return offered


def _is_on_this_machine() -> bool:
    """Whether the demo is somebody's own: on a server that all the world reaches, nobody changes it for all others."""
    settings: Settings = current_app.extensions["asklater.settings"]
    return urlsplit(settings.public_url).hostname in HERE
