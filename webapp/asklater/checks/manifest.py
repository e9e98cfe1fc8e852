"""Reading a manifest and finding everything that is wrong with it, at once."""

import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import isodate
from pydantic import ValidationError

from asklater.checks import consents, reasons, safeguards, segments
from asklater.checks.experiments import faults
from asklater.checks.lines import line_of, lines_of
from asklater.kinds.base import Kind
from asklater.manifest.declarations import SIGN_UP, Action, Field, Manifest, Requirement, SignupField, span

Effects = Mapping[str, Collection[str]]
"""What an application shows differently by the answer to a field, by its name: the fields that it depends on."""
NO_EFFECTS: Effects = MappingProxyType({})
Declared = TypeVar("Declared")
A_DAY = timedelta(days=1)
LONGEST_WINDOW = timedelta(days=366)
"""Times are kept for no longer: of a longer window the figures would be wrong."""
JUSTIFIED_BY = (
    "one of needed_next (the action that comes next and requires it), required_by_law (the law) or changes (what is "
    "shown next)"
)
USEFUL_IS_NO_REASON = f"A sign-up field is justified by {JUSTIFIED_BY}; that it would be useful is no justification"
RESERVED = frozenset({SIGN_UP, "settings", "import"})
SECTIONS = ("recipients", "purposes", "fields", "actions", "prompts", "experiments", "records")
"""The tables of tables: each declaration is called by its own table's name."""


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend: the dotted key that it is about, and a sentence. A warning does not stop the start. `line` is
    where the key stands in its file, or would have to; 0 where nobody knows."""

    key: str
    message: str
    warning: bool = False
    line: int = 0

    def __str__(self) -> str:
        return f"{f'line {self.line}: ' if self.line else ''}{self.key}: {self.message}"


class ManifestError(Exception):
    """The manifest cannot be used; `findings` lists every reason, sorted by key."""

    def __init__(self, findings: Collection[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("The manifest has findings:\n" + "\n".join(f"  {f}" for f in self.findings))


class UndeclaredError(LookupError):
    """A name was used that nobody has declared; the message says which one may have been meant."""


def named(what: str, name: str, known: Mapping[str, Declared]) -> Declared:
    """What is `known` by that name; `what` it is, such as "action". Raises UndeclaredError."""
    try:
        return known[name]
    except KeyError:
        raise UndeclaredError(f"no {what} is called {name!r}{did_you_mean(name, known)}") from None


def did_you_mean(typed: str, known: Collection[str]) -> str:
    """ ": did you mean 'checkout'?", or "" where nothing is like what was typed."""
    near = get_close_matches(str(typed), known, 1)
    return f": did you mean {near[0]!r}?" if near else ""


def read(path: Path) -> Manifest:
    """Read and shape the file. Raises ManifestError with every finding about its form."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ManifestError([Finding(path.name, f"cannot be read as UTF-8: save it so ({error})")]) from error
    except OSError as error:
        told = f"cannot be read ({error.strerror}): MANIFEST has to name the file of declarations, not {path}"
        raise ManifestError([Finding(path.name, told)]) from error
    return parse(text, path.name)


def parse(text: str, name: str) -> Manifest:
    """Read and shape a file's text; `name` is what findings about all of it call it. Raises ManifestError."""
    try:
        document = tomllib.loads(text)
    except ValueError as error:  # a TOMLDecodeError, or a number of more digits than Python reads
        raise ManifestError([Finding(name, f"is not TOML: {error}")]) from error
    except RecursionError as error:
        raise ManifestError([Finding(name, "is nested too deeply")]) from error
    try:
        return shape(document)
    except ManifestError as error:
        raise ManifestError(located(error.findings, text)) from error


def located(findings: Iterable[Finding], text: str) -> list[Finding]:
    """The findings about a manifest with their lines in its text."""
    lines = lines_of(text)
    return [replace(finding, line=line_of(finding.key, lines)) for finding in findings]


def shape(document: Mapping[str, Any]) -> Manifest:
    """A parsed TOML document as a Manifest. Raises ManifestError when a key is unknown, missing or mistyped."""
    try:
        return _shaped(document)
    except RecursionError as error:
        raise ManifestError([Finding("document", "is nested too deeply")]) from error


