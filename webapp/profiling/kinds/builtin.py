"""The kinds that the engine brings along; rooms register theirs beside them."""

from webapp.profiling.kinds.address import Address
from webapp.profiling.kinds.base import Kind
from webapp.profiling.kinds.choice import Choice
from webapp.profiling.kinds.choices import Choices
from webapp.profiling.kinds.consent import Consent
from webapp.profiling.kinds.image import Image
from webapp.profiling.kinds.text import Text

BUILTIN: tuple[Kind, ...] = (Text(), Choice(), Choices(), Consent(), Address(), Image())
