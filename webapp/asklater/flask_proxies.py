"""Flask's `request`, `session`, `g` and `current_app`, for code that every request goes through."""

from typing import TypeVar

Proxied = TypeVar("Proxied")


def unproxied(proxy: Proxied) -> Proxied:
    """What a proxy stands for now; RuntimeError where there is no application, or no request.

    Each look through a proxy costs as much as twenty at the thing itself.
    """
    current: Proxied = proxy._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - there is no other
    return current
