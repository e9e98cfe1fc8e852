"""What this part keeps of a person: the exports that they asked for, until these expire."""

from webapp.profiling.holdings import Holding, Words
from webapp.profiling.own_holdings import ACCOUNTABILITY
from webapp.profiling.words import gettext


def _exports() -> Words:
    return Words(
        gettext("Exports that you asked for"),
        gettext("you"),
        gettext("seven days, or until you delete them"),
        {
            "id": gettext("number"),
            "ordered_at": gettext("asked for"),
            "state": gettext("state"),
            "done": gettext("rows in it"),
            "total": gettext("rows that there were"),
            "unopened": gettext("rows with something that could not be opened"),
            "size": gettext("characters"),
            "began_at": gettext("begun"),
            "ready_at": gettext("ready"),
            "expires_at": gettext("expires"),
        },
    )


def _parts() -> Words:
    return Words(
        gettext("What is in those exports, sealed"),
        gettext("the records that they were made of"),
        gettext("as long as the export"),
        {},
    )


HOLDINGS = (
    Holding("export", ACCOUNTABILITY, _exports, frozenset({"section", "after", "places", "tries"})),
    Holding(
        "export_part",
        ACCOUNTABILITY,
        _parts,
        frozenset({"place", "section", "content"}),
        link="export_id",
        through="export",
    ),
)
