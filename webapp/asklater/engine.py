"""The engine: one object an application, which joins manifest, kinds, conditions, people and records."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context
from sqlalchemy import select

from asklater import clock, measurement, tables
from asklater.checks import background, manifest as checking
from asklater.checks.experiments import unknown_placements
from asklater.checks.manifest import named
from asklater.database.access import Database
from asklater.events import Events
from asklater.experiments.service import Experiments
from asklater.extras import MissingPackageError
from asklater.i18n import gettext
from asklater.identity import Identity, NoIdentity, guard
from asklater.keys.keyring import Keyring, record
from asklater.keys.service import KeyService, LocalKeys
from asklater.kinds.base import Asking, Invalid, Kind
from asklater.kinds.consent import YES, Consent
from asklater.manifest.declarations import Action, Field, Manifest, Requirement
from asklater.personal_tables import undeclared_terms, with_declared_terms
from asklater.policy.background import NOTHING, Due, Shown, due, lacking
from asklater.policy.decision import Decision, decide, fingerprint
from asklater.policy.stages import applies_to, shares_out
from asklater.prompt_tokens import PromptTokens
from asklater.records.answers import WITHDRAWAL, Answers, Provenance
from asklater.records.background import Background
from asklater.records.consents import Consents
from asklater.records.episodes import Episodes
from asklater.records.first_visits import FirstVisits
from asklater.records.people import People, SessionPeople, Subject
from asklater.records.reads import ObservedReads
from asklater.records.signals import Signals
from asklater.records.skipped import SkippedFields
from asklater.records.suggestions import Suggestions
from asklater.records.suspended_requests import SuspendedRequests
from asklater.registry import CONSENT_WITHDRAWN_ACT, RECTIFIED_ACT, REMOVED_ACT, TAKEN_DOWN_ACT, Registry, RightAct
from asklater.segments import Segments
from asklater.settings import installed
from asklater.view_checks import wrong_with_views

BY_PERSON = Provenance("settings", "settings")
"""Of what people change of themselves: they exercise a right by it."""


class Unmet(Exception):  # noqa: N818
    """An action was about to run although its subject lacks required fields."""

    def __init__(self, action: str, missing: tuple[str, ...]) -> None:
        super().__init__(f"{action} lacks {', '.join(missing)}")
        self.action = action
        self.missing = missing


class Engine:
    """The engine of one application.

    Features register what they bring with `registry`; then `start` reads and checks the manifest.
    """

    manifest: Manifest
    answers: Answers
    consents: Consents
    suggestions: Suggestions
    episodes: Episodes
    experiments: Experiments
    segments: Segments
    tokens: PromptTokens

    def __init__(self, app: Flask, database: Database, master_key: bytes | KeyService, zone: tzinfo = UTC) -> None:
        """`zone` is the one whose days are counted by."""
        self.app = app
        self.zone = zone
        self.database = database
        self.registry = Registry()
        self.events = Events(app, database)
        self.people: People = SessionPeople(database)
        self.identity: Callable[[], Identity] = NoIdentity
        self.signals = Signals(database)
        self.background = Background(database)
        self.skipped = SkippedFields(database)
        self.reads = ObservedReads()
        self.first_visits = FirstVisits(database)
        self.suspended_requests = SuspendedRequests(database)
        self.keyring = Keyring(database, LocalKeys(master_key) if isinstance(master_key, bytes) else master_key)

    def start(self, manifest: Path | Manifest) -> None:
        """Read and check the manifest. Raises ManifestError with every finding; warnings are logged."""
        declared = checking.read(manifest) if isinstance(manifest, Path) else manifest
        self.check(declared, manifest if isinstance(manifest, Path) else None)
        self.manifest = declared
        self.answers = Answers(self.database, self.keyring, declared, self.registry.kinds, self.reads)
        self.answers.tell = self.events.tell
        self.consents = Consents(self.database, self.keyring, declared, self.registry.kinds, self.reads)
        self.suggestions = Suggestions(self.database, self.keyring, declared, self.registry.kinds)
        self.suggestions.in_use = self.registry.has_suggestions
        self.episodes = Episodes(self.database, declared.window, self.zone)
        self.episodes.tell = self.events.tell
        self.segments = Segments(self.first_visits, declared.segments_by, self.registry.segment_reads)
        if declared.segments:
            self.episodes.segments_of = self.segments.of_person
        self.experiments = Experiments(self.database, declared)
        self.tokens = PromptTokens(str(self.app.secret_key), int(declared.window.total_seconds()))
        self._resting = {key: rests for key in declared.fields if (rests := self.resting_on(key))}
        self._fingerprints = {key: fingerprint(field) for key, field in declared.fields.items()}

    def go_over_to(self, manifest: Manifest) -> None:
        """Run on another manifest from now on, in this process. Raises ManifestError with every finding, and goes on
        with the one before."""
        on_objection, sources = self.episodes.on_objection, self.answers.sources
        self.start(manifest)
        self.episodes.on_objection, self.answers.sources = on_objection, sources

    def check(self, manifest: Manifest, file: Path | None = None) -> None:
        """Check a manifest against all that is registered, and keep records as it says; again where a feature joins
        after the start. Raises ManifestError with every finding, with its line where the `file` is known; warnings are
        logged."""
        findings = self.findings(manifest)
        if file is not None:
            findings = checking.located(findings, file.read_text("utf-8"))
        if any(not finding.warning for finding in findings):
            raise checking.ManifestError(findings)
        for finding in findings:
            self.app.logger.warning("manifest: %s", finding)
        noted = manifest.segments if manifest.notes_first_visits else None
        self.registry.serve_segments(noted.purpose if noted else "")
        self.registry.personal_tables = with_declared_terms(self.registry.personal_tables.values(), manifest)

    def findings(self, manifest: Manifest) -> list[checking.Finding]:
        """Everything wrong with `manifest` in this application, its gated views included."""
        uninstalled = list(self._uninstalled(manifest))
        if uninstalled:
            return uninstalled
        lost = wrong_with_views(self.app.view_functions, manifest.actions)
        served = {purpose for table in self.registry.personal_tables.values() for purpose in table.purposes}
        registry, today = self.registry, self.today()
        found = checking.check(manifest, registry.kinds, registry.conditions, today, served, registry.effects)
        found += background.check(manifest, registry.kinds, registry.placements, registry.signals, registry.conditions)
        found += [checking.Finding(*fault) for fault in unknown_placements(manifest, self.registry.placements)]
        found += [checking.Finding(*fault) for fault in undeclared_terms(registry.personal_tables.values(), manifest)]
        found += [finding for check in self.registry.checks for finding in check(manifest)]
        return sorted(lost + found)

    def _uninstalled(self, manifest: Manifest) -> Iterator[checking.Finding]:
        """The fields whose kind needs a package that is not there."""
        for key, declared in manifest.fields.items():
            try:
                self.registry.kinds.get(declared.kind)
            except MissingPackageError as missing:
                yield checking.Finding(f"fields.{key}.kind", str(missing))

    def kind_of(self, field: str) -> Kind:
        return self.registry.kinds[self.field(field).kind]

    def field(self, key: str) -> Field:
        """The declared field. Raises UndeclaredError when there is none."""
        return named("field", key, self.manifest.fields)

    def action(self, key: str) -> Action:
        """The declared action. Raises UndeclaredError when there is none."""
        return named("action", key, self.manifest.actions)

    def decide(
        self,
        action: str,
        subject: Subject | None,
        holds: Callable[[str], bool] | None = None,
        *,
        prompted: bool = False,
    ) -> Decision:
        """What `action` still lacks from `subject`, and how it is asked.

        Costs no query beyond the conditions of lacking fields, one where something is lacking while an experiment
        runs on the action, and one where an optional field is. `holds` answers the conditions for somebody who sends
        no request; `prompted` says that the request comes from the action's prompt, which may have an optional step
        left although nothing is missing.
        """
        number = subject.id if subject else None
        held = subject.held | self.ruled_out(subject) if subject else frozenset()
        holds = holds or (lambda name: self.registry.conditions[name](number))
        skipped = self._skipped_by(subject, action)
        reaches = self.reaching(number)
        as_declared = self.experiments.as_declared(action)
        declared = decide(as_declared, held, holds, skipped, prompted=prompted, applies=reaches)
        if not declared.rounds or subject is None or not self.takes_part(subject):
            return declared
        treatment = self.experiments.treatment(action, subject.id, (*declared.missing, *declared.optional))
        if not treatment.variant:
            return declared
        hold = {need.when for need in self.action(action).requires if need.field in declared.declared}
        # conditions may cost a query: none is asked twice
        treated = decide(treatment, held, hold.__contains__, skipped, prompted=prompted, applies=reaches)
        return replace(treated, declared=declared.declared)

    def foresee(self, action: str, subject: Subject) -> Decision:
        """What `action` lacks from somebody who is not asked now, whoever makes the request: nothing is recorded, and
        no variant of an experiment is drawn; one that was drawn before counts."""
        treatment = (
            self.experiments.drawn(action, subject.id) if subject.is_measured else self.experiments.as_declared(action)
        )
        skipped = self._skipped_by(subject, action)
        number = subject.id
        holds = self.registry.conditions
        reaches = self.reaching(number)
        return decide(treatment, subject.held, lambda name: holds[name](number), skipped, applies=reaches)

    def reaching(self, subject_id: int | None) -> Callable[[Requirement], bool]:
        """Tells whether a requirement that comes by stages has reached a person by today, in the zone of the days. One
        statement, where one reaches only who is new."""
        today = self.today()

        @cache
        def arrived() -> date:
            found = select(tables.subject.c.created_at).where(tables.subject.c.id == subject_id)
            moment: datetime | None = self.database.reading().execute(found).scalar()
            return moment.astimezone(self.zone).date() if moment else today

        return lambda need: applies_to(need, subject_id, today, arrived)

    def shares_out(self, action: str) -> bool:
        """Whether the action requires something of a share of people for now, so that one has to be known first."""
        today = self.today()
        return any(shares_out(need, today) for need in self.action(action).requires)

    def today(self) -> date:
        """Today, in the zone of the days."""
        return clock.now().astimezone(self.zone).date()

    def takes_part(self, subject: Subject) -> bool:
        """Whether an experiment may be made with whoever makes this request."""
        return subject.is_measured and measurement.is_measured_request()

    def _skipped_by(self, subject: Subject | None, action: str) -> Callable[[str], bool]:
        """Whether somebody left an optional field of the action empty as it is declared now. One statement, once it
        is asked for. Who has restricted their data is asked for nothing that no action waits for."""
        if subject is None:
            return lambda _field: False
        if subject.restricted:
            return lambda _field: True
        found: dict[str, str] | None = None

        def skipped(field: str) -> bool:
            nonlocal found
            if found is None:
                found = dict(self.skipped.of(subject.id, action))
            return found.get(field) == self._fingerprints[field]

        return skipped

    def ruled_out(self, subject: Subject) -> frozenset[str]:
        """The fields that are not asked of this person, nor taken from them, since they rest on a consent to which the
        person said no. Two statements where there is such a consent, else none."""
        asked = {key: rests for key, rests in self._resting.items() if key in subject.held}
        states = self.consents.states(subject.id) if asked else {}
        refused = [rests for key, rests in asked.items() if states.get(key) not in {"given", "pending"}]
        return frozenset().union(*refused)

    def skip(self, subject_id: int, context: str, fields: Collection[str], prompt_id: int | None = None) -> None:
        """Note that these optional fields were left empty beside others that were answered: they are not asked again
        in this context, an action or a placement, until they are declared otherwise. `prompt_id` is that of the form
        that left them so."""
        if fields:
            self.skipped.note(subject_id, context, {key: self._fingerprints[key] for key in fields})
            self.episodes.skip(subject_id, context, fields, prompt_id)

    def require(self, action: str) -> Subject | None:
        """The subject of this request, read anew in its transaction. Raises Unmet when the action lacks a field.

        For the verb that does an action's work: however it was reached, the manifest holds.
        """
        self.people.refresh()
        subject = self.people.subject()
        decision = self.decide(action, subject)
        if not decision.clear:
            raise Unmet(action, decision.missing)
        return subject

    def due(self, placement: str, subject: Subject, shown: Shown = NOTHING) -> Due | None:
        """The background prompt that `subject` is to see in `placement` now; `shown` is on its page already.

        One statement where the manifest has something to ask there that the subject lacks, else none.
        """
        manifest = self.experiments.placed(placement)
        held = subject.held | self.ruled_out(subject)
        if subject.restricted or not lacking(manifest, placement, held, shown):
            return None
        times = {key: signal.times for key, signal in self.registry.signals.items()}
        history = self.background.history(subject.id)

        def holds(name: str) -> bool:
            return self.registry.conditions[name](subject.id)

        while True:
            found = due(manifest, placement, held, times, history, clock.now(), shown, holds)
            if found is None or self.experiments.shows(found.prompt, subject.id if self.takes_part(subject) else None):
                return found
            others = {key: prompt for key, prompt in manifest.prompts.items() if key != found.prompt.key}
            manifest = manifest.model_copy(update={"prompts": others})

    def signal(self, subject_id: int, key: str) -> None:
        """Note that a signal happened. Raises UndeclaredError when no feature has registered it."""
        self.signals.note(subject_id, named("signal", key, self.registry.signals).key)

    def signal_day(self, subject_id: int, key: str) -> None:
        """Note that a signal happened on this day, which counts once; the subject's first day does not."""
        self.signals.note_day(subject_id, named("signal", key, self.registry.signals).key)

    def guard(self, field: str) -> None:
        """Let only somebody who has proved lately who they are answer a field of a guarded kind. Raises
        ReauthenticationRequired, or Unable where no proof can be had. Jobs and commands, which nobody's request
        starts, go on.
        """
        if self.kind_of(field).guarded and has_request_context():
            guard(self.identity())

    def prove(self, field: str, asking: Asking, value: Any) -> Any:
        """What to store of a value that the kind has parsed. Raises Invalid, Unable or Redirected."""
        self.guard(field)
        self._refuse_without_consent(field, asking.subject_id)
        self.refuse_imitation(field, asking.subject_id, value)
        return self.kind_of(field).prove(self.field(field), asking, value)

    def _refuse_without_consent(self, field: str, subject_id: int) -> None:
        """Raises Invalid for what rests on a consent to which the person said no meanwhile, in another tab, say."""
        asked = [key for key, rests in self._resting.items() if field in rests]
        states = self.consents.states(subject_id) if asked else {}
        for key in asked:
            if states.get(key) == "refused":
                label = gettext(self.field(key).label)
                raise Invalid(
                    {"": gettext("You said no to this, so nothing was stored: %(consent)s.", consent=label)},
                    "refused_consent",
                )

    def refuse_imitation(self, field: str, subject_id: int, value: Any) -> None:
        """Raises Invalid for what could be taken for somebody of the staff, unless one of them gives it."""
        kind = self.kind_of(field)
        if not kind.is_for_staff_alone(self.field(field)):
            return
        reading = self.database.reading()
        staff = {number for chosen in self.registry.staff for number in reading.execute(chosen).scalars()}
        if subject_id in staff:
            return
        others = self.answers.read_many(staff, [field]).values()
        if any(kind.imitates(value, known) for held in others for known in held.values()):
            raise Invalid(
                {"": gettext("This looks like the name of somebody who works for this site. Choose another one.")},
                "reserved",
            )

    def save(self, subject_id: int, field: str, value: Any, origin: Provenance, *, prompted: bool) -> int:
        """Store a value that its kind has parsed and proved; the subject that holds it from now on.

        `prompted` says that a prompt of the context asked for it, which completes that episode. When another
        submission was first, nothing changes. Raises what `guard` raises.
        """
        self.guard(field)
        context = origin.action
        if self._is_written_back(subject_id, field, value, context) or self.answers.give(
            subject_id, field, value, origin
        ):
            self.episodes.saved(subject_id, field, origin.action if prompted else None, origin.prompt_id)
            self._delete_what_rests_on(subject_id, field, value)
            return self.kind_of(field).saved(self.field(field), subject_id, value)
        return subject_id

    def change(self, subject_id: int, field: str, value: Any, origin: Provenance = BY_PERSON) -> int:
        """Store or replace a value, by default from the account page. Raises what `guard` raises."""
        self.guard(field)
        if self._is_written_back(subject_id, field, value, origin.action):
            return self.kind_of(field).saved(self.field(field), subject_id, value)
        moment = clock.now()  # not after the new answer was given, which stays when this is replayed
        if self.answers.read(subject_id, [field]):
            self.answers.change(subject_id, field, value, origin)
            stated = self.kind_of(field).stated(value)
            # another yes is no right, and nothing that would have to hold for ever
            if stated != YES and origin == BY_PERSON:
                self.exercised(CONSENT_WITHDRAWN_ACT if stated else RECTIFIED_ACT, subject_id, field, at=moment)
            self._delete_what_rests_on(subject_id, field, value)
            return self.kind_of(field).saved(self.field(field), subject_id, value)
        return self.save(subject_id, field, value, origin, prompted=False)

    def _is_written_back(self, subject_id: int, field: str, value: Any, context: str) -> bool:
        """Hand the value to the application, where it holds the field itself and has said how to store it. Nothing of
        ours is locked meanwhile: it may write into the same database by a connection of its own."""
        sources = self.answers.sources
        if sources is None or not sources.writes(subject_id, field):
            return False
        self.database.commit_so_far()
        sources.write(subject_id, field, value)
        name = "removed" if value is None else "answered"
        self.events.tell(name, subject_id, context=context, fields=(field,))
        return True

    def resting_on(self, consent: str) -> tuple[str, ...]:
        """The fields that are asked after this consent and rest on consent: what they hold goes with a withdrawal.
        Another consent is none of them, but a yes of its own."""
        return tuple(
            key
            for key, declared in self.manifest.fields.items()
            if consent in declared.after
            and self.manifest.purposes[declared.purpose].basis == "consent"
            and not isinstance(self.kind_of(key), Consent)
        )

    def _delete_what_rests_on(self, subject_id: int, field: str, value: Any) -> None:
        """Delete what only a yes to this consent allowed to be held, where `value` is a no (Art. 17(1)(b) GDPR)."""
        if self.kind_of(field).stated(value) not in {"", YES}:
            for other in self.resting_on(field):
                self.remove(subject_id, other, context=WITHDRAWAL)

    def remove(self, subject_id: int, field: str, *, context: str = "settings") -> None:
        """Remove an answer, and those that were asked only after it (a proof without its address). `context` is where
        that was decided, or WITHDRAWAL where the consent that it rested on was withdrawn."""
        for other in self.manifest.fields.values():
            if field in other.after:
                self.remove(subject_id, other.key, context=context)
        if self._is_written_back(subject_id, field, None, context) or self.answers.remove(subject_id, field, context):
            self.exercised(REMOVED_ACT, subject_id, field)
            self.kind_of(field).removed(self.field(field), subject_id)

    def take_down(self, subject_id: int, publication: str, name: str) -> None:
        """Take down what a subject has public; nothing where it has no such thing. Raises UndeclaredError where no
        feature registered the sort."""
        sort = named("sort of publication", publication, self.registry.publications)
        published_at = dict(sort.items(subject_id)).get(name)
        if published_at is not None:
            sort.take_down(subject_id, name)
            self.exercised(TAKEN_DOWN_ACT, subject_id, publication, name, published_at=published_at)

    def exercised(
        self,
        act: str,
        subject_id: int,
        what: str = "",
        item: str = "",
        *,
        at: datetime | None = None,
        published_at: datetime | None = None,
    ) -> None:
        """Tell whoever listens that somebody has exercised a right, see `RightAct`; in the act's own transaction."""
        for heard in self.registry.right_listeners:
            heard(RightAct(act, subject_id, at or clock.now(), what, item, published_at))

    def consented(self, subject_id: int, field: str) -> bool:
        """Whether the person consents to `field` at this moment. Whatever acts on a consent asks in its transaction.

        A yes to other terms than today's is none, nor is one whose proof is not there yet. A restricted person's yes
        is kept, and not used.
        """
        return self.consents.counts(subject_id, field)

    def seal(self, subject_id: int | None, label: str, text: str) -> bytes:
        """`text` under the subject's own key, the application's for None, for a record that a feature keeps.

        `label` names the record and what it is of it; in another row, or of another person, it does not open.
        """
        return self.keyring.seal(subject_id, record(label), text.encode())

    def open(self, subject_id: int | None, sealed: Mapping[str, bytes]) -> dict[str, str]:
        """What `seal` has sealed, by label. One statement, none for nothing. Raises Sealed."""
        if not sealed:
            return {}
        opened = self.keyring.opener(self.keyring.wrapped(subject_id), subject_id)
        return {label: opened(record(label), content).decode() for label, content in sealed.items()}


def current_engine() -> Engine:
    """The engine of the current application. Raises ConfigurationError where Asklater is not installed in it."""
    engine: Engine = installed("asklater.engine")
    return engine
