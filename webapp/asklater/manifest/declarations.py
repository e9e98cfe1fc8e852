"""The declarations of a manifest: what is asked, by which action, and on which footing. Frozen data, no web."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Annotated, Any, Literal

import isodate
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field as Limits, PlainSerializer

Key = Annotated[str, Limits(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Sentence = Annotated[str, Limits(min_length=1, max_length=300)]


class Declaration(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True, defer_build=True)


class ReasonCase(Declaration):
    """What a prompt says when it asks for all of `asks`, whatever else it asks for; without `asks`, in any case."""

    asks: Annotated[
        tuple[Key, ...], BeforeValidator(lambda keys: tuple(keys) if isinstance(keys, list) else keys)
    ] = ()
    text: Sentence


def _reason_cases(value: object) -> object:
    """A reason as it may be declared: a sentence, "" for none, or cases, of which the last may be a sentence alone."""
    entries = value if isinstance(value, (tuple, list)) else (value,) if value != "" else ()
    if not all(isinstance(entry, (str, dict, ReasonCase)) for entry in entries):
        raise ValueError('must be a sentence, or a list of { asks = ["field"], text = "sentence" }')
    return tuple({"text": entry} if isinstance(entry, str) else entry for entry in entries)


def declared_reason(cases: tuple[ReasonCase, ...]) -> str | list[dict[str, Any]]:
    """The cases in the shortest form in which they can be declared: one sentence that always holds is a string."""
    if not cases:
        return ""
    if len(cases) == 1 and not cases[0].asks:
        return cases[0].text
    return [{"asks": list(case.asks), "text": case.text} if case.asks else {"text": case.text} for case in cases]


Reason = Annotated[tuple[ReasonCase, ...], BeforeValidator(_reason_cases), PlainSerializer(declared_reason)]
"""Why a prompt asks: the first case whose fields are all asked is what it says, and nothing where none is."""


def _duration(value: object) -> timedelta | isodate.Duration:
    """An ISO 8601 duration that is longer than nothing (P24M, P30D, PT12H)."""
    if isinstance(value, (timedelta, isodate.Duration)):
        return value
    if not isinstance(value, str):
        raise ValueError('must be an ISO 8601 duration in quotes, such as "P24M"')
    try:
        parsed = isodate.parse_duration(value)
        length = span(parsed, date(2000, 1, 1))
    except (isodate.ISO8601Error, ValueError, OverflowError) as error:
        raise ValueError(f'{value!r} is no ISO 8601 duration, such as "P24M"') from error
    if length <= timedelta(0) or length > timedelta(days=36525):
        raise ValueError(f"{value!r} must be longer than nothing and at most a hundred years")
    return parsed


def _valid_duration(value: str) -> str:
    _duration(value)
    return value


Duration = Annotated[Any, BeforeValidator(_duration)]
SerialisedDuration = Annotated[Duration, PlainSerializer(isodate.duration_isoformat, when_used="json-unless-none")]
"""A duration that stands in what is kept as JSON."""


class Variant(Declaration):
    """One variant of an experiment. What it leaves out stays as the action, or the background prompt, declares it.

    `label`, `reason`, `ask` and `order` are the action's, `labels` and `reasons` those of its fields; an empty
    `reason` gives none. `defer` names fields that the action does not ask for: the background prompt `prompt` does.
    `placement` is another one for the background prompt that the experiment is about.
    """

    key: Key
    weight: Annotated[float, Limits(gt=0, le=1000)] = 1.0
    label: Sentence | None = None
    reason: Reason | None = None
    ask: Literal["together", "one_by_one"] | None = None
    order: tuple[Key, ...] = ()
    labels: Mapping[str, Sentence] = Limits(default_factory=dict)
    reasons: Mapping[str, Sentence] = Limits(default_factory=dict)
    defer: tuple[Key, ...] = ()
    prompt: Key | None = None
    placement: Key | None = None

    @property
    def changes(self) -> frozenset[str]:
        """The names of what it changes."""
        return frozenset(self.model_fields_set - {"key", "weight"})


class Experiment(Declaration):
    """Variants of an action's prompt, or of a background prompt; the first one is the control, and changes nothing.

    A person is a success by `metric` within the `horizon` from the assignment on: the action has run, or the field has
    been given, wherever it was asked. Without a horizon it is the window of the analytics. `minimum_effect` is the
    smallest difference of the share of successes that is worth acting on, 0..1.
    """

    key: Key
    label: Sentence
    hypothesis: Sentence
    action: Key | None = None
    prompt: Key | None = None
    metric: Literal["action_completed", "field_completed"] = "action_completed"
    field: Key | None = None
    horizon: SerialisedDuration | None = None
    minimum_effect: Annotated[float, Limits(gt=0, lt=1)]
    variants: Annotated[Mapping[str, Variant], Limits(min_length=1, max_length=10)]

    @property
    def control(self) -> Variant:
        return next(iter(self.variants.values()))

    @property
    def about(self) -> str:
        """The key of the action, or of the background prompt."""
        return self.action or self.prompt or ""


Frozen = Annotated[Mapping[str, Any], AfterValidator(lambda mapping: MappingProxyType(dict(mapping)))]


class Transfer(Declaration):
    """Where outside the Union data goes, and what protects it there (GDPR Art. 44-49)."""

    country: Sentence
    safeguard: Sentence


class Recipient(Declaration):
    """Somebody outside who receives data. A purpose that lists its key among its `recipients` names it so.

    A `processor` acts on the controller's behalf (Art. 28), so it says where it is and what its `services` are; an
    authority or another controller decides for itself; a `group` is of people whom nobody can name. `transfers` are
    where it takes data outside the Union.
    """

    key: Key
    name: Sentence
    role: Literal["processor", "controller", "authority", "group"]
    place: str = Limits(default="", max_length=200)
    services: str = Limits(default="", max_length=300)
    transfers: tuple[Transfer, ...] = ()

    @property
    def label(self) -> str:
        """Its name as people are told it."""
        return f"{self.name}, {self.place}" if self.place else self.name


class Purpose(Declaration):
    """Why data is held at all: the unit of the record of processing.

    `persons` are the categories of people it is about. Where these are the basis, `legitimate_interest` names the
    interest and how it was weighed, `law` the law that demands it. No field may be kept for longer than `longest`.
    """

    key: Key
    label: Sentence
    basis: Literal["contract", "consent", "legal_obligation", "legitimate_interests"]
    persons: tuple[Sentence, ...] = ()
    recipients: tuple[Sentence, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    legitimate_interest: str = Limits(default="", max_length=600)
    law: str = Limits(default="", max_length=300)
    longest: Duration | None = None


OWNER = "owner"
PUBLIC = frozenset({"public", "everyone"})
"""Readers that need no declaration: whose the value is, and anybody."""


def _names(value: object) -> object:
    """A list of keys, as which one by itself may be declared, too."""
    return (value,) if isinstance(value, str) else value


class Field(Declaration):
    """A declared piece of profile data. `retention` counts from its last use; `after` names fields first needed.

    `if_wrong` says what happens when somebody enters junk just to get on, `decided_by` who decides about the field,
    `recipients` are who receives this very field, where that is not who receives what its purpose is about; an empty
    list says nobody outside. `justification` says why something sensitive cannot be done without. `special_category`
    is for health, faith and what else Art. 9(1) GDPR names; without an explicit consent it owes an `exception` of
    Art. 9(2). `minimum_age` is in years; `published` says that anybody can see the value. `imported` says as what a
    value counts that another system held of somebody: a `suggestion` until its person confirms it, or an `answer`;
    `never` leaves it out. `was` are the keys that it had before, the first one first.
    """

    key: Key
    kind: Key
    label: Sentence
    reason: Sentence
    purpose: Key
    retention: Duration
    readers: Annotated[tuple[str, ...], Limits(min_length=1)]
    sensitivity: Literal["public", "personal", "sensitive"]
    after: tuple[Key, ...] = ()
    if_wrong: str = Limits(default="", max_length=300)
    decided_by: str = Limits(default="", max_length=80)
    justification: str = Limits(default="", max_length=300)
    recipients: tuple[Sentence, ...] | None = None
    special_category: bool = False
    exception: str = Limits(default="", max_length=300)
    minimum_age: Annotated[int, Limits(ge=1, le=99)] | None = None
    published: bool = False
    imported: Literal["suggestion", "answer", "never"] = "suggestion"
    was: Annotated[tuple[Key, ...], BeforeValidator(_names)] = ()
    settings: Frozen = Limits(default_factory=dict)

    @property
    def is_published(self) -> bool:
        """Whether anybody can see the value: it says so, or one of its readers is the public."""
        return self.published or not PUBLIC.isdisjoint(self.readers)

    @property
    def first_key(self) -> str:
        """The key that it had at the beginning: what is told apart by it goes on after another name."""
        return self.was[0] if self.was else self.key


class Stage(Declaration):
    """From the day `start` on (declared as `from`), an action needs a field of these people, too: of everybody, or of
    those who are first recorded on that day or later (`to` "new"); of them all, or of a `share` of them, 0..1."""

    start: date = Limits(alias="from")
    to: Literal["everybody", "new"] = "everybody"
    share: Annotated[float, Limits(gt=0, le=1)] = 1.0


def _stages(value: object) -> object:
    """A list of stages, as which one by itself may be declared, too."""
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


class Requirement(Declaration):
    """An action needs this field; with `when`, only while that condition holds; with `applies`, of those whom a stage
    that has begun reaches.

    An `optional` one is asked for beside those that are needed, and no action waits for it. `can_wait` says that the
    action's verb copes without the field, so that an experiment may put the question off. `read_later` names who reads
    it once the action is over, where the action's own code does not.
    """

    field: Key
    when: Key | None = None
    optional: bool = False
    can_wait: bool = False
    read_later: str = Limits(default="", max_length=300)
    applies: Annotated[tuple[Stage, ...], BeforeValidator(_stages)] = ()


class Action(Declaration):
    """Something that a person attempts. `requires` may be empty, and then says so.

    Where no case of `reason` fits what is asked, its prompt gives none: each field says why it is asked.
    """

    key: Key
    label: Sentence
    reason: Reason = ()
    requires: tuple[Requirement, ...]
    ask: Literal["together", "one_by_one"] = "together"


class BackgroundField(Declaration):
    """A field that a background prompt asks for; with `when`, only while that condition holds.

    An `optional` one is asked for beside the others, and by itself where the prompt has no others.
    """

    field: Key
    when: Key | None = None
    optional: bool = False


def _spelled_out(asked: object) -> object:
    """A list of fields in which each is a table, as a field's bare key is in a manifest."""
    if not isinstance(asked, (list, tuple)):
        return asked
    return tuple({"field": one} if isinstance(one, str) else one for one in asked)


