"""Forks: before one, the other threads finish what a child could not take over; the child begins anew.

A child has its parent's memory as it was, locks included, and none of its other threads. SQLite takes a transaction
that was under way for one of the child's own, and lets nobody in the child write beside it. So a fork waits for its
end.
"""

import os
from collections.abc import Iterator
from weakref import ref


class ForkAware:
    """What a fork takes into account, for as long as it lives."""

    def __init__(self) -> None:
        _known[:] = [known for known in _known if known() is not None]
        _known.append(ref(self))

    def before_fork(self) -> None:
        """In the parent: wait until nothing is under way, and let nothing begin."""

    def after_fork(self) -> None:
        """In the parent: go on."""

    def begin_anew(self) -> None:
        """In the child: what is under way is the parent's."""


_known: list[ref[ForkAware]] = []
_of_the_parent: list[object] = []


def leave_to_parent(*things: object) -> None:
    """Keep what a child must neither use nor close: a connection, say, whose end would be told to its server."""
    _of_the_parent.extend(things)


def _alive() -> Iterator[ForkAware]:
    for known in tuple(_known):
        found = known()
        if found is not None:
            yield found


def _before() -> None:
    for known in _alive():
        known.before_fork()


def _in_parent() -> None:
    for known in _alive():
        known.after_fork()


def _in_child() -> None:
    for known in _alive():
        known.begin_anew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