def _shaped(document: Mapping[str, Any]) -> Manifest:
    prepared = dict(document)
    findings = [
        Finding(section, "must be a table of tables")
        for section in SECTIONS
        if not _is_table_of_tables(prepared.get(section, {}))
    ]
    findings += _own_keys(prepared)
    if findings:
        raise ManifestError(findings)
    for section in SECTIONS:
        prepared[section] = _with_keys(prepared.get(section, {}))
    for experiment in prepared["experiments"].values():
        if _is_table_of_tables(experiment.get("variants")):
            experiment["variants"] = _with_keys(experiment["variants"])
    told_apart = prepared.get("segments")
    if isinstance(told_apart, dict) and _is_table_of_tables(told_apart.get("by")):
        prepared["segments"] = {**told_apart, "by": _with_keys(told_apart["by"])}
    for action in prepared["actions"].values():
        if isinstance(action.get("requires"), list):
            action["requires"] = [_spelled_out(need) for need in action["requires"]]
    signup = prepared.get("signup")
    if isinstance(signup, dict) and isinstance(signup.get("fields"), list):
        prepared["signup"] = {**signup, "fields": [_spelled_out(need) for need in signup["fields"]]}
    try:
        return _with_sign_up(Manifest.model_validate(_tuples(prepared)))
    except ValidationError as error:
        raise ManifestError([_finding(entry) for entry in error.errors()]) from error


def check(
    manifest: Manifest,
    kinds: Mapping[str, Kind],
    conditions: Collection[str],
    today: date,
    served: Collection[str] = (),
    effects: Effects = NO_EFFECTS,
) -> list[Finding]:
    """Everything that does not hang together, sorted by key.

    `served` are purposes that need no field: records of the application serve them. `effects` are what it shows
    differently by the answer to a field.
    """
    rules: tuple[Callable[[], Iterator[Finding]], ...] = (
        lambda: _fields(manifest, kinds),
        lambda: _recipients(manifest),
        lambda: _actions(manifest, conditions),
        lambda: _optional(manifest, kinds),
        lambda: _consents(manifest),
        lambda: (Finding(key, message) for key, message in consents.mistakes(manifest)),
        lambda: (Finding(key, message, warning=True) for key, message in consents.unconfirmed(manifest)),
        lambda: (Finding(key, message) for key, message in safeguards.mistakes(manifest)),
        lambda: _signup(manifest, today, effects),
        lambda: _unused(manifest, served),
        lambda: _analytics(manifest),
        lambda: (Finding(key, message) for key, message in segments.mistakes(manifest)),
        lambda: _dormancy(manifest),
        lambda: (Finding(key, message) for key, message in faults(manifest)),
        lambda: (Finding(key, message) for key, message in reasons.mistakes(manifest)),
        lambda: (Finding(key, message, warning=True) for key, message in reasons.unasked(manifest, kinds)),
    )
    return sorted(finding for rule in rules for finding in rule())


def _fields(manifest: Manifest, kinds: Mapping[str, Kind]) -> Iterator[Finding]:
    for key, declared in manifest.fields.items():
        if declared.purpose not in manifest.purposes:
            yield Finding(f"fields.{key}.purpose", f"no purpose is called {declared.purpose!r}")
        for other in declared.after:
            if other not in manifest.fields:
                yield Finding(f"fields.{key}.after", f"no field is called {other!r}")
        if key in _ancestors(manifest, key):
            yield Finding(f"fields.{key}.after", "the field waits for itself")
        kind = kinds.get(declared.kind)
        if kind is None:
            known = ", ".join(sorted(kinds))
            yield Finding(f"fields.{key}.kind", f"no kind is called {declared.kind!r}; there are {known}")
        else:
            for message in (*kind.check(declared), *_beginning(manifest, declared, kind)):
                yield Finding(f"fields.{key}", message)
            why = only_suggested(manifest, declared, kind) if declared.imported == "answer" else ""
            if why:
                yield Finding(f"fields.{key}.imported", f"{why}: an import brings no answer to it")
        yield from _former_keys(manifest, declared)
        if not declared.if_wrong.strip():
            yield Finding(f"fields.{key}.if_wrong", "say what happens when somebody enters junk", warning=True)


