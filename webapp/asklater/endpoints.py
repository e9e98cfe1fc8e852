"""The names of the library's blueprints in an application, and the addresses of its pages by the names of the code.

An application whose own blueprints have some of these names puts the library's below another one:
`Profiling(app, blueprint="profiling")`. Then `officer.requests` of the code is `profiling.officer.requests` there.
"""

import re
from typing import Any

import flask
from flask import Blueprint, Flask, current_app

BLUEPRINTS = "asklater.blueprints"
NAME = re.compile(r"[a-zA-Z_]\w*")


def init_app(app: Flask, name: str) -> None:
    """Put the blueprints that join from now on below `name`; "" leaves them their own."""
    app.extensions[BLUEPRINTS] = _Names(f"{name}." if name else "")


def register_blueprint(app: Flask, blueprint: Blueprint, **options: Any) -> str:
    """Register a blueprint of the library; its name in this application."""
    names: _Names = app.extensions[BLUEPRINTS]
    name = names.add(blueprint.name)
    app.register_blueprint(blueprint, name=name, **options)
    return name


def endpoint_of(endpoint: str) -> str:
    """An endpoint of the library, named as in its code, by its name in this application. An application's own endpoint
    is called what it is called."""
    names: _Names = current_app.extensions[BLUEPRINTS]
    return names.of(endpoint)


def url_for(endpoint: str, **values: Any) -> str:
    """The path of a page of the library, by the endpoint of its code."""
    return flask.url_for(endpoint_of(endpoint), **values)


def own_endpoint() -> str:
    """The endpoint of this request by its name in the library's code; "" where it is none of the library's."""
    names: _Names = current_app.extensions[BLUEPRINTS]
    return names.own(flask.request.endpoint or "")


class _Names:
    def __init__(self, below: str) -> None:
        self._below = below
        self._known: set[str] = set()

    def add(self, name: str) -> str:
        self._known.add(name)
        return self._below + name

    def of(self, endpoint: str) -> str:
        return self._below + endpoint if endpoint.partition(".")[0] in self._known else endpoint

    def own(self, endpoint: str) -> str:
        named = endpoint.removeprefix(self._below) if endpoint.startswith(self._below) else ""
        return named if named.partition(".")[0] in self._known else ""
