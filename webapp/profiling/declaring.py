"""What every declaration has in common: it is frozen, and what it does not know it refuses."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field as Limits

Key = Annotated[str, Limits(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Sentence = Annotated[str, Limits(min_length=1, max_length=300)]


class Declaration(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)
