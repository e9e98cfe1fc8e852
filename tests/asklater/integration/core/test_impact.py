"""How many accounts a change of the manifest would stop: counted over those who hold what the action needs now."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from asklater import clock
from asklater.engine import Engine
from asklater.manifest.diff import ManifestDiff, NewNeed
from asklater.records.answers import Provenance
from asklater.records.impact import ImpactQueries, Stopped
from asklater.records.people import record_arrival
from asklater.tables import subject
from tests.support.paths import ROOT
from tests.support.people import settle

MANIFEST = ROOT / "tests" / "support" / "manifest.toml"


@pytest.fixture
def engine(workshop: Flask) -> Engine:
    """Three accounts (all with an address, one with a name too, one with name and picture), staff and a visitor."""
    found: Engine = workshop.extensions["asklater.engine"]
    held: dict[str, tuple[str, ...]] = {"a": (), "b": ("display_name",), "c": ("display_name", "picture")}
    numbers = {name: settle(workshop, f"{name}@x.example") for name in held}
    staff = settle(workshop, "staff@x.example", "pm")
    with found.database.unit_of_work():
        record_arrival(found.database)
        signed_up = update(subject).where(subject.c.id.in_([*numbers.values(), staff]))
        found.database.writing().execute(signed_up.values(signed_up_at=clock.now()))
        for name, fields in held.items():
            for field in fields:
                found.answers.give(numbers[name], field, b"x" if field == "picture" else "Ada", Provenance("import"))
    return found


def stopped(engine: Engine, *needs: NewNeed) -> list[Stopped]:
    comparison = ManifestDiff(needs, (), (), (), (), ())
    return list(ImpactQueries(engine.database, engine.registry.uncounted).impact(comparison).stopped)


def test_those_are_counted_whom_the_action_lets_through_now(engine: Engine) -> None:
    assert stopped(engine, NewNeed("export", "display_name", None, ("email",))) == [
        Stopped("export", "display_name", None, 1, 3)
    ]
    assert stopped(engine, NewNeed("publish", "picture", None, ("display_name", "email"))) == [
        Stopped("publish", "picture", None, 1, 2)
    ]


def test_with_several_fields_those_who_lack_any_are_counted_once(engine: Engine) -> None:
    both = [NewNeed("look", field, None, ()) for field in ("display_name", "picture")]
    assert [(row.field, row.accounts, row.clear_now) for row in stopped(engine, *both)] == [
        ("display_name", 1, 3),
        ("picture", 2, 3),
        ("", 2, 3),
    ]


def test_who_holds_what_is_not_needed_any_more(engine: Engine) -> None:
    comparison = ManifestDiff((), (), (), ("display_name",), ("picture",), ())
    impact = ImpactQueries(engine.database, engine.registry.uncounted).impact(comparison)
    assert (impact.accounts, impact.holders) == (3, (("display_name", 2), ("picture", 1)))


def manifest_of(folder: Path, name: str, exports: str) -> Path:
    """A manifest with one action, which requires `exports`."""
    fields = "".join(
        f"""
        [fields.{key}]
        kind = "{kind}"
        label = "{key}"
        reason = "So that it can be tested."
        purpose = "account"
        retention = "P24M"
        readers = ["owner"]
        sensitivity = "personal"
        """
        for key, kind in (("email", "email"), ("display_name", "text"), ("picture", "image"))
    )
    path = folder / name
    path.write_text(f"""
        [controller]
        name = "A workshop"
        contact = "privacy@workshop.example"
        [signup]
        fields = ["email"]
        [purposes.account]
        label = "Keeping your account"
        basis = "contract"
        {fields}
        [actions.export]
        label = "Export"
        requires = {exports}
        """)
    return path


def compared(app: Flask, old: Path, new: Path) -> str:
    return str(app.test_cli_runner().invoke(args=["asklater", "manifest", "compare", str(old), str(new)]).output)


def test_the_command_says_it_in_sentences(engine: Engine, workshop: Flask, tmp_path: Path) -> None:
    old = manifest_of(tmp_path, "old.toml", '["email", "picture"]')
    new = manifest_of(tmp_path, "new.toml", '["email", "display_name"]')
    assert compared(workshop, old, new).splitlines() == [
        "export: newly stops 0 of the 1 accounts that it lets through now (3 in all), for display_name",
        "picture: no action needs it any more; 1 of 3 accounts hold it",
    ]
    assert "newly stops 2 of the 2 accounts" not in compared(workshop, new, old)
    assert "newly stops 1 of the 2 accounts that it lets through now (3 in all), for picture" in compared(
        workshop, new, old
    )
    assert compared(workshop, old, old) == "Nothing changes for anybody.\n"


def test_a_manifest_that_is_none_is_told_with_every_finding(engine: Engine, workshop: Flask, tmp_path: Path) -> None:
    new = tmp_path / "new.toml"
    new.write_text("[fields.x]\n")
    said = compared(workshop, MANIFEST, new)
    assert "controller" in said
    assert "Traceback" not in said
