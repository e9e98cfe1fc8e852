"""A field of an application that had another key before, as its manifest would say after a new start."""

import pytest

from asklater.engine import Engine


def rename(engine: Engine, monkeypatch: pytest.MonkeyPatch, former: str, key: str) -> None:
    """Until the end of the test, the manifest says of the field `key` that it was `former`."""
    renamed = engine.manifest.fields[key].model_copy(update={"was": (former,)})
    fields = {**engine.manifest.fields, key: renamed}
    monkeypatch.setattr(engine, "manifest", engine.manifest.model_copy(update={"fields": fields}))
