"""Personal tables of the engine: what it keeps of a person itself."""

from collections.abc import Callable

from asklater.experiments.tables import assignment
from asklater.i18n import gettext
from asklater.keys.keyring import record
from asklater.manifest.declarations import Manifest
from asklater.personal_tables import WITH_ITS_OWNER, ColumnText, LabelOf, PersonalTable, Retention
from asklater.records.answers import label_of as answer_label
from asklater.records.suggestions import label_of as suggestion_label
from asklater.tables import (
    answer,
    answer_event,
    application_user,
    background_refusal,
    background_showing,
    first_visit,
    prompt,
    prompt_field,
    rejection,
    right_event,
    signal,
    skipped_field,
    subject,
    suggestion,
)

ACCOUNT, MEASUREMENT, ASKING, ACCOUNTABILITY = "account", "measurement", "asking", "accountability"
"""The purposes that the engine's own records serve, as keys of the manifest."""
USER = "user"
"""As what the id of an application's user is sealed; the key of their personal table, too."""
FIRST_VISITS = "first_visit"
"""The key of the personal table of where first visits came from."""
FIELDS = ""
"""The purpose of answers: that of each one's field."""


def measuring_purposes(manifest: Manifest) -> frozenset[str]:
    """The purposes that end with one objection: measurement, and that of segments where there are any."""
    return frozenset({MEASUREMENT, manifest.segments.purpose} if manifest.segments else {MEASUREMENT})


def core_personal_tables() -> tuple[PersonalTable, ...]:
    """The personal tables of the engine."""
    return (
        PersonalTable(subject, ACCOUNT, _subject, frozenset({"data_key"}), person="id", retention=WITH_ITS_OWNER),
        PersonalTable(
            application_user,
            ACCOUNT,
            _application_user,
            frozenset({"user_mark"}),
            sealed={"user_id": lambda _row: record(USER)},
            retention=WITH_ITS_OWNER,
        ),
        PersonalTable(
            answer,
            FIELDS,
            _answers,
            frozenset({"prompt_id"}),
            sealed={"value": _as(answer_label)},
            dumped=True,
            retention=Retention("expires_at"),
        ),
        PersonalTable(
            suggestion,
            FIELDS,
            _suggestions,
            sealed={"value": _as(suggestion_label)},
            dumped=True,
            retention=Retention("expires_at"),
        ),
        PersonalTable(
            answer_event, ACCOUNTABILITY, _answer_events, repeats={"stated": ("consent",)}, retention=WITH_ITS_OWNER
        ),
        PersonalTable(right_event, ACCOUNTABILITY, _right_events, retention=WITH_ITS_OWNER),
        PersonalTable(prompt, MEASUREMENT, _prompts, frozenset({"rolled_as"}), retention=WITH_ITS_OWNER),
        PersonalTable(
            prompt_field, MEASUREMENT, _episodes, frozenset({"rolled_as", "prompt_id"}), retention=WITH_ITS_OWNER
        ),
        PersonalTable(
            rejection,
            MEASUREMENT,
            _rejections,
            frozenset({"id"}),
            link="prompt_field_id",
            through=prompt_field,
            retention=WITH_ITS_OWNER,
        ),
        PersonalTable(first_visit, MEASUREMENT, _first_visits, retention=Retention("at", "P12M")),
        PersonalTable(assignment, MEASUREMENT, _assignments, retention=WITH_ITS_OWNER),
        PersonalTable(background_showing, ASKING, _showings, retention=WITH_ITS_OWNER),
        PersonalTable(background_refusal, ASKING, _refusals, retention=WITH_ITS_OWNER),
        PersonalTable(skipped_field, ASKING, _skipped_fields, retention=WITH_ITS_OWNER),
        PersonalTable(signal, ASKING, _signals, retention=WITH_ITS_OWNER),
    )


def _as(label: Callable[[str], str]) -> LabelOf:
    return lambda row: label(row["field"])


def _subject() -> ColumnText:
    return ColumnText(
        gettext("That you are here"),
        gettext("your first visit, your sign-up and your own requests"),
        gettext(
            "until you erase it: an account at most %(accounts)s after your last visit, of which we remind you by "
            "email %(warning)s before; a visit without an account %(visitors)s"
        ),
        {
            "id": gettext("number"),
            "created_at": gettext("first seen"),
            "signed_up_at": gettext("signed up"),
            "active_at": gettext("last day of a visit"),
            "warned_at": gettext("warned that it will go"),
            "simulated": gettext("drawn by the simulator"),
            "restricted_at": gettext("restricted since"),
            "objected_at": gettext("objected to measurement"),
            "held_at": gettext("under a legal hold since"),
            "erased_at": gettext("erased"),
        },
    )


def _application_user() -> ColumnText:
    return ColumnText(
        gettext("Who you are in this application"),
        gettext("the sign-in of this application"),
        gettext("for as long as your account is held"),
        {"user_id": gettext("your number or name there"), "since": gettext("since")},
    )


