"""The texts of a message as an outbox keeps them: sealed for whom they are about, bound to when they were written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.db import microseconds
from webapp.outbox import Undeliverable
from webapp.profiling.engine import current_engine
from webapp.profiling.holdings import LabelOf
from webapp.profiling.keyring import record
from webapp.profiling.keys.service import MissingMasterKey
from webapp.profiling.vault import Sealed


@dataclass(frozen=True)
class SealedParts:
    """The sealed columns of one outbox's rows, which have `subject_id` and `written_at` too; `kind` is its word."""

    kind: str
    names: tuple[str, ...]

    @property
    def labels(self) -> dict[str, LabelOf]:
        """As what each is sealed, for the table's holding."""
        return {name: self._label_of_row(name) for name in self.names}

    def seal(self, subject_id: int | None, moment: datetime, *texts: str) -> dict[str, bytes]:
        """The texts of a message that is written in that moment, in the order of their names."""
        engine, named = current_engine(), zip(self.names, texts, strict=True)
        return {name: engine.seal(subject_id, self._label(moment, name), text) for name, text in named}

    def open(self, row: Any) -> list[str]:
        """The inverse. Raises Undeliverable where it does not open any more: its person was erased meanwhile."""
        sealed = {self._label(row.written_at, name): getattr(row, name) for name in self.names}
        try:
            return list(current_engine().open(row.subject_id, sealed).values())
        except MissingMasterKey:
            raise
        except Sealed as error:
            raise Undeliverable("it does not open any more") from error

    def _label(self, moment: datetime, name: str) -> str:
        return f"{self.kind}:{microseconds(moment)}:{name}"

    def _label_of_row(self, name: str) -> LabelOf:
        return lambda row: record(self._label(row["written_at"], name))
