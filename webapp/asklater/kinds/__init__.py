"""Kinds: how one sort of field is asked, parsed, proved and shown. A kind of your own derives from `Kind` (base.py).

The library's own are imported when a manifest first names them, since some need the packages of an extra.
"""

from asklater.kinds.base import (
    Asking,
    Given,
    Input,
    InputError,
    Invalid,
    Kind,
    Option,
    ReauthenticationRequired,
    Redirected,
    Unable,
    Upload,
    input_id,
    input_name,
)
from asklater.kinds.typed_text import UnfitText, echo, line, paragraphs

__all__ = [
    "Asking",
    "Given",
    "Input",
    "InputError",
    "Invalid",
    "Kind",
    "Option",
    "ReauthenticationRequired",
    "Redirected",
    "Unable",
    "UnfitText",
    "Upload",
    "echo",
    "input_id",
    "input_name",
    "line",
    "paragraphs",
]
