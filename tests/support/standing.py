"""An application as it stood when it was made, so that one test after another may use it."""

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask

from asklater import Ordered

Undo = Callable[[], None]


class Standing:
    """What features have put into the application and into the engine. It is taken before the first test.

    Rows and files are not its affair, and routes cannot change: an application that was asked for a page refuses more.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        engine = app.extensions["asklater.engine"]
        ours = [it for it in app.extensions.values() if type(it).__module__.startswith(("asklater.", "halftone."))]
        self._undo = [_contents(app.extensions), _contents(app.config), _attributes(app), _attributes(engine)]
        ours += [engine.registry.kinds, *vars(engine).values()]
        self._undo += [_attributes(part) for part in ours if _is_ours(part)]

    def again(self) -> None:
        """Put everything back, and forget what the limiter has counted."""
        for undo in self._undo:
            undo()
        for limiter in self._app.extensions["limiter"]:
            limiter.reset()


def _is_ours(part: object) -> bool:
    return type(part).__module__.startswith(("asklater.", "halftone.")) and hasattr(part, "__dict__")


def _attributes(thing: Any) -> Undo:
    """Every attribute names what it named, and containers among them hold what they held; `Ordered` ones too."""
    before = dict(vars(thing))
    inside = [_contents(value) for value in before.values() if _is_container(value)]
    inside += [_attributes(value) for value in before.values() if isinstance(value, Ordered)]

    def undo() -> None:
        now = vars(thing)
        for name in now.keys() - before.keys():
            del now[name]
        now.update(before)
        for each in inside:
            each()

    return undo


def _contents(container: Any) -> Undo:
    """The same object again holds what it held, and so do those inside."""
    inside = list(container.values()) if isinstance(container, MutableMapping) else list(container)
    deeper = [_contents(value) for value in inside if _is_container(value)]
    before = container.copy()

    def undo() -> None:
        if container != before:
            container.clear()
            container.extend(before) if isinstance(container, list) else container.update(before)
        for each in deeper:
            each()

    return undo


def _is_container(value: object) -> bool:
    return type(value) in {dict, list, set}