def _former_keys(manifest: Manifest, declared: Field) -> Iterator[Finding]:
    """What is wrong with the keys that a field had before."""
    where = f"fields.{declared.key}.was"
    for former in declared.was:
        others = [key for key, other in manifest.fields.items() if former in other.was and key != declared.key]
        if former in manifest.fields:
            yield Finding(where, f"{former!r} is still declared: a field that was renamed has one key")
        elif others or declared.was.count(former) > 1:
            claimed = ", ".join(map(repr, others)) or "itself, again,"
            yield Finding(where, f"{former!r} is what {claimed} was: what is held of it can become one field's only")


def _beginning(manifest: Manifest, declared: Field, kind: Kind) -> Iterator[str]:
    """What is wrong with the field whose answer fills in part of this one's form."""
    other = manifest.fields.get(kind.begins_from(declared))
    if kind.begins_from(declared) and other is None:
        yield f"settings: no field is called {kind.begins_from(declared)!r}"
    elif other is not None and other.purpose != declared.purpose:
        yield f"settings: {other.key!r} is held for another purpose, and must not fill in this one"


def only_suggested(manifest: Manifest, declared: Field, kind: Kind) -> str:
    """Why no import can bring an answer to the field, "" where one can: what opens an account is proved here, and what
    rests on consent, or is one, waits for its person."""
    if kind.guarded:
        return "what could open an account is proved here"
    purpose = manifest.purposes.get(declared.purpose)
    rests = declared.kind == "consent" or (purpose is not None and purpose.basis == "consent")
    return "it rests on consent, which its person gives here" if rests else ""