class BackgroundPrompt(Declaration):
    """An ask that no action waits for: inline in its placement, never blocking, and never more often than it says.

    Its context in every figure is its `placement`. With `after`, it waits for that signal. `impressions` is how
    many showings a person gets in all, and `cooldown` how long its fields rest after one; what ends a showing, and
    what counts as one, is said in `background.py`. A `queue` asks each time only for the next one that is unknown.
    """

    key: Key
    label: Sentence
    reason: Reason = ()
    asks: Annotated[tuple[BackgroundField, ...], BeforeValidator(_spelled_out), Limits(min_length=1, alias="fields")]
    placement: Key
    after: Key | None = None
    cooldown: Duration
    impressions: Annotated[int, Limits(ge=1, le=100)]
    queue: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The keys of what it asks for, in its order."""
        return tuple(asked.field for asked in self.asks)

    @property
    def optional(self) -> frozenset[str]:
        """The keys of those that are optional."""
        return frozenset(asked.field for asked in self.asks if asked.optional)


class Budget(Declaration):
    """How many showings one person gets in any span of `per`, of all background prompts together."""

    impressions: Annotated[int, Limits(ge=1, le=1000)] = 2
    per: Duration = timedelta(days=7)


JUSTIFICATIONS = ("needed_next", "required_by_law", "changes")
"""The only reasons for which a sign-up form may ask for more than its first field."""


class SignupField(Declaration):
    """A field of the sign-up form; every one but the first owes a justification and somebody who answers for it.

    The justification is exactly one of three, each with what proves it: `needed_next` is the action that the person
    attempts next, which requires the field; `required_by_law` the law that demands it; `changes` what is shown
    differently from then on, as the application registered it. `optional` says that it may be left empty, `can_wait`
    that signing up copes without it, so that an experiment may measure what it costs. `review_by` is a day by which
    this field is looked at, apart from the yearly review of the whole form.
    """

    field: Key
    optional: bool = False
    can_wait: bool = False
    needed_next: Key | None = None
    required_by_law: Sentence | None = None
    changes: Sentence | None = None
    owner: str = Limits(default="", max_length=80)
    review_by: date | None = None

    @property
    def justifications(self) -> Mapping[str, str]:
        """What is declared of the three, by its key: one entry, where the declaration is sound and owes any."""
        found = {key: getattr(self, key) for key in JUSTIFICATIONS}
        return {key: proof for key, proof in found.items() if proof is not None}


class Signup(Declaration):
    """The sign-up form. `reviewed` is the day on which all of it was last looked at."""

    label: Sentence = "Continue with email"
    reason: Reason = ()
    fields: Annotated[tuple[SignupField, ...], Limits(min_length=1)]
    reviewed: date | None = None

    @property
    def required(self) -> tuple[SignupField, ...]:
        """The fields without which nobody signs up."""
        return tuple(asked for asked in self.fields if not asked.optional)


NO_SIGNUP = Signup.model_construct(fields=())
"""Of an application that signs people up by itself, or not at all."""


class Analytics(Declaration):
    """`window` is W of the definitions; `goal` is the action that the sign-up funnel ends in."""

    window: Duration = timedelta(days=1)
    goal: Key | None = None


FIRST_VISIT = ("utm_source", "utm_medium", "utm_campaign", "referrer")
"""What the address of a first visit's page says of where it came from, and the site that led to it."""
OTHER_VALUE, NO_VALUE = "other", "none"
"""A segment's values that nobody declares: told, and none of the declared ones; and nothing told."""
MOST_SEGMENTS, MOST_VALUES = 5, 20
"""Each value is counted by field and context: few of them keep cells large, and totals small."""


