"""The minimisation linter: what a manifest asks or keeps and need not, and what is held but never used; its
warnings and the officer's page.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask import Flask, make_response, render_template
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.checks.manifest import Finding
from asklater.checks.reads import LEAST_RUNS, unread
from asklater.database.access import current_database
from asklater.engine import current_engine
from asklater.i18n import gettext, ngettext
from asklater.manifest.declarations import SIGN_UP, Field, Manifest, Purpose, span
from asklater.privacy.leak_impact.counts import AGED_AFTER, HeldCount, HeldCounts, latest_counts
from asklater.privacy.officer import add_officer_page, officer_blueprint, officer_csv
from asklater.records.reads import SeenAction
from asklater.services import Services
from asklater.suppression import SMALLEST_CELL

CONSENT = "consent"
OWNER = "owner"
REFERENCE_DATE = date(2026, 1, 1)
"""Months differ in length: both spans of a comparison are counted from this day."""


def lint_minimisation(manifest: Manifest) -> list[Finding]:
    """Returns every warning, in no order."""
    found = [*_several_consents(manifest), *_copes_without(manifest)]
    for field in manifest.fields.values():
        purpose = manifest.purposes.get(field.purpose)
        if purpose is not None:  # else it is named already
            found += _field_findings(manifest, field, purpose)
    return found


def _field_findings(manifest: Manifest, field: Field, purpose: Purpose) -> Iterator[Finding]:
    for part, message in (
        ("readers", _unread(field)),
        ("retention", _too_long(field, purpose)),
        ("justification", _unjustified(field)),
        ("purpose", _wrong_basis(manifest, field, purpose)),
        ("purpose", _not_needed(manifest, field, purpose)),
    ):
        if message:
            yield Finding(f"fields.{field.key}.{part}", message, warning=True)


def _unread(field: Field) -> str:
    if set(field.readers) - {OWNER}:
        return ""
    return "nobody but its owner reads it: name who needs it, or do not ask"


def _too_long(field: Field, purpose: Purpose) -> str:
    if purpose.longest is None or span(field.retention, REFERENCE_DATE) <= span(purpose.longest, REFERENCE_DATE):
        return ""
    return f"it is kept for longer than its purpose {purpose.key!r} lasts"


def _unjustified(field: Field) -> str:
    if field.sensitivity != "sensitive" or field.justification.strip():
        return ""
    return "it is sensitive: say why it cannot be done without"


def _wrong_basis(manifest: Manifest, field: Field, purpose: Purpose) -> str:
    """Says where a consent and a basis do not fit. What is asked after a consent to its purpose rests on that."""
    asked_before = [manifest.fields[key] for key in field.after if key in manifest.fields]
    if field.kind == CONSENT and purpose.basis != CONSENT:
        return f"it asks for consent, but its purpose {purpose.key!r} rests on another basis, where a no means nothing"
    rests_on_one = any(one.kind == CONSENT and one.purpose == purpose.key for one in asked_before)
    if field.kind != CONSENT and purpose.basis == CONSENT and not rests_on_one:
        return f"its purpose {purpose.key!r} rests on consent, but the field does not ask for one, nor comes after one"
    return ""


def _not_needed(manifest: Manifest, field: Field, purpose: Purpose) -> str:
    if purpose.basis != "contract" or manifest.asking(field.key) or not manifest.prompting(field.key):
        return ""
    return "no action needs it, so no contract does: let its purpose rest on consent or on a legitimate interest"


def _copes_without(manifest: Manifest) -> Iterator[Finding]:
    """Yields a warning for each required field that the action does without, where no experiment ever puts it off."""
    for action in manifest.actions.values():
        trials = (trial for trial in manifest.experiments.values() if trial.action == action.key)
        put_off = {field for trial in trials for variant in trial.variants.values() for field in variant.defer}
        for place, need in enumerate(action.requires):
            if need.can_wait and not need.optional and need.field not in put_off and action.key != SIGN_UP:
                message = f"the action copes without {need.field!r}, and no experiment puts it off: make it optional"
                yield Finding(f"actions.{action.key}.requires.{place}.can_wait", message, warning=True)


def _several_consents(manifest: Manifest) -> Iterator[Finding]:
    """Yields a warning for each further consent to one purpose. One yes is for one purpose, since a field has one; two
    for the same cannot be withdrawn by one no."""
    asking: dict[str, list[str]] = defaultdict(list)
    for field in manifest.fields.values():
        if field.kind == CONSENT:
            asking[field.purpose].append(field.key)
    for purpose, fields in asking.items():
        for key in fields[1:]:
            message = f"{fields[0]!r} asks for consent to {purpose!r} too: give each consent a purpose of its own"
            yield Finding(f"fields.{key}.purpose", message, warning=True)


@dataclass(frozen=True)
class UnusedField:
    """A field of which nothing that was given months ago was used since."""

    field: Field
    accounts: int


def unused_fields(manifest: Manifest, parts: Mapping[str, HeldCount]) -> tuple[UnusedField, ...]:
    """In the manifest's order. A proof is used by being there, so it is none of them; a handful of accounts shows
    nothing."""
    counted = [(field, parts.get(f"field:{field.key}")) for field in manifest.fields.values() if not _is_proof(field)]
    return tuple(
        UnusedField(field, count.aged)
        for field, count in counted
        if count and SMALLEST_CELL <= count.aged == count.unused
    )


def _is_proof(field: Field) -> bool:
    return "proves" in field.settings


@dataclass(frozen=True)
class MinimisationPage:
    """What the linter finds: pairs of a line of the manifest and what is wrong with it; pairs of a field that is held
    for nothing and of how many accounts. `counted` says as of when, "" before the first count. `unread` are pairs of a
    line of the manifest and what this server saw of it; `observed` says of how many actions it saw enough."""

    declared: tuple[tuple[str, str], ...]
    unused: tuple[tuple[str, str], ...]
    unread: tuple[tuple[str, str], ...]
    observed: str
    counted: str
    rules: tuple[str, ...]


def minimisation_page(
    manifest: Manifest, counts: HeldCounts | None, seen: Mapping[str, SeenAction]
) -> MinimisationPage:
    """Returns the page. `counts` are those that the worker noted last, `seen` is what this server saw actions read."""
    found = unused_fields(manifest, counts.parts) if counts else ()
    enough = sum(it.runs >= LEAST_RUNS for it in seen.values())
    return MinimisationPage(
        declared=tuple((finding.key, finding.message) for finding in sorted(lint_minimisation(manifest))),
        unused=tuple((gettext(it.field.label), f"{it.accounts:,}") for it in found),
        unread=tuple((finding.key, finding.message) for finding in sorted(unread(manifest, seen))),
        observed=ngettext(
            "Since it started, this server saw %(num)s action run at least %(least)s times.",
            "Since it started, this server saw %(num)s actions run at least %(least)s times.",
            enough,
            least=LEAST_RUNS,
        ),
        counted=f"{counts.at:%Y-%m-%d %H:%M}" if counts else "",
        rules=_rules(),
    )


def _rules() -> tuple[str, ...]:
    return (
        gettext("A field that no action, no background prompt and no sign-up asks for stops the start."),
        gettext("So does an action that demands a consent."),
        gettext("A field that nobody but its owner reads is asked for nothing."),
        gettext("No field is kept for longer than its purpose lasts."),
        gettext("What is sensitive says why it cannot be done without."),
        gettext("What only a background prompt asks is needed by no contract."),
        gettext("What an action copes without is optional, or put off by an experiment."),
        gettext("What an action requires is read by its code, or the manifest names who reads it later."),
        gettext("A consent is asked for where consent is the basis, and nowhere else; each for one purpose."),
        gettext(
            "What was given more than %(days)s days ago is to have been used since, by one of its accounts.",
            days=AGED_AFTER.days,
        ),
    )


@officer_blueprint.get("/minimisation")
def minimisation() -> ResponseReturnValue:
    page = _page()
    return http.personal(make_response(render_template("asklater/privacy/minimisation/page.html", page=page)))


@officer_blueprint.get("/minimisation.csv")
def minimisation_csv() -> ResponseReturnValue:
    """Send all three lists of the page: `list` says which one a line is of."""
    page = _page()
    lists = (("declarations", page.declared), ("code", page.unread), ("use", page.unused))
    return officer_csv(
        "minimisation", ("list", "name", "finding"), ((name, *row) for name, rows in lists for row in rows)
    )


def _page() -> MinimisationPage:
    engine = current_engine()
    return minimisation_page(engine.manifest, latest_counts(current_database()), engine.reads.seen())


def init_app(app: Flask, services: Services) -> None:
    """Join the application. `flask asklater manifest check` tells the warnings, and so does the log at every start."""
    services.engine.registry.register_check(lint_minimisation)
    add_officer_page(
        app,
        30,
        "officer.minimisation",
        lambda: gettext("Minimisation"),
        lambda: gettext("What is asked or kept and need not be, by the declarations and by what is used."),
    )
