"""Which segments somebody is in. Pure: from what a browser, an address or the application tells, to declared values.

Somebody's segments are kept as one text, such as "source=newsletter language=de"; nothing that is not declared is ever
part of it.
"""

from collections.abc import Collection, Iterator, Mapping

from asklater.manifest.declarations import NO_VALUE, OTHER_VALUE, Segment

IS = "="
"""Stands between a segment's key and the value. No key of a variant has one."""
LONGEST_TOLD = 253
"""Characters that are looked at, those of the longest name of a site. What is longer is no declared value."""


def values_of(segment: Segment) -> tuple[str, ...]:
    """All values that can be counted."""
    return (*segment.values, OTHER_VALUE, NO_VALUE)


def value_of(segment: Segment, told: str | None, *, is_site: bool = False) -> str:
    """The value that what is told stands for. A site stands for the one that it belongs to, too."""
    text = (told or "").strip().lower()
    if not text:
        return NO_VALUE
    if len(text) > LONGEST_TOLD:
        return OTHER_VALUE
    names = tuple(_sites(text)) if is_site else (text,)
    return next((value for value in segment.values if _fits(value, names)), OTHER_VALUE)


def segments_text(values: Mapping[str, str]) -> str:
    """The segments as they are kept."""
    return " ".join(f"{key}{IS}{value}" for key, value in values.items())


def segments_of(text: str) -> tuple[str, ...]:
    """The segments that a text names, each as `key=value`."""
    return tuple(text.split())


def _sites(host: str) -> Iterator[str]:
    """The site itself, and each that it lies below: shop.example.org, example.org, org."""
    labels = host.removeprefix("www.").split(".")
    return (".".join(labels[place:]) for place in range(len(labels)))


def _fits(value: str, names: Collection[str]) -> bool:
    if value.endswith("*"):
        return any(name.startswith(value[:-1]) for name in names)
    return value in names
