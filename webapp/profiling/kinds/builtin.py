"""The kinds that every engine has."""

from webapp.profiling.kinds.base import Kind

BUILT_IN: tuple[Kind, ...] = ()
