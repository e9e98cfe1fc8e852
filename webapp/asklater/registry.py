"""What features and applications register before the manifest is read, and in which form."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from flask import Flask, Response
from sqlalchemy import Select

from asklater.checks.manifest import Finding
from asklater.extras import MissingPackageError
from asklater.kinds.base import Input, Kind
from asklater.manifest.declarations import Manifest
from asklater.personal_tables import PersonalTable, by_key
from asklater.records.people import ON_HOLD, RESTRICTED, Subject
from asklater.records.personal_tables import FIRST_VISITS, MEASUREMENT, USER, core_personal_tables
from asklater.schema import LIBRARY, History
from asklater.segments import ReadSegment

Entry = TypeVar("Entry")
MOST_EVIDENCE = 8
Condition = Callable[[int | None], bool]
"""Answers whether it holds for a subject (None: a visitor of whom nothing is recorded)."""
Check = Callable[[Manifest], Collection[Finding]]
"""What else is wrong with a manifest, in the eyes of a feature."""

Restored = Callable[[Path], Iterable[str]]
"""What follows the restoring of a backup, see `Registry.register_kept_beside`."""
Label = Callable[[], str]
"""A name in the reader's language, asked for when it is drawn."""


@dataclass(frozen=True)
class Placement:
    """A spot of the interface in which a background prompt may appear. Its key is a context of the figures."""

    key: str
    label: Label


@dataclass(frozen=True)
class Signal:
    """Something that a person does, reached once it has happened `times` times."""

    key: str
    label: Label
    times: int = 1


class Alternative(Protocol):
    """Another method than typing. A prompt shows it as a button; its person comes back to what was interrupted."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str:
        """What the button says, in the reader's language."""

    def answers(self, fields: Collection[str]) -> bool:
        """Whether it answers any of the fields that a prompt asks for."""

    def ensure_reachable(self) -> None:
        """Make sure that it can be reached, before anything is written: waiting would keep others from writing.

        Raises Unable.
        """

    def begin(self, action: str, onward: str) -> str:
        """Where to send the browser now; `onward` is the path on this site where it goes on. Raises Unable."""


@runtime_checkable
class ShownInPlace(Alternative, Protocol):
    """An alternative that a script of its own can carry out inside the prompt, which goes on at once then. Without
    that, its person is sent away as by any other."""

    def attributes(self) -> Mapping[str, str]:
        """Attributes of its button, by which the script knows it; `data-script` is the script's address."""

    def show(self, answer: str) -> str:
        """Take what the script sent along, and go on as whom it shows; say what came of it. Raises Unable."""


@dataclass(frozen=True)
class RecognitionOffer:
    """What a prompt shows to those who may have been here before: a button called `title`, or what it opens. Without
    an input, there is a code to be asked for first. `error` says what did not work."""

    title: str
    text: str
    code: Input | None
    submit_label: str
    again_label: str
    error: str = ""
    is_open: bool = False


class Recognition(Protocol):
    """How somebody says in the middle of a prompt who they are. What they hold is not asked again."""

    def offer(
        self, subject: Subject, asked: Collection[str], *, again: bool, typed: str, error: str
    ) -> RecognitionOffer | None:
        """What to show beside the fields that are `asked`, None where nothing is to be offered.

        `again` wants a new code; `typed` was refused for the reason in `error`.
        """

    def recognise(self, subject: Subject, action: str, typed: str) -> str:
        """Go on as whom the code shows the person to be; what to tell them. Raises Invalid, Unable and Redirected."""


@dataclass(frozen=True)
class Enrolled:
    """Somebody who is here already: their subject, and whether the address by which they were found is proved here."""

    subject_id: int
    is_proved: bool


class Enrolment(Protocol):
    """How people come to be here without a request of theirs, by their email address: an import finds and enrols
    them. Where a feature keeps accounts, they get one."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it fills itself: the address, then the proof of it."""

    def find(self, address: str) -> Enrolled | None:
        """Whose address it is: its proved owner, or else whoever was enrolled with it and has not proved it yet."""

    def enrol(self, address: str, *, proved: bool) -> int:
        """Enrol somebody new, in the open transaction; the subject. `proved` says that another system proved it."""

    def prove(self, subject_id: int, address: str) -> None:
        """Note that another system proved the address of somebody who was enrolled without a proof."""


