"""What an action requires and its code was never seen to read."""

from pathlib import Path

import pytest

from asklater.checks.manifest import shape
from asklater.checks.reads import LEAST_RUNS, unread
from asklater.privacy.minimisation import lint_minimisation
from asklater.records.reads import ObservedReads, SeenAction, load_reads
from tests.support.declared import a_document

NEEDS = "actions.publish.requires"


def keys(seen: dict[str, SeenAction], *requires: object) -> list[str]:
    document = a_document()
    if requires:
        document["actions"]["publish"]["requires"] = list(requires)
    found = list(unread(shape(document), seen))
    assert all(finding.warning for finding in found)
    return [finding.key for finding in found]


def read(*fields: str, runs: int = LEAST_RUNS) -> dict[str, SeenAction]:
    return {"publish": SeenAction(runs, frozenset(fields))}


def test_what_is_never_read_is_found() -> None:
    assert keys(read("email", "display_name", "picture")) == []
    assert keys(read("email", "display_name")) == [f"{NEEDS}.2"]
    assert keys({}) == []


def test_of_few_runs_nothing_is_said() -> None:
    assert keys(read(runs=LEAST_RUNS - 1)) == []


def test_what_is_optional_or_read_later_need_not_be_read() -> None:
    optional, later = {"field": "picture", "optional": True}, {"field": "email", "read_later": "support"}
    assert keys(read("display_name"), later, "display_name", optional) == []


def test_a_proof_and_what_it_proves_are_used_by_being_there() -> None:
    seen = {"export": SeenAction(LEAST_RUNS, frozenset())}
    assert keys(seen) == []


def test_reads_are_those_of_the_action_that_runs(tmp_path: Path) -> None:
    reads = ObservedReads()
    reads.note(["email"])  # no action runs
    with reads.running("publish"):
        reads.note(["display_name"])
        with reads.running("export"):
            reads.note(["picture"])
        reads.note(["address"])
    reads.ran("publish")
    assert reads.seen() == {"publish": SeenAction(1, frozenset({"display_name", "address"}))}
    reads.save(tmp_path / "reads.json")
    assert load_reads(tmp_path / "reads.json") == reads.seen()


@pytest.mark.parametrize("text", ["", "[]", '{"publish": {}}', '{"publish": {"runs": "x", "fields": []}}'])
def test_another_file_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "reads.json").write_text(text, "utf-8")
    with pytest.raises(ValueError, match="holds no observed reads"):
        load_reads(tmp_path / "reads.json")


def test_what_the_action_copes_without_is_optional_or_put_off() -> None:
    document = a_document()
    document["actions"]["publish"]["requires"] = ["email", "display_name", {"field": "picture", "can_wait": True}]
    assert [it.key for it in lint_minimisation(shape(document))] == [f"{NEEDS}.2.can_wait"]
    document["actions"]["publish"]["requires"][2]["optional"] = True
    assert lint_minimisation(shape(document)) == []
