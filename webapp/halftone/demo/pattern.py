"""The pattern: what progressive profiling is said to be, statement by statement, and where the demo shows each.

Its file declares the statements; the page object and how it is filled stand here too.
"""

import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from flask import url_for
from flask_babel import format_date, gettext, ngettext
from pydantic import Field as Limits, model_validator

from asklater import http
from halftone.demo.cast import CastPart, Persona

State = Literal["shown", "partly", "missing"]


class Try(CastPart):
    """The page where a statement is tried; `as_persona` is whom it takes, "" for anybody."""

    path: Annotated[str, Limits(pattern=r"^/")]
    as_persona: Annotated[str, Limits(alias="as")] = ""


class Statement(CastPart):
    """One statement of the pattern. What is not quite `shown` has a `limit`; what is not `missing` can be tried."""

    says: Annotated[str, Limits(min_length=1)]
    state: State
    how: str = ""
    limit: str = ""
    tries: Try | None = None

    @model_validator(mode="after")
    def _is_honest(self) -> "Statement":
        if self.state != "shown" and not self.limit:
            raise ValueError(f"say what {self.says!r} lacks")
        if (self.state == "missing") is not (self.tries is None):
            raise ValueError(f"{self.says!r} is tried where it is shown, and nowhere else")
        return self


class Group(CastPart):
    title: str
    statements: Annotated[tuple[Statement, ...], Limits(min_length=1)]


class OtherSystem(CastPart):
    """A system that one might take instead: what it does for this job, how one connects, and when to choose it."""

    name: str
    does: str
    connects: str
    choose: str


class Article(CastPart):
    """Where the pattern is told in full."""

    title: str
    url: Annotated[str, Limits(pattern=r"^https://")]
    author: str
    updated: date


class Pattern(CastPart):
    article: Article
    groups: tuple[Group, ...]
    systems: tuple[OtherSystem, ...]

    def tried_as(self, path: str, persona: str) -> bool:
        """Whether some statement is tried at that path as that persona."""
        found = (one.tries for group in self.groups for one in group.statements if one.tries)
        return any((one.path, one.as_persona) == (path, persona) for one in found)


def read(path: Path) -> Pattern:
    """The statements. Raises pydantic's ValidationError for a file that is malformed."""
    return Pattern.model_validate(tomllib.loads(path.read_text("utf-8")))


@dataclass(frozen=True)
class TryLink:
    """Where a statement is tried: a link, or with `post_url` a button that first becomes a persona."""

    label: str
    path: str
    post_url: str


@dataclass(frozen=True)
class StatementLine:
    """One statement as the page shows it; `trying` is None where there is nothing to try."""

    says: str
    state: State
    state_label: str
    how: str
    limit: str
    trying: TryLink | None


@dataclass(frozen=True)
class PatternPage:
    """The article that is followed, all statements by group, how many are in which state, and other systems."""

    article_title: str
    article_url: str
    article_origin: str
    summary: str
    groups: tuple[tuple[str, tuple[StatementLine, ...]], ...]
    systems: tuple[tuple[str, str, str, str], ...]


def pattern_page(pattern: Pattern, cast: tuple[Persona, ...]) -> PatternPage:
    titles = {persona.key: persona.title for persona in cast}
    article = pattern.article
    return PatternPage(
        article_title=article.title,
        article_url=article.url,
        article_origin=gettext(
            "By %(author)s, updated %(day)s. The words here are ours.",
            author=article.author,
            day=format_date(article.updated),
        ),
        summary=_summary(pattern),
        groups=tuple(
            (gettext(group.title), tuple(_line(one, titles) for one in group.statements)) for group in pattern.groups
        ),
        systems=tuple(
            (one.name, gettext(one.does), gettext(one.connects), gettext(one.choose)) for one in pattern.systems
        ),
    )


def _summary(pattern: Pattern) -> str:
    count = Counter(one.state for group in pattern.groups for one in group.statements)
    said: str = gettext(
        "%(total)s: %(shown)s shown here, %(partly)s in part, %(missing)s not yet.",
        total=ngettext("%(num)s statement", "%(num)s statements", count.total()),
        shown=count["shown"],
        partly=count["partly"],
        missing=count["missing"],
    )
    return said


def _line(one: Statement, titles: dict[str, str]) -> StatementLine:
    labels = {"shown": gettext("Shown"), "partly": gettext("In part"), "missing": gettext("Not yet")}
    return StatementLine(
        says=gettext(one.says),
        state=one.state,
        state_label=labels[one.state],
        how=gettext(one.how) if one.how else "",
        limit=gettext(one.limit) if one.limit else "",
        trying=_try_link(one.tries, titles) if one.tries else None,
    )


def _try_link(tries: Try, titles: dict[str, str]) -> TryLink:
    if not tries.as_persona:
        return TryLink(gettext("Try it"), http.below(tries.path), "")
    label = gettext("Try it as %(persona)s", persona=gettext(titles[tries.as_persona]))
    return TryLink(label, tries.path, url_for("demo.become", key=tries.as_persona))
