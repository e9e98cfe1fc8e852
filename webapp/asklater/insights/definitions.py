"""What every figure means: one sentence or two each, the same on every page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.insights.labels import window_length


@dataclass(frozen=True)
class Definition:
    """A figure's name and meaning."""

    key: str
    label: str
    text: str


def definitions(window: timedelta) -> Mapping[str, Definition]:
    """Every figure by key; `window` is W, the time in which an ask counts as answered."""
    within = window_length(window)
    texts = {
        "episodes": (
            gettext("Asks"),
            gettext(
                "An ask is one person being asked for one field in one context, from the first view of the "
                "prompt until it is completed, dismissed, answered elsewhere, skipped or abandoned. Only asks "
                "that are old enough to be judged are counted. Optional fields are counted separately."
            ),
        ),
        "persons": (
            gettext("People"),
            gettext(
                "People with at least one ask. Each is counted once here, so people of several rows do "
                "not add up. Staff are in no figure."
            ),
        ),
        "completed": (
            gettext("Completed"),
            gettext(
                "The field was saved by a submission of this very prompt, at most %(window)s after the prompt "
                "was first shown.",
                window=within,
            ),
        ),
        "dismissed": (gettext("Dismissed"), gettext("The person cancelled the prompt, or said “not now”.")),
        "superseded": (
            gettext("Answered elsewhere"),
            gettext(
                "While this ask was open, the field was saved another way: another context, settings or an import."
            ),
        ),
        "skipped": (
            gettext("Skipped"),
            gettext(
                "The field was optional, and the person left it empty beside others that they answered, or pressed "
                "“Skip”. It is not asked again there until its declaration changes."
            ),
        ),
        "abandoned": (
            gettext("Abandoned"),
            gettext("None of the others within %(window)s of the first view.", window=within),
        ),
        "completion_rate": (
            gettext("Completion rate"),
            gettext(
                "Completed asks as a share of all asks, with a 95-percent interval: the bar is the interval, "
                "the mark is the rate. Someone who was asked several times counts for less than as many people, "
                "so the interval of a total is as wide as it has to be."
            ),
        ),
        "person_rate": (
            gettext("Person rate"),
            gettext(
                "People with at least one completed ask, as a share of all people asked, with a 95-percent Wilson "
                "interval."
            ),
        ),
        "action_rate": (
            gettext("Action rate"),
            gettext(
                "Prompts after which the action was completed, as a share of all prompts of actions. A prompt "
                "may ask for several fields; it counts once. Background prompts have an answer rate instead."
            ),
        ),
        "answer_rate": (
            gettext("Answer rate"),
            gettext(
                "Background prompts after which nothing was missing any more, as a share of all background "
                "prompts. No action waits for them."
            ),
        ),
        "median": (
            gettext("Time to complete"),
            gettext(
                "Half of the completed asks took at most this long, from the first view until the field was "
                "saved. Times are accurate to 1 percent."
            ),
        ),
        "p90": (
            gettext("90 % within"),
            gettext("Nine in ten completed asks took at most this long. Times are accurate to 1 percent."),
        ),
        "rejection_rate": (
            gettext("Error rate"),
            gettext(
                "Asks with at least one error in this field, as a share of the asks that were submitted at least once."
            ),
        ),
        "impressions": (
            gettext("Views"),
            gettext("How often the prompt was shown. Showing it again after an error is not counted."),
        ),
        "impression_yield": (
            gettext("Yield"),
            gettext("Completed asks per view. It has no interval, because views by one person are not independent."),
        ),
        "unable": (
            gettext("Unable"),
            gettext("How often the prompt could only explain why the field cannot be given right now."),
        ),
        "fresh": (
            gettext("Fresh"),
            gettext(
                "Asks first shown less than %(window)s ago. They are left out, even when completed: quick "
                "successes show at once, failures only later, so counting them would make the rates look better "
                "than they are.",
                window=within,
            ),
        ),
        "funnel": (
            gettext("Funnel"),
            gettext(
                "Prompts of the context: how many were submitted at least once at their first step, after how "
                "many nothing was missing any more within %(window)s, and after how many the action was "
                "completed. A missing field may also be given elsewhere, such as on the account page, so more "
                "prompts may reach a later step than were submitted.",
                window=within,
            ),
        ),
        "quality": (
            gettext("Data quality"),
            gettext(
                "Of the accounts that gave the field at least a week ago, read from when answers were "
                "given, changed and removed, never from what they say. Changed or removed within a week: "
                "it was likely wrong at first. Given, never verified: the field has a proof, and no "
                "proof of it was ever given. A figure is hidden where fewer than five accounts have it "
                "or lack it."
            ),
        ),
        "horizons": (
            gettext("Coverage by context and horizon"),
            gettext(
                "Of the accounts whose sign-up is at least 7, 30 or 90 days ago: how many were asked for the field in "
                "a context within that time, and how many of those gave it by its end, wherever they did. The product "
                "of the two is what asking there brings. Younger accounts are left out, since they may still get "
                "there. Contexts differ in who reaches them: only an experiment compares them fairly."
            ),
        ),
        "rejections": (
            gettext("Errors by reason"),
            gettext(
                "People with an ask in which an answer was rejected, by reason; what they typed is not kept. "
                "Corrected it: the same ask was completed afterwards."
            ),
        ),
        "origins": (
            gettext("Saves by origin"),
            gettext(
                "How often accounts gave the field while they did not hold it, by where: a context, the account page, "
                "a sign-in provider, an import, or another system. An answer that is changed is no save. Where an "
                "origin is of fewer than five accounts, it is hidden together with another one."
            ),
        ),
        "steps": (
            gettext("Where people stop between the steps"),
            gettext(
                "The prompt asks for one field after the other. Of the people who saw a step: how many "
                "submitted it, and how many went on, to a later step of the same prompt or, where none "
                "was left, to the action. Times run from the first view of a step to its answer, within "
                "1 percent."
            ),
        ),
        "coverage": (
            gettext("Coverage"),
            gettext(
                "Accounts that hold the field now, in all accounts now. It is hidden where fewer than five accounts "
                "hold the field, or lack it."
            )
            + _of_sources(),
        ),
        "suppression": (
            gettext("Too few"),
            gettext(
                "Figures are hidden where fewer than five people gave the field, or fewer than five did "
                "not, since one might know who they are; and so are others that would give these away, "
                "by a total. No page and no file tells a hidden figure by itself. Two can: the same "
                "figures for one more day, or with one more filter, less those without. So keep them to "
                "those who work with them."
            ),
        ),
    }
    if current_engine().manifest.segments_by:
        texts["segment"] = (
            gettext("Segment"),
            gettext(
                "People are told apart by one thing at a time: where their first visit came from, their browser's "
                "language, or what the application knows. Only declared values are kept. Who was asked before that, "
                "or whose first visit is not known, is in none, so the values need not add up to all asks."
            ),
        )
    return {key: Definition(key, label, text) for key, (label, text) in texts.items()}


def _of_sources() -> str:
    """What to say where the application holds fields of its users itself: each is read of one person at a time, so
    counting would load everybody."""
    if current_engine().answers.sources is None:
        return ""
    return " " + gettext("What the application keeps in its own user records is not counted.")
