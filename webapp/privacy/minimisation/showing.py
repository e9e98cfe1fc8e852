"""Putting the page of the minimisation linter together."""

from webapp.privacy.blast_radius.counting import AGED
from webapp.privacy.blast_radius.reading import Counts
from webapp.privacy.minimisation.linting import lint
from webapp.privacy.minimisation.pages import MinimisationPage
from webapp.privacy.minimisation.unused import unused
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext


def minimisation_page(manifest: Manifest, counts: Counts | None) -> MinimisationPage:
    """`counts` are those that the worker noted last."""
    found = unused(manifest, counts.parts) if counts else ()
    return MinimisationPage(
        declared=tuple((finding.key, finding.message) for finding in sorted(lint(manifest))),
        unused=tuple((gettext(it.field.label), f"{it.accounts:,}") for it in found),
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
        gettext("A consent is asked for where consent is the basis, and nowhere else; each for one purpose."),
        gettext(
            "What was given more than %(days)s days ago is to have been used since, by one of its accounts.",
            days=AGED.days,
        ),
    )
