"""Doing: start, stop, undo the stop, declare a winner and take that back. Each leads back to the experiment."""

from collections.abc import Callable

from flask import flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import http
from webapp.insights.experiments.blueprint import blueprint
from webapp.insights.experiments.finding import found_or_404
from webapp.insights.experiments.found import Found
from webapp.insights.experiments.pages import ConfirmPage
from webapp.insights.experiments.wording import variant_label
from webapp.profiling.engine import current_engine
from webapp.profiling.experiments.runs import NotPossible
from webapp.profiling.words import gettext


@blueprint.post("/<key>/start")
def start(key: str) -> ResponseReturnValue:
    found = found_or_404(current_engine(), key)
    if found.declared is None:
        return _back(found, gettext("The manifest does not declare it any more, so it cannot start."), "error")
    role = current_user.role
    return _done(found, lambda: current_engine().experiments.start(key, role), gettext("It has started."))


@blueprint.get("/<key>/stop")
def confirm_stop(key: str) -> ResponseReturnValue:
    found = found_or_404(current_engine(), key)
    page = ConfirmPage(
        title=gettext("Stop “%(label)s”?", label=_label(found)),
        text=gettext(
            "From now on everybody is asked as declared. What came of it stays. For an hour you can undo this; later "
            "only a new run can follow, with people shared out anew."
        ),
        button=gettext("Stop it"),
        look="danger",
        post_url=url_for("experiments.stop", key=key),
        back_url=url_for("experiments.experiment", key=key),
    )
    return _confirm(page)


@blueprint.post("/<key>/stop")
def stop(key: str) -> ResponseReturnValue:
    found = found_or_404(current_engine(), key)
    return _done(found, lambda: current_engine().experiments.stop(key), gettext("It is stopped."))


@blueprint.post("/<key>/go-on")
def take_up(key: str) -> ResponseReturnValue:
    found = found_or_404(current_engine(), key)
    return _done(found, lambda: current_engine().experiments.take_up(key), gettext("It goes on as if never stopped."))


@blueprint.get("/<key>/winner")
def confirm_winner(key: str) -> ResponseReturnValue:
    found, variant = found_or_404(current_engine(), key), request.args.get("variant", "")
    if not _has(found, variant):
        return _back(found, gettext("Choose one of its variants as the winner."), "error")
    page = ConfirmPage(
        title=gettext("Declare “%(variant)s” the winner?", variant=variant_label(variant)),
        text=gettext(
            "The page then gives the text for the manifest. Until that stands there, everybody is asked as declared. "
            "You can take the winner back."
        ),
        button=gettext("Declare it"),
        look="primary",
        post_url=url_for("experiments.declare", key=key),
        back_url=url_for("experiments.experiment", key=key),
        hidden=(("variant", variant),),
    )
    return _confirm(page)


@blueprint.post("/<key>/winner")
def declare(key: str) -> ResponseReturnValue:
    found, variant = found_or_404(current_engine(), key), request.form.get("variant", "")
    if not _has(found, variant):
        return _back(found, gettext("Choose one of its variants as the winner."), "error")
    runs = current_engine().experiments.runs
    return _done(found, lambda: runs.declare(key, variant), gettext("The winner is declared. Its text stands below."))


@blueprint.post("/<key>/winner/back")
def withdraw(key: str) -> ResponseReturnValue:
    found, runs = found_or_404(current_engine(), key), current_engine().experiments.runs
    return _done(found, lambda: runs.declare(key, ""), gettext("No winner is declared any more."))


def _done(found: Found, step: Callable[[], None], said: str) -> ResponseReturnValue:
    """Take the step; where somebody else was faster, say so and change nothing."""
    try:
        step()
    except NotPossible:
        return _back(found, gettext("It is not in a state for this any more: look at where it stands."), "error")
    return _back(found, said, "success")


def _back(found: Found, said: str, look: str) -> ResponseReturnValue:
    flash(said, look)
    return http.go_to(url_for("experiments.experiment", key=found.key))


def _confirm(page: ConfirmPage) -> ResponseReturnValue:
    return http.personal(make_response(render_template("insights/experiments/confirm.html", page=page)))


def _has(found: Found, variant: str) -> bool:
    return found.experiment is not None and variant in found.experiment.variants


def _label(found: Found) -> str:
    return found.experiment.label if found.experiment else found.key