class Traces(Protocol):
    """What leads to a person by something else than their number, such as what was mailed to their address: a feature
    that keeps some lets an erasure take it along."""

    def lock(self, subject_id: int) -> None:
        """Lock what others decide about at the same time, before the subject's own row is locked."""

    def erase(self, subject_id: int) -> Mapping[str, int]:
        """Delete the traces, while the subject's own rows are still there; how many rows of which table."""


RESTRICTED_ACT, RESTRICTION_LIFTED_ACT = "restriction", "restriction_lifted"
OBJECTED_ACT, OBJECTION_WITHDRAWN_ACT = "objection", "objection_withdrawn"
CONSENT_WITHDRAWN_ACT, REMOVED_ACT, RECTIFIED_ACT = "withdrawal", "removal", "rectification"
TAKEN_DOWN_ACT, PUT_BACK_ACT = "takedown", "putback"


@dataclass(frozen=True)
class RightAct:
    """A right that somebody has exercised, or the end of one. `what` is the field that it is about, or the sort of
    publication, and `item` the name of what was taken down; "" where the act is about everything. `published_at` is
    when that had been published, which tells it from another thing of the same name."""

    act: str
    subject_id: int
    at: datetime
    what: str = ""
    item: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True)
class Publication:
    """A sort of things that people have made public, and can take down again: pages, reviews.

    `items` gives what a subject has public, each by a name that lasts and the moment of its publication; `take_down`
    takes one of them, by the subject and that name, and does nothing where it is gone.

    With `save` and `put_back`, what an officer takes down can be put back for 30 days: the first gives the contents of
    one thing as text, which is kept sealed meanwhile, the second publishes it again from that, as of its first moment,
    and is False where something else has taken its place. `url` is the page on which one is seen; `find` gives the
    subject and the name of the one that an address leads to, None for an address of anything else.
    """

    key: str
    """Letters and underscores, at most 40."""
    label: Label
    items: Callable[[int], Iterable[tuple[str, datetime]]]
    take_down: Callable[[int, str], None]
    save: Callable[[int, str], str] | None = None
    put_back: Callable[[int, str, str], bool] | None = None
    url: Callable[[int, str], str] | None = None
    find: Callable[[str], tuple[int, str] | None] | None = None


@dataclass(frozen=True)
class Disclosure:
    """Somebody outside who was given something of people (Art. 19 GDPR).

    `references` are the names by which they know what they hold of a subject: theirs, or ones that both sides
    have. Nothing else is ever told to them of an erasure.
    """

    recipient: str
    """A key, of letters and underscores."""
    label: Label
    references: Callable[[int], Collection[str]]


@dataclass(frozen=True)
class Cookie:
    """A cookie that browsers are given: its name, what it is for, and when it goes, for the notice."""

    name: Label
    label: Label
    lifetime: Label


@dataclass(frozen=True)
class Gauge:
    """A figure that the metrics tell, read from the database whenever they are asked for: `read` gives a number for
    each combination of what the `labels` stand for, of which there are few, none of them a value of somebody's.
    """

    name: str
    help: str
    read: Callable[[], Mapping[tuple[str, ...], float]]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class FigureTables:
    """The tables of figures that a feature has, by their names. `answer(name, form)` is the answer to this request for
    one of them, by its query, as `csv` or `json`."""

    names: tuple[str, ...]
    answer: Callable[[str, str], Response]


@dataclass(frozen=True)
class FieldPages:
    """The endpoints by which a person changes, removes and sees (a picture) what is held, and gives or withdraws a
    consent. Each takes `field`; those that lead to a page take `back` too.
    """

    change: str
    remove: str
    picture: str
    give: str
    withdraw: str


@dataclass(frozen=True)
class RecoveryEvidence:
    """Something by which a lost account is opened again. `holders` is a SELECT of the accounts that have it: one row
    each, the subject's id and the key of the context that it came from, "" where none asked for it; `otherwise` says
    where it came from then.
    """

    key: str
    label: Label
    holders: Callable[[], Select[int, str]]
    otherwise: Label


@dataclass(frozen=True)
class RecoveryWay:
    """A way back into an account after a loss: the keys of the evidence that it takes together, and how soon it opens.

    `loss` is a key, `loss_label` says what was lost.
    """

    loss: str
    loss_label: Label
    label: Label
    evidence: frozenset[str]
    delay_label: Label


