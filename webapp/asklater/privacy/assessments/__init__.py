"""Assessments: of the impact on data protection (Art. 35 GDPR) and of legitimate interests (Art. 6(1)(f)).

Begin with documents.py: the documents lie elsewhere, the register says where and when each is looked at again.
"""

from collections.abc import Iterator
from datetime import datetime

from flask import Flask

from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.privacy.assessments import routes
from asklater.privacy.assessments.documents import kind_label, purposes_assessed
from asklater.privacy.due import DueItem, add_due, end_of
from asklater.privacy.officer import add_officer_page
from asklater.services import Services

__all__ = ["init_app"]

_ROUTES = routes
"""They add themselves to the officer's pages."""


def init_app(app: Flask, _services: Services) -> None:
    add_due(app, 40, _due)
    add_officer_page(
        app,
        14,
        "officer.assessments",
        lambda: gettext("Assessments"),
        lambda: gettext("Where the assessment of each purpose is kept, which is missing, and when each is reviewed."),
    )


def _due(until: datetime) -> Iterator[DueItem]:
    for one in purposes_assessed(current_engine().manifest):
        for kind in one.missing:
            url = url_for("officer.assessment", purpose=one.key, kind=kind)
            what = gettext(
                "%(purpose)s: no %(assessment)s is on record", purpose=one.label, assessment=kind_label(kind)
            )
            yield DueItem(gettext("Assessments"), what, url, None)
        for document in one.documents:
            due = end_of(document.review_on)
            if due <= until:
                url = url_for("officer.assessment", purpose=one.key, kind=document.kind)
                what = gettext("%(purpose)s: review “%(title)s”", purpose=one.label, title=document.title)
                yield DueItem(gettext("Assessments"), what, url, due)