class Segment(Declaration):
    """A way to tell people apart, counted one at a time. Of what somebody brings only one of the declared `values` is
    ever kept, `OTHER_VALUE` for anything else.

    `tells` (declared as `from`) is who tells: one of FIRST_VISIT, or several of which the first that says something
    counts; "language", the browser's; or "application", which registers a function. A value that ends in "*" stands
    for all that begin so, and a site for those below it.
    """

    key: Key
    label: Sentence
    tells: Annotated[
        tuple[Literal["utm_source", "utm_medium", "utm_campaign", "referrer", "language", "application"], ...],
        BeforeValidator(_names),
        Limits(min_length=1, alias="from"),
    ]
    values: Annotated[
        tuple[Annotated[str, Limits(pattern=r"^[a-z0-9][a-z0-9_.-]{0,38}\*?$")], ...],
        Limits(min_length=1, max_length=MOST_VALUES),
    ]

    @property
    def is_of_first_visit(self) -> bool:
        return self.tells[0] in FIRST_VISIT


class Segments(Declaration):
    """What people are told apart by, and for which purpose, which no field has."""

    purpose: Key
    by: Annotated[Mapping[str, Segment], Limits(min_length=1, max_length=MOST_SEGMENTS)]


class Contact(Declaration):
    name: Sentence
    contact: str = Limits(default="", max_length=300)


