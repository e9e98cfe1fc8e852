"""The assessments of each purpose: where the document lies, when it was made, by when it is looked at again."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from asklater import clock
from asklater.database.access import current_database
from asklater.i18n import gettext
from asklater.manifest.declarations import Manifest
from asklater.privacy.register_tables import assessment

DPIA, LIA = "dpia", "lia"
KINDS = (DPIA, LIA)
LEGITIMATE_INTERESTS = "legitimate_interests"


@dataclass(frozen=True)
class Document:
    """One assessment. `url` is "" for a document that is no page."""

    purpose: str
    kind: str
    title: str
    url: str
    assessed_on: date
    review_on: date

    @property
    def is_overdue(self) -> bool:
        return self.review_on < clock.now().date()


@dataclass(frozen=True)
class AssessedPurpose:
    """A purpose, its documents, and the kinds that it needs and lacks."""

    key: str
    label: str
    basis: str
    documents: tuple[Document, ...]
    missing: tuple[str, ...]


def purposes_assessed(manifest: Manifest) -> list[AssessedPurpose]:
    """Returns every purpose. One that rests on legitimate interests lacks an assessment of them where there is none.

    Whether the impact has to be assessed is for the officer to say, so nothing lacks that by itself.
    """
    found: dict[str, list[Document]] = defaultdict(list)
    for document in _documents():
        found[document.purpose].append(document)
    return [
        AssessedPurpose(
            key=key,
            label=gettext(purpose.label),
            basis=purpose.basis,
            documents=tuple(found[key]),
            missing=(LIA,)
            if purpose.basis == LEGITIMATE_INTERESTS and all(one.kind != LIA for one in found[key])
            else (),
        )
        for key, purpose in manifest.purposes.items()
    ]


def find_document(purpose: str, kind: str) -> Document | None:
    """Returns the assessment of that kind of a purpose."""
    return next((one for one in _documents() if (one.purpose, one.kind) == (purpose, kind)), None)


def save_document(document: Document, by: str) -> None:
    """Note an assessment, in the place of the one that was noted before."""
    database = current_database()
    keys = {"purpose": document.purpose, "kind": document.kind}
    values = {name: getattr(document, name) for name in ("title", "url", "assessed_on", "review_on")}
    values |= {"changed_at": clock.now(), "changed_by": by}
    adding = database.insert(assessment).values(**keys, **values)
    database.writing().execute(adding.on_conflict_do_update(index_elements=list(keys), set_=values))


def remove_document(purpose: str, kind: str) -> None:
    """Take an assessment off the register."""
    one = (assessment.c.purpose == purpose) & (assessment.c.kind == kind)
    current_database().writing().execute(delete(assessment).where(one))


def kind_label(kind: str) -> str:
    return {
        DPIA: gettext("data protection impact assessment"),
        LIA: gettext("assessment of the legitimate interest"),
    }[kind]


def _documents() -> list[Document]:
    it = assessment.c
    columns = (it.purpose, it.kind, it.title, it.url, it.assessed_on, it.review_on)
    return [Document(*row) for row in current_database().reading().execute(select(*columns).order_by(it.kind))]
