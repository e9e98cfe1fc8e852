"""What is wrong with an action's own inputs is said before its gate asks for anything."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from webapp.profiling.submission import TOKEN

View = Callable[..., ResponseReturnValue]
Check = Callable[..., ResponseReturnValue | None]


def check_first(check: Check) -> Callable[[View], View]:
    """Above `@gate`: answer with what `check`, called like the view, returns, unless it is None.

    A request that answers or cancels a prompt was checked when the prompt opened; it goes through, and the
    view judges the carried inputs again. So nobody is asked for a profile on behalf of an action that
    could not go on, and no prompt loses its Cancel button to an error beside it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            objection = None if TOKEN in request.form else check(*args, **kwargs)
            return view(*args, **kwargs) if objection is None else objection

        return checked

    return decorate