class Controller(Declaration):
    """Who answers for the data; printed in the notice. What there is none of says so: "none", and why.

    `contact` is where to write by mail or on a page, `address` the postal one.
    """

    name: Sentence
    contact: Sentence
    address: str = Limits(default="", max_length=300)
    representative: str = Limits(default="", max_length=300)
    joint_controllers: str = Limits(default="", max_length=300)
    data_protection_officer: Contact | None = None
    jurisdiction: str = Limits(default="", max_length=300)
    storage_location: str = Limits(default="", max_length=300)
    supervisory_authority: str = Limits(default="", max_length=300)


class Notice(Declaration):
    """What the notice has to say besides what follows from the other declarations.

    `automated_decisions` is "none", or what is decided about people by a program alone, by which logic and with which
    consequences (GDPR Art. 13(2)(f), 22).
    """

    automated_decisions: str = Limits(default="", max_length=600)


class Security(Declaration):
    """How processing is kept secure (GDPR Art. 32), as far as the live settings do not tell it by themselves."""

    measures: tuple[Sentence, ...] = ()


class RecordTerm(Declaration):
    """How long the records of one table are kept, where the application wants another time than their own: from the
    moment that the table says, or `from` the end of that moment's year."""

    key: Key
    retention: Duration
    start: Literal["moment", "end_of_year"] = Limits(default="moment", alias="from")


class Dormancy(Declaration):
    """How long people are remembered who do not come back, from their last visit: `accounts`, whose owners are warned
    by mail the time `warning` before, and `visitors` without an account. ISO 8601, as it was declared."""

    accounts: Annotated[str, AfterValidator(_valid_duration)] = "P24M"
    visitors: Annotated[str, AfterValidator(_valid_duration)] = "P90D"
    warning: Annotated[str, AfterValidator(_valid_duration)] = "P30D"


def _known_format(number: object) -> object:
    if isinstance(number, int) and number > FORMAT:
        raise ValueError(f"this release reads manifests of format {FORMAT}: install a newer one for format {number}")
    return number