class Ordered(Generic[Entry]):
    """Entries by the numbers of their places, those of one place as they were added: links, tabs, panels."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, str, Entry]] = []

    @classmethod
    def of(cls, app: Flask, name: str) -> "Ordered[Any]":
        """What features have added to `app` under that name."""
        entries: Ordered[Any] = app.extensions.setdefault(f"asklater.{name}", cls())
        return entries

    def add(self, place: int, entry: Entry, *, key: str = "") -> None:
        """One with a `key` takes the place of an earlier one with the same key."""
        others = [known for known in self._entries if not key or known[1] != key]
        self._entries = sorted([*others, (place, key, entry)], key=lambda known: known[0])

    def __iter__(self) -> Iterator[Entry]:
        return iter([entry for _place, _key, entry in self._entries])

    def __len__(self) -> int:
        return len(self._entries)


class Kinds(MutableMapping[str, Kind]):
    """The kinds by name. Those that come with the library are imported when they are first asked for: a picture or an
    address needs packages that an application without them need not install. Getting one raises MissingPackageError
    where its package is missing.
    """

    BUILTIN: Mapping[str, tuple[str, str, str]] = {
        "text": ("asklater.kinds.text", "Text", ""),
        "choice": ("asklater.kinds.choice", "Choice", ""),
        "choices": ("asklater.kinds.choice", "Choices", ""),
        "consent": ("asklater.kinds.consent", "Consent", ""),
        "address": ("asklater.kinds.address", "Address", "addresses"),
        "image": ("asklater.kinds.image", "Image", "images"),
        "age": ("asklater.kinds.age", "Age", ""),
        "boolean": ("asklater.kinds.choice", "Boolean", ""),
        "number": ("asklater.kinds.number", "Number", ""),
        "date": ("asklater.kinds.date", "Date", ""),
        "url": ("asklater.kinds.url", "Url", "messages"),
        "country": ("asklater.kinds.listed", "Country", "translations"),
        "language": ("asklater.kinds.listed", "Language", "translations"),
        "time_zone": ("asklater.kinds.listed", "TimeZone", "translations"),
    }
    """Module, class and extra."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind | None] = dict.fromkeys(self.BUILTIN)

    def __getitem__(self, name: str) -> Kind:
        kind = self._kinds[name]
        if kind is None:
            module, of_class, extra = self.BUILTIN[name]
            try:
                kind = self._kinds[name] = getattr(import_module(module), of_class)()
            except ModuleNotFoundError as missing:
                raise MissingPackageError(f"the kind {name!r}", str(missing.name), extra) from missing
        return kind

    def __setitem__(self, name: str, kind: Kind) -> None:
        self._kinds[name] = kind

    def __delitem__(self, name: str) -> None:
        del self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


