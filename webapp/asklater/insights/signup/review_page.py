"""The page on which a review of the sign-up form is recorded, with those that were; and the alert that one is due."""

from collections.abc import Mapping, Sequence
from datetime import date

from asklater.endpoints import url_for
from asklater.i18n import gettext
from asklater.insights.alerts import review_state
from asklater.insights.labels import KeyLabels, day, key_labels, page_title
from asklater.insights.presenters import Alert
from asklater.insights.signup.audit import justification_label
from asklater.insights.signup.form_review import LONGEST_NOTE, FormReview, ReviewDates, Reviewer, TypedReview
from asklater.insights.signup.presenters import FormReviewPage, FormReviewRow, FormReviewState
from asklater.insights.urls import DownloadLinks
from asklater.kinds.base import Input, InputError, Option
from asklater.kinds.typed_text import echo
from asklater.manifest.declarations import Manifest

NOTHING_TYPED = TypedReview("", "", {})


def form_review_alerts(dates: ReviewDates, today: date) -> tuple[Alert, ...]:
    """One where a review is overdue or due soon."""
    if dates.due is None or review_state(dates.due, today) not in {"soon", "overdue"}:
        return ()
    return (Alert(_due_sentence(dates.due, today), url_for("signup.review"), gettext("Review the sign-up form")),)


def form_review_state(dates: ReviewDates, today: date) -> FormReviewState:
    """When the form was last reviewed, and by when it is due again."""
    parts = [
        gettext("Last reviewed on %(day)s.", day=day(dates.reviewed))
        if dates.reviewed
        else gettext("No review is recorded yet."),
        _due_sentence(dates.due, today) if dates.due else "",
    ]
    return FormReviewState(
        " ".join(part for part in parts if part), review_state(dates.due, today), url_for("signup.review")
    )


def form_review_page(
    manifest: Manifest,
    dates: ReviewDates,
    reviews: Sequence[FormReview],
    today: date,
    me: Reviewer,
    typed: TypedReview = NOTHING_TYPED,
    problem: str = "",
) -> FormReviewPage:
    """`reviews` are the recorded ones, the newest first; `problem` says why nothing was recorded."""
    names, inputs = key_labels(manifest), _inputs(typed)
    errors = tuple(InputError(control.id, error) for control in inputs for error in control.errors)
    title = gettext("Review of the sign-up form")
    return FormReviewPage(
        title=page_title(title, errors or problem),
        state=form_review_state(dates, today),
        asked=tuple(_asked(manifest, names)),
        inputs=inputs,
        errors=errors,
        problem=problem,
        follows=str(reviews[0].id) if reviews else "0",
        reviews=tuple(_row(review, names, me) for review in reviews),
        files=DownloadLinks({}, "signup.table"),
    )


def review_messages() -> Mapping[str, str]:
    """What to do where something is missing, by the name of the input."""
    return {
        "verdict": gettext("Choose whether the form stays as it is or changes."),
        "note": gettext("Enter what should change."),
    }


def verdict_label(verdict: str) -> str:
    return {"keep": gettext("The form stays as it is"), "change": gettext("The form is to change")}.get(
        verdict, verdict
    )


def _due_sentence(due: date, today: date) -> str:
    if review_state(due, today) == "overdue":
        return gettext("Sign-up form review due since %(day)s.", day=day(due))
    return gettext("The next review of the sign-up form is due by %(day)s.", day=day(due))


def _asked(manifest: Manifest, names: KeyLabels) -> list[tuple[str, str, str]]:
    """Field, required or optional, and why it is asked."""
    return [
        (
            names.field(asked.field),
            gettext("Optional") if asked.optional else gettext("Required"),
            justification_label(asked, names) or gettext("Without it there is no account"),
        )
        for asked in manifest.signup.fields
    ]


def _inputs(typed: TypedReview) -> tuple[Input, ...]:
    errors = {name: (error,) for name, error in typed.errors.items()}
    verdict = Input(
        name="verdict",
        id="review-verdict",
        label=gettext("Verdict"),
        type="radios",
        values=(typed.verdict,) if typed.verdict else (),
        options=tuple(Option(key, verdict_label(key)) for key in ("keep", "change")),
        errors=errors.get("verdict", ()),
    )
    note = Input(
        name="note",
        id="review-note",
        label=gettext("Note"),
        type="textarea",
        values=(echo(typed.note, multiline=True),) if typed.note else (),
        hint=gettext("What you found. Needed where the form is to change. Name no customers."),
        errors=errors.get("note", ()),
        autocomplete="off",
        maxlength=LONGEST_NOTE,
    )
    return verdict, note


def _row(review: FormReview, names: KeyLabels, me: Reviewer) -> FormReviewRow:
    asked = (
        gettext("%(label)s (optional)", label=names.field(field.field)) if field.optional else names.field(field.field)
        for field in review.form
    )
    return FormReviewRow(
        at=review.at,
        who=_who(review.reviewer, me),
        verdict=verdict_label(review.verdict),
        note=review.note,
        fields=", ".join(asked),
    )


def _who(who: Reviewer, me: Reviewer) -> str:
    """The role and the pseudonym; whoever looks finds their own reviews."""
    role = gettext("Product manager") if who.role == "pm" else who.role
    if who.pseudonym and who.pseudonym == me.pseudonym:
        return gettext("You, as %(role)s", role=role)
    return f"{role} {who.pseudonym}".strip()