FORMAT = 1
"""The newest format of manifests that this release reads."""
SIGN_UP = "sign_up"
"""The key of the action that the sign-up form is."""


class Manifest(Declaration):
    """Everything that is declared, by key. `checks.manifest.read` makes it, and refuses what does not fit together.

    `format` is the version of the form of declarations. `readers` says of each sort of reader that fields name who
    that is.
    """

    format: Annotated[int, BeforeValidator(_known_format), Limits(ge=1)] = FORMAT
    controller: Controller
    purposes: Mapping[str, Purpose]
    fields: Mapping[str, Field]
    actions: Mapping[str, Action]
    signup: Signup = NO_SIGNUP
    analytics: Analytics = Analytics()
    segments: Segments | None = None
    security: Security = Security()
    notice: Notice = Notice()
    readers: Mapping[str, Sentence] = Limits(default_factory=dict)
    recipients: Mapping[str, Recipient] = MappingProxyType({})
    prompts: Mapping[str, BackgroundPrompt] = MappingProxyType({})
    experiments: Mapping[str, Experiment] = MappingProxyType({})
    budget: Budget = Budget()
    records: Mapping[str, RecordTerm] = MappingProxyType({})
    dormancy: Dormancy = Dormancy()

    @property
    def window(self) -> timedelta:
        """W, the time in which an ask counts as answered."""
        return span(self.analytics.window, date(2026, 1, 1))

    @property
    def segments_by(self) -> Mapping[str, Segment]:
        """What people are told apart by; nothing, where the manifest declares no segments."""
        return self.segments.by if self.segments else {}

    @property
    def notes_first_visits(self) -> bool:
        """Whether any segment is told by where a first visit came from."""
        return any(segment.is_of_first_visit for segment in self.segments_by.values())

    def horizon_of(self, experiment: Experiment) -> timedelta:
        """H, how long after the assignment a person of the experiment is judged."""
        return self.window if experiment.horizon is None else span(experiment.horizon, date(2026, 1, 1))

    @property
    def renamed(self) -> Mapping[str, str]:
        """Of each key that a field had before, the one that it has now."""
        return {former: key for key, field in self.fields.items() for former in field.was}

    def purpose_of(self, field: str) -> Purpose:
        """The purpose of the field, with those who receive this very field as its recipients."""
        declared = self.fields[field]
        purpose = self.purposes[declared.purpose]
        if declared.recipients is None:
            return purpose
        return purpose.model_copy(update={"recipients": declared.recipients})

    def objectionable(self) -> list[Purpose]:
        """The purposes to which anybody can object: those on legitimate interests (GDPR Art. 21(1))."""
        return [purpose for purpose in self.purposes.values() if purpose.basis == "legitimate_interests"]

    def recipient_labels(self, purpose: Purpose) -> tuple[str, ...]:
        """Who receives what the purpose is about, each as people are told it: a key as whom it stands for."""
        named = (self.recipients.get(name) for name in purpose.recipients)
        return tuple(one.label if one else name for one, name in zip(named, purpose.recipients, strict=True))

    def transfers_of(self, purpose: Purpose) -> tuple[Transfer, ...]:
        """Where the purpose's data goes outside the Union: its own transfers, and those of its declared recipients."""
        named = [self.recipients[name] for name in purpose.recipients if name in self.recipients]
        every = (*purpose.transfers, *(transfer for one in named for transfer in one.transfers))
        return tuple(dict.fromkeys(every))

    def signup_owner(self, asked: SignupField) -> str:
        """Who answers for a field of the sign-up form, "" where nobody is named."""
        return asked.owner.strip() or self.fields[asked.field].decided_by.strip()

    @property
    def optional(self) -> frozenset[str]:
        """The fields that some action or background prompt asks for without needing them."""
        needs = (need.field for action in self.actions.values() for need in action.requires if need.optional)
        return frozenset(needs).union(*(prompt.optional for prompt in self.prompts.values()))

    def asking(self, field: str) -> list[Action]:
        """The actions that ask for the field, optional there or not, in the order of their declaration."""
        return [action for action in self.actions.values() if any(need.field == field for need in action.requires)]

    def prompting(self, field: str) -> list[BackgroundPrompt]:
        """The background prompts that ask for the field, in the order of their declaration."""
        return [prompt for prompt in self.prompts.values() if field in prompt.fields]


def span(duration: timedelta | isodate.Duration, start: date) -> timedelta:
    """A duration as a span of time counted from `start` (months differ in length)."""
    return duration.totimedelta(start=start) if isinstance(duration, isodate.Duration) else duration
