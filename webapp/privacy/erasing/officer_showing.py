"""Putting the privacy officer's page of erasures together."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Row

from webapp.db import current_database
from webapp.privacy.erasing import finding
from webapp.privacy.erasing.pages import ErasureLine, ErasuresPage, NoticeLine
from webapp.privacy.erasing.receipts import read
from webapp.privacy.erasing.scrubbing import unscrubbed
from webapp.privacy.erasing.showing import by_whom, recipient_label
from webapp.privacy.erasing.verifying import Verdict
from webapp.profiling.engine import Engine
from webapp.profiling.inputs import Input, InputError
from webapp.profiling.words import gettext


def erasures_page(engine: Engine, before: int | None, verdict: Verdict | None) -> ErasuresPage:
    """The page, with the verdict on a receipt where one was shown."""
    rows, by = finding.newest(before), finding.counts()
    notices = finding.notices_of([row.id for row in rows])
    inputs = _inputs(verdict)
    return ErasuresPage(
        total=sum(number for _by, number in by),
        by=tuple((by_whom(key), number) for key, number in by),
        waiting=finding.untold(),
        unscrubbed=unscrubbed(current_database()),
        erasures=tuple(_line(engine, row, notices.get(row.id, ())) for row in rows),
        older_url=url_for("officer.erasures", before=rows[-1].id) if len(rows) == finding.PAGE else "",
        inputs=inputs,
        errors=tuple(InputError(control.id, error) for control in inputs for error in control.errors),
        verdict=_verdict(verdict) if verdict else "",
        verdict_url=_verdict_url(verdict) if verdict else "",
    )


def _line(engine: Engine, row: Row[Any], notices: Sequence[Row[Any]]) -> ErasureLine:
    receipt = read(row.document)
    return ErasureLine(
        id=receipt.id,
        url=url_for("erasing.erased", public_id=receipt.id),
        erased_at=receipt.erased_at,
        by=by_whom(receipt.by),
        rows=sum(receipt.erased.values()),
        kept=sum(kept.rows for kept in receipt.kept),
        notices=tuple(_notice(engine, notice) for notice in notices),
    )


def _notice(engine: Engine, notice: Row[Any]) -> NoticeLine:
    told = notice.sent_at is not None
    waits = notice.send_at is not None
    if told:
        state = gettext("told on %(moment)s", moment=_moment(notice.sent_at))
    elif waits:
        state = gettext("is being told; %(tries)s tries so far", tries=notice.tries)
    elif notice.tries:
        state = gettext("could not be told: tell them yourself")
    else:
        state = gettext("has no webhook: tell them yourself")
    by_hand = not told and not waits
    return NoticeLine(
        recipient=recipient_label(engine, notice.recipient),
        state=state,
        references=tuple(json.loads(notice.contents or "[]")) if by_hand else (),
        told_url=url_for("officer.told", number=notice.id) if by_hand else "",
    )


def _inputs(verdict: Verdict | None) -> tuple[Input, ...]:
    return (
        Input(
            name="receipt",
            id="receipt",
            label=gettext("The receipt"),
            type="textarea",
            values=(verdict.typed,) if verdict and verdict.typed else (),
            hint=gettext("The JSON that its person was given. It says nothing of them."),
            errors=(verdict.error,) if verdict and verdict.error else (),
        ),
        Input(name="file", id="file", label=gettext("Or its file"), type="file", optional=True),
    )


def _verdict(verdict: Verdict) -> str:
    if verdict.receipt is None:
        return ""
    moment = _moment(verdict.receipt.erased_at)
    if verdict.recorded:
        return gettext("Genuine: this erasure was done on %(moment)s, and is on record here.", moment=moment)
    return gettext(
        "Genuine, of %(moment)s, but not on record here: a backup was restored since. Run “webapp privacy replay”.",
        moment=moment,
    )


def _verdict_url(verdict: Verdict) -> str:
    return url_for("erasing.erased", public_id=verdict.receipt.id) if verdict.receipt and verdict.recorded else ""


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
