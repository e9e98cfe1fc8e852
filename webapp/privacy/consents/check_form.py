"""The form that a receipt is pasted or uploaded into, and what it says in the end."""

import json
from dataclasses import replace
from typing import Any

from webapp.privacy.consents.checking import Checked, Verdict, check
from webapp.privacy.consents.pages import CheckPage
from webapp.privacy.signing import Signer
from webapp.profiling.inputs import Input, InputError
from webapp.profiling.words import gettext

TEXT, FILE = "receipt", "file"


def empty_page() -> CheckPage:
    return _page("", "", None)


def checked_page(signer: Signer, pasted: str, uploaded: bytes) -> CheckPage:
    """What came of the file, or of what was pasted where there is none. An empty form is asked to be filled."""
    text = uploaded.decode("utf-8", "replace") if uploaded else pasted
    if not text.strip():
        return _page(pasted, gettext("Paste a receipt, or choose its file."), None)
    found = check(signer, text)
    if found.verdict == "unreadable":
        return _page(
            pasted,
            gettext("This is no receipt: it is to be one JSON document, from its first { to its last }."),
            found,
        )
    return _page(pasted, "", found)


def _page(pasted: str, error: str, found: Checked | None) -> CheckPage:
    errors = (error,) if error else ()
    paste = Input(
        name=TEXT, id=TEXT, label=gettext("The receipt, as text"), type="textarea", values=(pasted,), optional=True
    )
    file = Input(
        name=FILE, id=FILE, label=gettext("Or its file"), type="file", accept=".json,application/json", optional=True
    )
    verdict = found.verdict if found else None
    heading, says = _words(verdict)
    return CheckPage(
        paste=replace(paste, errors=errors),
        file=file,
        errors=tuple(InputError(TEXT, message) for message in errors),
        verdict=verdict if verdict != "unreadable" else None,
        heading=heading,
        says=says,
        facts=_facts(found.contents) if found and found.contents is not None else (),
        text=json.dumps(found.contents, indent=2, ensure_ascii=False) if found and found.contents is not None else "",
    )


def _words(verdict: Verdict | None) -> tuple[str, str]:
    return {
        "genuine": (gettext("Genuine"), gettext("We signed this document, and not a letter of it has changed since.")),
        "altered": (
            gettext("Altered"),
            gettext("It names our key, but its contents are not what was signed. Something in it was changed."),
        ),
        "forged": (gettext("Not ours"), gettext("We did not sign this document: it bears no proof by our key.")),
    }.get(verdict or "", ("", ""))


def _facts(contents: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a receipt of a consent says, in short. Other documents of ours are shown in full alone."""
    processing = contents.get("pii_processing")
    if not isinstance(processing, dict):
        return ()
    last = contents["events"][-1]
    return (
        (gettext("For"), processing["purposes"][0]["purpose"]),
        (gettext("State when it was issued"), last["state"]),
        (gettext("Since"), last["event_time"]),
        (gettext("Issued"), contents["issued_at"]),
        (gettext("Person"), contents["pii_principal_id"]),
    )
