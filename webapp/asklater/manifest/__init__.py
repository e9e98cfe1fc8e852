"""Manifest: the declarations of fields, actions and background prompts, as frozen data.

Begin with `declarations.py`; what a person is told of a field is in `notice.py`, what a change of the manifest means
in `diff.py`.
"""

from asklater.manifest.declarations import Action, Field, Manifest, Purpose

__all__ = ["Action", "Field", "Manifest", "Purpose"]
