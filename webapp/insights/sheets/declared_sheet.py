"""What the manifest says of each field that it declares."""

from webapp.insights.sheets.sheet import Cells, Column, Sheet
from webapp.insights.sheets.source import Source
from webapp.profiling.notice import kept
from webapp.profiling.words import gettext


def declared(source: Source) -> Sheet:
    """Of the question's field, else of every one."""
    columns = (
        Column("field", gettext("the field's key")),
        Column("label", gettext("what it is called")),
        Column("reason", gettext("the reason that is given")),
        Column("purpose", gettext("what it is used for")),
        Column("retention", gettext("how long it is kept")),
        Column("decided_by", gettext("who decided to ask for it")),
        Column("asked_by", gettext("the keys of the actions that ask for it")),
    )
    wanted = [key for key in source.names.fields if source.question.field in {"", key}]
    return Sheet("declared", columns, tuple(_row(source, key) for key in wanted))


def _row(source: Source, key: str) -> Cells:
    field = source.manifest.fields[key]
    return {
        "field": key,
        "label": source.names.field(key),
        "reason": gettext(field.reason),
        "purpose": gettext(source.manifest.purposes[field.purpose].label),
        "retention": kept(field),
        "decided_by": field.decided_by or None,
        "asked_by": " ".join(action.key for action in source.manifest.asking(key)) or None,
    }