def _ancestors(manifest: Manifest, key: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(manifest.fields[key].after)
    while waiting:
        other = waiting.pop()
        if other not in seen and other in manifest.fields:
            seen.add(other)
            waiting.extend(manifest.fields[other].after)
    return seen


def _actions(manifest: Manifest, conditions: Collection[str]) -> Iterator[Finding]:
    for key, action in manifest.actions.items():
        if key in RESERVED and key != SIGN_UP:
            yield Finding(f"actions.{key}", "this name is the engine's own; choose another")
        asked = Counter(need.field for need in action.requires)
        for place, need in enumerate(action.requires):
            where = f"actions.{key}.requires.{place}"
            if need.field not in manifest.fields:
                yield Finding(f"{where}.field", f"no field is called {need.field!r}")
                continue
            if asked[need.field] > 1:
                yield Finding(f"{where}.field", f"{need.field!r} is required twice")
            if need.when is not None and need.when not in conditions:
                yield Finding(f"{where}.when", f"no condition is called {need.when!r}")
            for other in manifest.fields[need.field].after:
                if other not in asked:
                    yield Finding(f"{where}.field", f"{need.field!r} is asked after {other!r}: require it too")
            for message in _stages(action, need, manifest.fields[need.field]):
                yield Finding(f"{where}.applies", message)


def _stages(action: Action, need: Requirement, declared: Field) -> Iterator[str]:
    """What is wrong with the stages by which a requirement comes."""
    for before in action.requires:
        if before.field in declared.after and before.applies not in {(), need.applies}:
            yield f"{need.field!r} is asked after {before.field!r}, which comes by other stages: give both the same"
    for earlier, later in pairwise(need.applies):
        if later.start <= earlier.start:
            yield f"the stage from {later.start} stands behind the one from {earlier.start}: put them in their order"
    reached = 0.0
    for stage in need.applies:
        if stage.share <= reached:
            yield f"the stage from {stage.start} reaches nobody whom an earlier one does not: leave it out"
        if stage.to == "everybody":
            reached = max(reached, stage.share)


def _optional(manifest: Manifest, kinds: Mapping[str, Kind]) -> Iterator[Finding]:
    """An optional field must cost nothing before somebody chooses to answer it, and nothing may wait for it."""
    for key, action in manifest.actions.items():
        optional = {need.field for need in action.requires if need.optional}
        for place, need in enumerate(action.requires):
            declared, where = manifest.fields.get(need.field), f"actions.{key}.requires.{place}"
            if declared is None:
                continue
            for other in declared.after if not need.optional else ():
                if other in optional:
                    message = f"{need.field!r} is asked after {other!r}, which is optional: require both, or neither"
                    yield Finding(f"{where}.field", message)
            kind = kinds.get(declared.kind)
            if need.optional and kind is not None and (kind.guarded or reaches_outside(kind)):
                message = f"asking for {need.field!r} sends something or demands a proof, which no optional field does"
                yield Finding(f"{where}.optional", message)
        if optional and len(optional) == len(action.requires) and key != SIGN_UP:
            yield Finding(
                f"actions.{key}.requires", "all of it is optional, so it is never asked for: require one field"
            )


def reaches_outside(kind: Kind) -> bool:
    """Whether showing the field already does something: a code is sent before a proof can be asked for."""
    return type(kind).prepare is not Kind.prepare


def _consents(manifest: Manifest) -> Iterator[Finding]:
    """What a gate demands is not freely given: consent is never a gate's basis (GDPR Art. 7(4))."""
    for key, action in manifest.actions.items():
        for place, need in enumerate(action.requires):
            declared = manifest.fields.get(need.field)
            purpose = manifest.purposes.get(declared.purpose) if declared else None
            if declared and (declared.kind == "consent" or (purpose and purpose.basis == "consent")):
                yield Finding(
                    f"actions.{key}.requires.{place}.field",
                    f"{need.field!r} rests on consent, which no action may demand",
                )


def _signup(manifest: Manifest, today: date, effects: Effects) -> Iterator[Finding]:
    reviewed = manifest.signup.reviewed
    if reviewed is not None and reviewed > today + A_DAY:  # somewhere it is tomorrow already
        yield Finding("signup.reviewed", f"{reviewed} is still to come: give the day of the last review")
    for place, asked in enumerate(manifest.signup.fields):
        where = f"signup.fields.{place}"
        if asked.field not in manifest.fields:
            continue  # named already by the implied action's own check
        for waits in ("optional", "can_wait"):
            if place == 0 and getattr(asked, waits):
                yield Finding(f"{where}.{waits}", f"without {asked.field!r} nobody signs up, so it has to be asked")
        if place > 0 and not asked.justifications:
            yield Finding(where, f"say why {asked.field!r} cannot wait until it is needed, by {JUSTIFIED_BY}")
        if len(asked.justifications) > 1:
            given = ", ".join(asked.justifications)
            yield Finding(where, f"give the one justification that holds for {asked.field!r}, not several ({given})")
        yield from _justifications(manifest, asked, where, effects)
        if place > 0 and not manifest.signup_owner(asked):
            yield Finding(f"{where}.owner", f"say who answers for {asked.field!r} at sign-up")
        if asked.review_by is not None and asked.review_by < today:
            yield Finding(f"{where}.review_by", f"the review was due on {asked.review_by}", warning=True)


def _justifications(manifest: Manifest, asked: SignupField, where: str, effects: Effects) -> Iterator[Finding]:
    """What does not prove that `asked` is needed at sign-up; its field is declared."""
    if asked.needed_next is not None:
        following = manifest.actions.get(asked.needed_next) if asked.needed_next != SIGN_UP else None
        if following is None:
            yield Finding(f"{where}.needed_next", f"no action is called {asked.needed_next!r}. {USEFUL_IS_NO_REASON}")
        elif asked.field not in {need.field for need in following.requires}:
            yield Finding(f"{where}.needed_next", f"{asked.needed_next!r} does not require {asked.field!r}")
    if asked.required_by_law is not None:
        purpose = manifest.purposes.get(manifest.fields[asked.field].purpose)
        if purpose is not None and purpose.basis != "legal_obligation":
            yield Finding(
                f"{where}.required_by_law",
                f"the purpose of {asked.field!r} rests on {purpose.basis!r}; what a law demands rests on "
                f"'legal_obligation'. {USEFUL_IS_NO_REASON}",
            )
        if asked.optional:
            yield Finding(f"{where}.optional", "what a law demands cannot be left empty")
    if asked.changes is not None and asked.field not in effects.get(asked.changes, ()):
        known = ", ".join(repr(name) for name, fields in effects.items() if asked.field in fields) or "nothing"
        yield Finding(
            f"{where}.changes",
            f"the application registers no {asked.changes!r} that {asked.field!r} changes, but {known} "
            f"(registry.register_effect). {USEFUL_IS_NO_REASON}",
        )


def _unused(manifest: Manifest, served: Collection[str]) -> Iterator[Finding]:
    used = {need.field for action in manifest.actions.values() for need in action.requires}
    asked = {field for prompt in manifest.prompts.values() for field in prompt.fields}
    for key in manifest.fields.keys() - used - asked:
        yield Finding(f"fields.{key}", "no action, no prompt and no sign-up needs it: do not hold it")
    purposes = {declared.purpose for declared in manifest.fields.values()}
    if manifest.segments:
        purposes.add(manifest.segments.purpose)
    for key in manifest.purposes.keys() - purposes - set(served):
        yield Finding(f"purposes.{key}", "no field and no record serves it")


def _recipients(manifest: Manifest) -> Iterator[Finding]:
    named = {name for purpose in manifest.purposes.values() for name in purpose.recipients}
    named |= {name for field in manifest.fields.values() for name in field.recipients or ()}
    for key, declared in manifest.recipients.items():
        if key not in named:
            yield Finding(f"recipients.{key}", "no purpose and no field lists it among its recipients")
        for part, what in (("place", "say where it is"), ("services", "say what it does for you")):
            if declared.role == "processor" and not getattr(declared, part).strip():
                yield Finding(f"recipients.{key}.{part}", f"it is a processor: {what} (Art. 28(3))")


def _analytics(manifest: Manifest) -> Iterator[Finding]:
    if manifest.window > LONGEST_WINDOW:
        yield Finding("analytics.window", "at most 366 days: longer times are not kept")
    goal = manifest.analytics.goal
    if goal is not None and goal not in manifest.actions:
        yield Finding("analytics.goal", f"no action is called {goal!r}")


def _dormancy(manifest: Manifest) -> Iterator[Finding]:
    declared, day = manifest.dormancy, date(2026, 1, 1)
    accounts, warning = (span(isodate.parse_duration(it), day) for it in (declared.accounts, declared.warning))
    if warning >= accounts:
        yield Finding("dormancy.warning", "must be shorter than the time after which accounts go")


def _with_sign_up(manifest: Manifest) -> Manifest:
    """The sign-up form is an action like any other, so it is asked, measured and checked alike."""
    if SIGN_UP in manifest.actions:
        raise ManifestError([Finding(f"actions.{SIGN_UP}", "declare it as [signup]")])
    form = manifest.signup
    if not form.fields:
        return manifest
    implied = Action(
        key=SIGN_UP,
        label=form.label,
        reason=form.reason,
        requires=tuple(
            Requirement(field=asked.field, optional=asked.optional, can_wait=asked.can_wait) for asked in form.fields
        ),
    )
    return manifest.model_copy(update={"actions": {**manifest.actions, SIGN_UP: implied}})


def _own_keys(document: Mapping[str, Any]) -> list[Finding]:
    """A declaration is called by its table's name; a `key` inside would call it otherwise."""
    return [
        Finding(f"{section}.{name}.key", "no such key")
        for section in SECTIONS
        if _is_table_of_tables(document.get(section, {}))
        for name, table in document.get(section, {}).items()
        if "key" in table
    ]


def _with_keys(section: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {key: {"key": key, **table} for key, table in section.items()}


def _spelled_out(need: object) -> object:
    return {"field": need} if isinstance(need, str) else need


def _is_table_of_tables(section: object) -> bool:
    return isinstance(section, dict) and all(isinstance(table, dict) for table in section.values())


def _tuples(value: Any) -> Any:
    """TOML arrays as tuples: the declarations are frozen, and strict."""
    if isinstance(value, dict):
        return {key: _tuples(entry) for key, entry in value.items()}
    return tuple(_tuples(entry) for entry in value) if isinstance(value, list) else value


def _finding(entry: Any) -> Finding:
    message = {"extra_forbidden": "no such key", "missing": "is missing"}.get(entry["type"], entry["msg"])
    if entry["type"] == "extra_forbidden" and entry["loc"][:2] == ("signup", "fields"):
        message = f"{message}. {USEFUL_IS_NO_REASON}"
    return Finding(".".join(str(part) for part in entry["loc"]), message.removeprefix("Value error, "))