@dataclass
class Registry:
    """Everything that features and the application bring to the engine. It is read once the engine has started."""

    kinds: Kinds = field(default_factory=Kinds)
    conditions: dict[str, Condition] = field(default_factory=dict)
    placements: dict[str, Placement] = field(default_factory=dict)
    effects: dict[str, frozenset[str]] = field(default_factory=dict)
    signals: dict[str, Signal] = field(default_factory=dict)
    segment_reads: dict[str, ReadSegment] = field(default_factory=dict)
    alternatives: dict[str, Alternative] = field(default_factory=dict)
    recognition: Recognition | None = None
    """How a prompt lets those go on who were here before, where a feature has a way."""
    checks: list[Check] = field(default_factory=list)
    merges: list[Callable[[int, int], None]] = field(default_factory=list)
    opt_outs: list[Callable[[int], None]] = field(default_factory=list)
    renamings: list[Callable[[str, str], None]] = field(default_factory=list)
    consent_ends: list[Callable[[int, Sequence[str]], None]] = field(default_factory=list)
    uncounted: list[Select[int]] = field(default_factory=lambda: [RESTRICTED])
    staff: list[Select[int]] = field(default_factory=list)
    retained: list[Select[int]] = field(default_factory=lambda: [ON_HOLD])
    traces: list[Traces] = field(default_factory=list)
    erasure: Callable[[int, str], None] | None = None
    """Erases a subject (its id, and why) whom nobody asked, where a feature keeps account of erasures."""
    cookies: list[Cookie] = field(default_factory=list)
    readers: dict[str, Label] = field(default_factory=dict)
    disclosures: dict[str, Disclosure] = field(default_factory=dict)
    publications: dict[str, Publication] = field(default_factory=dict)
    right_listeners: list[Callable[[RightAct], None]] = field(default_factory=list)
    in_session: Callable[[datetime], Select[int]] | None = None
    """The subjects who can be recognised at a moment, where a feature keeps sessions."""
    personal_tables: dict[str, PersonalTable] = field(default_factory=lambda: by_key(core_personal_tables()))
    histories: list[History] = field(default_factory=lambda: [LIBRARY])
    gauges: list[Gauge] = field(default_factory=list)
    recovery_evidence: dict[str, RecoveryEvidence] = field(default_factory=dict)
    recovery_ways: list[RecoveryWay] = field(default_factory=list)
    kept_beside: dict[str, tuple[Path, Restored]] = field(default_factory=dict)
    unused_tables: set[str] = field(default_factory=lambda: {USER, FIRST_VISITS})
    """The keys of personal tables in which this application keeps nothing, so no page tells of them."""
    figure_tables: FigureTables | None = None
    """The tables of the dashboard, where a feature has them."""
    enrolment: Enrolment | None = None
    """How an import enrols people, where a feature keeps accounts."""
    takes_imports: bool = False
    """Whether people can arrive from another system; the notice says so."""
    keeps_suggestions: bool = False
    """Whether some feature keeps suggestions. Where none does, no prompt looks for them."""

    @property
    def has_suggestions(self) -> bool:
        """Whether anybody can have suggestions: of a provider, or of an earlier system."""
        return self.keeps_suggestions or self.takes_imports

    settings_endpoint: str = ""
    """The page on which a person changes what is held, where a feature has one."""
    field_pages: FieldPages | None = None
    """Where they change one field of it, where a feature has such pages."""
    notice_endpoint: str = ""
    notice_part_endpoint: str = ""
    """The notice of some `field`s alone, which opens in place, where a feature has one."""
    restriction_endpoint: str = ""
    """The page on which a person lifts the restriction of what is held, where a feature has one."""

    def register_kind(self, kind: Kind) -> None:
        """A sort of field, under `kind.name`; one of a name that exists takes its place."""
        self.kinds[kind.name] = kind

    def register_condition(self, name: str, condition: Condition) -> None:
        """What a requirement's `when` may name."""
        self.conditions[name] = condition

    def register_effect(self, name: str, *fields: str) -> None:
        """What pages show differently by the answer to any of these fields ("delivery prices"). A sign-up field that
        is asked because it `changes` something names it.
        """
        self.effects[name] = frozenset(fields)

    def register_placement(self, key: str, label: Label) -> None:
        """A spot in which background prompts may appear; its page says `{{ background_prompt(key) }}` there."""
        self.placements[key] = Placement(key, label)

    def register_signal(self, key: str, label: Label, *, times: int = 1) -> None:
        """Something that prompts can wait for, reached once `engine.signal` has told of it `times` times."""
        self.signals[key] = Signal(key, label, times)

    def register_segment(self, key: str, read: ReadSegment) -> None:
        """`read(subject_id)` tells what the application knows of somebody, for a segment that the manifest declares
        `from = "application"`: one of its values, None for none. It is asked whenever a prompt is shown."""
        self.segment_reads[key] = read

    def register_alternative(self, alternative: Alternative) -> None:
        """Offer a method other than typing (a provider, say) in prompts for the fields that it answers."""
        self.alternatives[alternative.key] = alternative

    def register_check(self, check: Check) -> None:
        """Look at every manifest with `check` too, before it is used."""
        self.checks.append(check)

    def register_merge(self, carry: Callable[[int, int], None]) -> None:
        """`carry(from, into)` takes further records along when two subjects turn out to be one person."""
        self.merges.append(carry)

    def register_opt_out(self, before: Callable[[int], None]) -> None:
        """`before(subject_id)` runs in the transaction in which a person's rows of measurement go, ahead of it."""
        self.opt_outs.append(before)

    def register_consent_end(self, tell: Callable[[int, Sequence[str]], None]) -> None:
        """`tell(subject_id, fields)` runs in the transaction in which a person's consents to `fields` end, since what
        they were given for has changed."""
        self.consent_ends.append(tell)

    def register_uncounted(self, subjects: Select[int]) -> None:
        """Subjects who are asked like everybody but belong into no figure, staff for one. A SELECT of their ids.

        It is read whenever something is counted, so it holds for what they did before they were among them.
        """
        self.uncounted.append(subjects)

    def register_staff(self, subjects: Select[int]) -> None:
        """Subjects who act for the site: nobody else may go by their names, see `Kind.is_for_staff_alone`. A SELECT of
        their ids."""
        self.staff.append(subjects)

    def register_gauge(self, gauge: Gauge) -> None:
        """A figure for the metrics, where METRICS_ADDRESS is set; it bears the name `asklater_<name>` there."""
        self.gauges.append(gauge)

    def register_recovery(self, evidence: Iterable[RecoveryEvidence], ways: Iterable[RecoveryWay]) -> None:
        """By what lost accounts are opened again, for the figures on it.

        Raises ValueError for a way that takes evidence nobody registered, and for more than eight sorts of evidence:
        accounts are counted by every combination of them.
        """
        self.recovery_evidence |= {one.key: one for one in evidence}
        self.recovery_ways += ways
        if len(self.recovery_evidence) > MOST_EVIDENCE:
            raise ValueError(f"at most {MOST_EVIDENCE} sorts of evidence for recovery can be registered")
        unknown = frozenset().union(*(way.evidence for way in self.recovery_ways)) - self.recovery_evidence.keys()
        if unknown:
            raise ValueError(f"ways of recovery take evidence that is not registered: {', '.join(sorted(unknown))}")

    def register_kept_beside(self, name: str, file: Path, restored: Restored) -> None:
        """A file that goes into each backup, under that name. After one was restored, `restored` is told where the
        backup's own copy lies, which may hold less than the file; it yields sentences of what it did.
        """
        self.kept_beside[name] = file, restored

    def register_retained(self, subjects: Select[int]) -> None:
        """Subjects of whom something is needed still (an order on its way). A SELECT of their ids; nothing prunes
        them while they are among these. What a law demands beyond that is a `LegalHold`."""
        self.retained.append(subjects)

    def register_personal_tables(self, *tables: PersonalTable) -> None:
        """Tables that hold something of people. One that is not registered, an erasure would pass by.

        Raises ValueError when two of them have one key.
        """
        self.personal_tables |= by_key((*self.personal_tables.values(), *tables))

    def serve_segments(self, purpose: str) -> None:
        """Where first visits came from is kept for that purpose from now on; for "", in no table."""
        kept = replace(self.personal_tables[FIRST_VISITS], purpose=purpose or MEASUREMENT)
        self.personal_tables[FIRST_VISITS] = kept
        if purpose:
            self.unused_tables.discard(FIRST_VISITS)
        else:
            self.unused_tables.add(FIRST_VISITS)

    def tables_in_use(self) -> list[PersonalTable]:
        """The personal tables that people are told of, in the order in which they were registered."""
        return [table for key, table in self.personal_tables.items() if key not in self.unused_tables]

    def register_history(self, history: History) -> None:
        """Migrations of the application's own tables, which `flask asklater database upgrade` applies after ours."""
        self.histories.append(history)

    def register_traces(self, traces: Traces) -> None:
        """What leads to a person by something else than their number; an erasure takes it along."""
        self.traces.append(traces)

    def register_disclosure(self, disclosure: Disclosure) -> None:
        """Somebody outside was given something of people, and is told when it is erased here."""
        self.disclosures[disclosure.recipient] = disclosure

    def register_cookie(self, cookie: Cookie) -> None:
        """A cookie that the application or a feature sets; the notice names it."""
        self.cookies.append(cookie)

    def register_reader(self, key: str, label: Label) -> None:
        """Who reads fields that name `key` among their `readers`; a manifest's table of readers says it of others."""
        self.readers[key] = label

    def register_renaming(self, rename: Callable[[str, str], None]) -> None:
        """`rename(former, key)` runs in the transaction in which a field that was declared as `former` goes on as
        `key`: for what names fields otherwise than by columns that say so (`asklater.field_columns`)."""
        self.renamings.append(rename)

    def register_publication(self, publication: Publication) -> None:
        """What people publish and take down again: `engine.take_down` does it, and it is done anew where a restored
        backup would have it public again."""
        self.publications[publication.key] = publication

    def register_right_listener(self, heard: Callable[[RightAct], None]) -> None:
        """`heard(act)` runs in the transaction in which somebody exercises a right."""
        self.right_listeners.append(heard)
