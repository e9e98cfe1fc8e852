"""What the declaration of an experiment looks like. What hangs together and what does not: `experiments/faults.py`."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field as Limits

from webapp.profiling.declaring import Declaration, Key, Sentence


class Variant(Declaration):
    """One way to ask, of an experiment. What it leaves out stays as the action, or the background prompt, declares it.

    `label`, `reason`, `ask` and `order` are the action's, `labels` and `reasons` those of its fields. `defer` names
    fields that the action does not ask for: the background prompt `prompt` does. `placement` is another one for the
    background prompt that the experiment is about.
    """

    key: Key
    weight: Annotated[float, Limits(gt=0, le=1000)] = 1.0
    label: Sentence | None = None
    reason: Sentence | None = None
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

    A person is a success by `metric` within the window of the analytics. `minimum_effect` is the smallest difference
    of the share of successes that is worth acting on, 0..1.
    """

    key: Key
    label: Sentence
    hypothesis: Sentence
    action: Key | None = None
    prompt: Key | None = None
    metric: Literal["action_completed", "field_completed"] = "action_completed"
    field: Key | None = None
    minimum_effect: Annotated[float, Limits(gt=0, lt=1)]
    variants: Annotated[Mapping[str, Variant], Limits(min_length=1, max_length=10)]

    @property
    def control(self) -> Variant:
        return next(iter(self.variants.values()))

    @property
    def about(self) -> str:
        """The key of the action, or of the background prompt."""
        return self.action or self.prompt or ""
