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
    Sample,
    Unable,
    Unconfirmed,
    Upload,
    input_id,
    input_name,
)
from asklater.kinds.typed_text import UnfitText, bare, compact, echo, is_separator, line, paragraphs, seen_length

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
    "Sample",
    "Unable",
    "Unconfirmed",
    "UnfitText",
    "Upload",
    "bare",
    "compact",
    "echo",
    "input_id",
    "input_name",
    "is_separator",
    "line",
    "paragraphs",
    "seen_length",
]
