"""What is wrong with the segments that a manifest declares."""

from collections.abc import Iterator

from asklater.manifest.declarations import FIRST_VISIT, NO_VALUE, OTHER_VALUE, Manifest, Segment

OWN_PURPOSE = "segments have a purpose of their own, and {!r} is what {} for"
NO_CONSENT = (
    "nothing asks for a consent to be told apart: segments rest on legitimate interests, and end by an objection"
)


def mistakes(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Pairs of a key of the manifest, and a sentence."""
    if manifest.segments is None:
        return
    where, name = "segments.purpose", manifest.segments.purpose
    purpose = manifest.purposes.get(name)
    if purpose is None:
        yield where, f"no purpose is called {name!r}"
    elif purpose.basis != "legitimate_interests":
        yield where, NO_CONSENT
    others = [f"the field {key!r} is held" for key, field in manifest.fields.items() if field.purpose == name]
    if others:
        yield where, OWN_PURPOSE.format(name, others[0])
    for key, segment in manifest.segments.by.items():
        yield from ((f"segments.by.{key}.{part}", message) for part, message in _mistakes_of(segment))


def _mistakes_of(segment: Segment) -> Iterator[tuple[str, str]]:
    if len(segment.tells) > 1 and not set(segment.tells) <= set(FIRST_VISIT):
        yield "from", f"only {', '.join(FIRST_VISIT)} can be told one for another"
    if len({*segment.values}) < len(segment.values):
        yield "values", "each value once"
    for value in {OTHER_VALUE, NO_VALUE} & {*segment.values}:
        yield "values", f"{value!r} is counted anyway"