def _answers() -> ColumnText:
    return ColumnText(
        gettext("Your answers"),
        gettext("you, at the action that is named, or who is named as its source"),
        gettext("each field's own time, from its last use"),
        {
            "field": gettext("field"),
            "value": gettext("value"),
            "action": gettext("asked by"),
            "source": gettext("source"),
            "notice_version": gettext("version of the notice"),
            "terms_version": gettext("version of the terms, of a consent"),
            "given_at": gettext("given"),
            "used_at": gettext("last used"),
            "expires_at": gettext("expires"),
        },
    )


def _suggestions() -> ColumnText:
    return ColumnText(
        gettext("What a provider or an earlier system said of you, not confirmed yet"),
        gettext("who is named"),
        gettext("30 days"),
        {
            "field": gettext("field"),
            "value": gettext("value"),
            "origin": gettext("from"),
            "source": gettext("source"),
            "suggested_at": gettext("received"),
            "expires_at": gettext("expires"),
        },
    )


def _answer_events() -> ColumnText:
    return ColumnText(
        gettext("What became of your answers"),
        gettext("your answers, changes and removals"),
        gettext("for as long as your account is held"),
        {
            "id": gettext("number"),
            "field": gettext("field"),
            "action": gettext("where"),
            "change": gettext("what happened"),
            "source": gettext("who gave it"),
            "stated": gettext("what you said to a consent"),
            "notice_version": gettext("version of the notice"),
            "terms_version": gettext("version of the terms, of a consent"),
            "language": gettext("language"),
            "at": gettext("when"),
        },
    )


def _right_events() -> ColumnText:
    return ColumnText(
        gettext("Rights that you exercised"),
        gettext("you, or the privacy officer at your request"),
        gettext("for as long as your account is held"),
        {
            "id": gettext("number"),
            "right": gettext("right"),
            "change": gettext("what happened"),
            "at": gettext("when"),
        },
    )


def _measured_for() -> str:
    return gettext(
        "for as long as your account is held, or until you object; without an account, until it is counted a few days "
        "after the visit"
    )


def _prompts() -> ColumnText:
    return ColumnText(
        gettext("Prompts that you were shown"),
        gettext("the pages that you used"),
        _measured_for(),
        {
            "id": gettext("number"),
            "action": gettext("where"),
            "kind": gettext("kind"),
            "opened_at": gettext("first shown"),
            "closed_at": gettext("closed"),
            "completed_at": gettext("action completed"),
            "dismissed_at": gettext("dismissed"),
            "variant": gettext("variant"),
            "device": gettext("sort of device"),
            "visitor": gettext("new or returning"),
            "segments": gettext("what you were told apart by"),
        },
    )


def _first_visits() -> ColumnText:
    return ColumnText(
        gettext("Where your first visit came from"),
        gettext("the address of the page, and the site that led to it"),
        gettext("%(span)s, or until you object; without an account, until your visit is counted a few days after it"),
        {"at": gettext("visit"), "segments": gettext("came from")},
    )


def _episodes() -> ColumnText:
    return ColumnText(
        gettext("Fields that you were asked for"),
        gettext("the pages that you used"),
        _measured_for(),
        {
            "id": gettext("number"),
            "action": gettext("where"),
            "field": gettext("field"),
            "opened_at": gettext("first shown"),
            "closed_at": gettext("closed"),
            "optional": gettext("optional"),
            "outcome": gettext("outcome"),
            "impressions": gettext("times shown"),
            "submissions": gettext("times submitted"),
            "rejections": gettext("times rejected"),
            "unable": gettext("times it could not be answered"),
        },
    )


def _rejections() -> ColumnText:
    return ColumnText(
        gettext("Why answers of yours were not taken"),
        gettext("the pages that you used"),
        _measured_for(),
        {"reason": gettext("reason")},
    )


def _assignments() -> ColumnText:
    return ColumnText(
        gettext("Experiments that you were part of"),
        gettext("chance, decided by your number"),
        _measured_for(),
        {
            "run_id": gettext("run of the experiment"),
            "variant": gettext("variant"),
            "at": gettext("since"),
            "acted_at": gettext("action first run"),
        },
    )


def _showings() -> ColumnText:
    return ColumnText(
        gettext("Times that you were asked in passing"),
        gettext("the pages that you used"),
        gettext("for as long as your account is held"),
        {
            "id": gettext("number"),
            "prompt": gettext("prompt"),
            "began_at": gettext("shown"),
            "ended_at": gettext("ended"),
        },
    )


def _refusals() -> ColumnText:
    return ColumnText(
        gettext("What you do not want to be asked"),
        gettext("you"),
        gettext("for as long as your account is held"),
        {"field": gettext("field"), "refused_at": gettext("refused"), "lifted_at": gettext("taken back")},
    )


def _skipped_fields() -> ColumnText:
    return ColumnText(
        gettext("Optional questions that you left empty"),
        gettext("you"),
        gettext("for as long as your account is held"),
        {
            "context": gettext("where"),
            "field": gettext("field"),
            "declaration": gettext("version of the question"),
            "skipped_at": gettext("left empty"),
        },
    )


def _signals() -> ColumnText:
    return ColumnText(
        gettext("What you did that a prompt waits for"),
        gettext("what you did here"),
        gettext("for as long as your account is held"),
        {
            "signal": gettext("what"),
            "count": gettext("how often"),
            "first_at": gettext("first"),
            "last_at": gettext("last"),
        },
    )
