"""The form of a manifest: what is read, and what stops the start with its key named."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from asklater.checks.manifest import ManifestError, check, read, shape
from asklater.manifest.declarations import SIGN_UP, Manifest

TODAY = date(2026, 6, 1)


def findings_of(document):
    with pytest.raises(ManifestError) as caught:
        shape(document)
    return {finding.key: finding.message for finding in caught.value.findings}


def test_a_valid_document_becomes_declarations(document):
    manifest = shape(document())
    assert manifest.fields["nickname"].key == "nickname"
    assert [need.field for need in manifest.actions["post"].requires] == ["email", "nickname"]
    assert manifest.actions["browse"].requires == ()
    assert manifest.window == timedelta(days=1)


def test_the_sign_up_form_is_an_action(document):
    signup = shape(document()).actions[SIGN_UP]
    assert [need.field for need in signup.requires] == ["email"]
    assert signup.label == "Continue with email"


@pytest.mark.parametrize(
    ("path", "value", "key", "message"),
    [
        (("colour",), "red", "colour", "no such key"),
        (("format",), 2, "format", "install a newer one for format 2"),
        (("format",), 0, "format", "greater than or equal to 1"),
        (("format",), "1", "format", "integer"),
        (("fields", "email", "colour"), "red", "fields.email.colour", "no such key"),
        (("fields", "email", "key"), "other", "fields.email.key", "no such key"),
        (("actions", "post", "ask"), "never", "actions.post.ask", "together"),
        (("actions", "post", "requires"), "email", "actions.post.requires", "tuple"),
        (("actions", "post", "requires"), [{"when": "x"}], "actions.post.requires.0.field", "is missing"),
        (("purposes", "account", "basis"), "because", "purposes.account.basis", "contract"),
        (("fields", "email", "retention"), "two years", "fields.email.retention", "ISO 8601"),
        (("fields", "email", "retention"), 24, "fields.email.retention", "in quotes"),
        (("fields", "email", "retention"), "PT0S", "fields.email.retention", "longer than nothing"),
        (("fields", "email", "retention"), "P101Y", "fields.email.retention", "a hundred years"),
        (("fields", "email", "retention"), "P0.5Y", "fields.email.retention", "ISO 8601"),
        (("fields", "email", "retention"), "P99999999999Y", "fields.email.retention", "ISO 8601"),
        (("fields", "email", "readers"), [], "fields.email.readers", "at least 1"),
        (("fields", "email", "label"), "", "fields.email.label", "at least 1"),
        (("fields", "email", "sensitivity"), "secret", "fields.email.sensitivity", "sensitive"),
        (("signup", "fields"), [], "signup.fields", "at least 1"),
        (("analytics",), {"window": "soon"}, "analytics.window", "ISO 8601"),
        (("controller",), {"name": "A shop"}, "controller.contact", "is missing"),
        (("fields",), ["email"], "fields", "table of tables"),
        (("actions",), {"post": 1}, "actions", "table of tables"),
        (("actions", "sign_up"), {"label": "Join", "requires": []}, "actions.sign_up", "[signup]"),
    ],
)
def test_each_fault_of_form_is_found_by_its_key(document, path, value, key, message):
    changed = document()
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    found = findings_of(changed)
    assert message in found[key]


@pytest.mark.parametrize("key", ["Email", "2nd", "e-mail", "", "a" * 41, "a.b", "é"])
def test_a_name_is_lower_case_and_plain(document, key):
    changed = document()
    changed["fields"][key] = changed["fields"]["nickname"]
    assert any(found.startswith("fields.") and found.endswith(".key") for found in findings_of(changed))


@pytest.mark.parametrize("lacking", ["kind", "label", "reason", "purpose", "retention", "readers", "sensitivity"])
def test_a_field_without_its_footing_is_refused(document, lacking):
    changed = document()
    del changed["fields"]["email"][lacking]
    assert findings_of(changed) == {f"fields.email.{lacking}": "is missing"}


def test_an_action_that_needs_nothing_says_so(document):
    changed = document()
    del changed["actions"]["browse"]["requires"]
    assert findings_of(changed) == {"actions.browse.requires": "is missing"}


def test_all_findings_come_at_once_and_sorted(document):
    changed = document()
    changed["zeal"] = 1
    del changed["controller"]["name"]
    changed["fields"]["email"]["retention"] = "soon"
    with pytest.raises(ManifestError) as caught:
        shape(changed)
    keys = [finding.key for finding in caught.value.findings]
    assert keys == ["controller.name", "fields.email.retention", "zeal"]
    assert all(f"  {key}: " in str(caught.value) for key in keys)


def test_the_document_is_left_as_it_was(document):
    given_document = document()
    shape(given_document)
    assert given_document == document()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[controller", "is not TOML"),
        (b"a = 1\na = 2", "is not TOML"),
        (b'label = "\xff"', "cannot be read"),
        (b"number = " + b"9" * 5_000, "is not TOML"),
        (b"deep = " + b"[" * 5_000 + b"]" * 5_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_toml(tmp_path, content, message):
    file = tmp_path / "manifest.toml"
    file.write_bytes(content)
    with pytest.raises(ManifestError, match=message) as caught:
        read(file)
    assert caught.value.findings[0].key == "manifest.toml"


@pytest.mark.parametrize("name", [".", "missing.toml"])
def test_a_file_that_cannot_be_read(tmp_path, name):
    with pytest.raises(ManifestError, match="cannot be read"):
        read(tmp_path / name)


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.characters(categories=["Cs"])
)
WORDS = (
    *("controller", "purposes", "fields", "actions", "signup", "analytics", "key", "kind", "label", "reason", "after"),
    *("purpose", "retention", "readers", "settings", "sensitivity", "requires", "field", "when", "ask", "basis"),
    *("justification", "review_by", "window", "goal", "name", "contact", "options"),
)
NAMES = st.sampled_from(WORDS) | st.text(max_size=6)
VALUES = SCALARS | st.sampled_from(["email", "account", "text", "contract", "P1Y", "personal", "one_by_one", "choice"])
JSON = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


def _tables(node, path=()):
    """The paths of all tables and lists of a document."""
    if isinstance(node, (dict, list)):
        yield path
        for step in node if isinstance(node, dict) else range(len(node)):
            yield from _tables(node[step], (*path, step))


@pytest.mark.thorough
@settings(max_examples=200)
@given(data=st.data())
def test_any_document_is_a_manifest_or_has_findings(data, document, kinds):
    """Whatever is put anywhere into a valid document: never another exception, neither here nor in the check."""
    changed = document()
    for _ in range(data.draw(st.integers(1, 3))):
        place = changed
        for step in data.draw(st.sampled_from(sorted(_tables(changed), key=repr))):
            place = place[step]
        known = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        step = data.draw(st.sampled_from(known) if known else st.just("extra"))
        if isinstance(place, dict):
            place[data.draw(st.just(step) | NAMES)] = data.draw(JSON)
        elif known:
            place[step] = data.draw(JSON)
    _shapes_or_finds(changed, kinds)


@pytest.mark.thorough
@settings(max_examples=60)
@given(wild=st.dictionaries(NAMES, JSON, max_size=6))
def test_a_document_of_nothing_valid_has_findings(wild, kinds):
    _shapes_or_finds(wild, kinds)


@pytest.mark.thorough
@settings(max_examples=100)
@given(duration=st.from_regex(r"-?P[0-9.,]{0,12}[YMWD]?(T[0-9.,]{0,8}[HMS]?)?", fullmatch=True))
def test_any_duration_is_taken_or_found(duration, document, kinds):
    changed = document()
    changed["fields"]["email"]["retention"] = duration
    _shapes_or_finds(changed, kinds)


def _shapes_or_finds(document, kinds):
    try:
        manifest = shape(document)
    except ManifestError as error:
        found = list(error.findings)
        assert found
    else:
        assert isinstance(manifest, Manifest)
        found = check(manifest, kinds, frozenset(), TODAY)
    assert found == sorted(found)
