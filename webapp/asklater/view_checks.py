"""How an application gates its views, checked before people come: undeclared actions, decorators in a wrong order."""

import inspect
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from asklater.checks.manifest import Finding, ManifestError, did_you_mean
from asklater.settings import ConfigurationError

GATED, MARKED, WHERE_DECLARED = "gated_action", "_asklater_gated_by", "_asklater_where_declared"
GATED_METHODS = "_asklater_gated_methods"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
"""Those that a gate may be for. HEAD goes with GET."""
LOGIN_GUARDS = ("login_required", "fresh_login_required")
"""The decorators of Flask-Login that let a view run for somebody who is signed in."""
NO_ACTION = '@gate takes the key of an action that the manifest declares, as in @gate("checkout"), and not {}.'
ABOVE_LOGIN = (
    '@gate("{}") stands above @{} on the view {}: people would be asked first, and sent to sign in with their answers '
    "after that. Put @gate below it, next to the function."
)
UNGATED = (
    "the view {} is served without its gate: @gate stands above the decorator of its route. Put the route first, "
    "and @gate below it"
)
NEVER = "the gate of the view {} is for {} alone, which its route does not take"

View = Callable[..., Any]


def name_of(view: Any) -> str:
    """What an application calls a view: module and function."""
    return f"{getattr(view, '__module__', '')}.{getattr(view, '__qualname__', type(view).__qualname__)}".lstrip(".")


def mark_gated(view: View, action: str) -> None:
    """Note on a view, and on what it wraps, that a gate stands above it, so that one served without it is noticed.

    Raises ConfigurationError where Flask-Login's guard stands below the gate.
    """
    for layer in _layers(view):
        guard = _login_guard(layer)
        if guard:
            raise ConfigurationError(ABOVE_LOGIN.format(action, guard, name_of(layer)))
        if not inspect.ismethod(layer):  # which keeps no attributes
            setattr(layer, MARKED, action)


def mark_gate(gated: View, action: str, methods: frozenset[str] | None) -> None:
    """Note on a gate which action it is of, for requests of these methods; None for all."""
    setattr(gated, GATED, action)
    setattr(gated, GATED_METHODS, methods)


def _login_guard(view: View) -> str:
    """The decorator of Flask-Login that made this view; "" for any other one. An application without it loads none."""
    made_by = getattr(view, "__code__", None)
    library = sys.modules.get("flask_login")
    if made_by is None or library is None:
        return ""
    return next((name for name in LOGIN_GUARDS if getattr(library, name)(lambda: None).__code__ is made_by), "")


def gated_actions(view: Any) -> frozenset[str]:
    """The actions that gate a view; of a class-based one those of its methods, too."""
    of_class = getattr(view, "view_class", None)
    methods = ("dispatch_request", *(verb.lower() for verb in getattr(view, "methods", None) or ()))
    layers = chain.from_iterable(_layers(it) for it in (view, *(getattr(of_class, name, None) for name in methods)))
    return frozenset(getattr(layer, GATED) for layer in layers if hasattr(layer, GATED))


def action_of(view: Any, method: str) -> str:
    """The action that gates a view for requests of this method; "" where none does."""
    of_class = getattr(view, "view_class", None)
    handlers = (getattr(of_class, name, None) for name in (method.lower(), "dispatch_request"))
    gates = (gated for gated in (view, *handlers) if hasattr(gated, GATED))
    return next((getattr(gated, GATED) for gated in gates if _stands_before(gated, method)), "")


def _stands_before(gated: View, method: str) -> bool:
    methods = getattr(gated, GATED_METHODS)
    return methods is None or method in methods


def _layers(view: Any) -> Iterator[Any]:
    """A view, and what its decorators wrap, from the outermost to the function itself."""
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def undeclared(views: Mapping[str, Any], actions: Collection[str]) -> Iterator[Finding]:
    """The gates of these views, by endpoint, whose action is none of the declared `actions` and has to be."""
    for view in views.values():
        if getattr(view, WHERE_DECLARED, False):
            continue
        for key in sorted(gated_actions(view) - set(actions)):
            said = f"no action of this name is declared, which gates the view {name_of(view)}"
            yield Finding(f"actions.{key}", said + did_you_mean(key, actions))


def ungated(views: Mapping[str, Any]) -> Iterator[Finding]:
    """The views, by endpoint, that have a gate which never comes to work."""
    for view in views.values():
        if hasattr(view, MARKED) and not hasattr(view, GATED):
            yield Finding(f"actions.{getattr(view, MARKED)}", UNGATED.format(name_of(view)))


def never_asking(views: Mapping[str, Any], rules: Iterable[Rule]) -> Iterator[Finding]:
    """The views, by endpoint, whose routes take none of the methods that their gate is for."""
    taken: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        taken[rule.endpoint] |= rule.methods or METHODS
    for endpoint, view in views.items():
        methods = getattr(view, GATED_METHODS, None)
        if methods is not None and methods.isdisjoint(taken[endpoint]):
            yield Finding(f"actions.{getattr(view, GATED)}", NEVER.format(name_of(view), ", ".join(sorted(methods))))


def wrong_with_views(views: Mapping[str, Any], actions: Collection[str]) -> list[Finding]:
    """Everything wrong with how these views, by endpoint, are gated."""
    return sorted({*undeclared(views, actions), *ungated(views)})


def check_new_views(app: Flask, actions: Callable[[], Collection[str]]) -> None:
    """Have each view looked at as it is registered from now on: ManifestError stops the start."""
    add_url_rule = app.add_url_rule

    def add_checked(
        rule: str, endpoint: str | None = None, view_func: View | None = None, *more: Any, **options: Any
    ) -> None:
        found = wrong_with_views({rule: view_func} if view_func else {}, actions())
        if found:
            raise ManifestError(found)
        add_url_rule(rule, endpoint, view_func, *more, **options)

    app.add_url_rule = add_checked  # type: ignore[method-assign] # blueprints register by it as well
