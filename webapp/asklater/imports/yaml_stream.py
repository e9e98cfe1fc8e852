"""YAML read entry by entry: the list of one member of a document, without tags that would make objects."""

from collections.abc import Iterator
from importlib import import_module
from typing import IO, Any

from asklater.extras import MissingPackageError
from asklater.imports.json_stream import CutOff, Malformed

BOOLEAN, NULL = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"
TRUE = frozenset({"true", "yes", "on"})
DEEPEST = 50


def yaml_entries(text: IO[str], name: str) -> Iterator[tuple[Any, str]]:
    """The entries of the list `name` at the document's top, each with "", since YAML tells no text of it.

    Raises Malformed, CutOff and MissingPackageError.
    """
    try:
        yaml: Any = import_module("yaml")
    except ModuleNotFoundError as missing:
        raise MissingPackageError("A YAML file", "PyYAML", "imports") from missing
    reader = _Reader(text, yaml)
    began = False
    try:
        for entry in reader.entries(name):
            began = True
            yield entry, ""
    except yaml.reader.ReaderError as error:
        raise Malformed("holds signs that no YAML has") from error
    except yaml.YAMLError as error:
        if began and reader.is_at_end(error):
            raise CutOff from error
        raise Malformed("is not YAML", nothing_read=not began) from error


class _Reader:
    """Values made of the events of a parser: objects, lists, texts, booleans and nulls."""

    def __init__(self, text: IO[str], yaml: Any) -> None:
        self._yaml = yaml
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._loader = loader(_Printable(text))

    def entries(self, name: str) -> Iterator[Any]:
        events = self._yaml
        while not self._loader.check_event(events.MappingStartEvent, events.StreamEndEvent):
            self._loader.get_event()
        if self._loader.check_event(events.StreamEndEvent):
            raise Malformed("it is no document with members", nothing_read=True)
        self._loader.get_event()
        while not self._loader.check_event(events.MappingEndEvent):
            key = self._value(0)
            if key == name and self._loader.check_event(events.SequenceStartEvent):
                self._loader.get_event()
                while not self._loader.check_event(events.SequenceEndEvent):
                    yield self._value(0)
                return
            self._value(0)
        raise Malformed(f'it has no list called "{name}"', nothing_read=True)

    def is_at_end(self, error: Any) -> bool:
        """Whether the parser met the end of the text."""
        return "end" in str(getattr(error, "problem", "")) or "<stream end>" in str(error)

    def _value(self, depth: int) -> Any:
        events = self._yaml
        event = self._loader.get_event()
        if depth > DEEPEST:
            raise Malformed("is nested too deeply")
        if isinstance(event, events.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, events.SequenceStartEvent):
            found = []
            while not self._loader.check_event(events.SequenceEndEvent):
                found.append(self._value(depth + 1))
            self._loader.get_event()
            return found
        if isinstance(event, events.MappingStartEvent):
            members = {}
            while not self._loader.check_event(events.MappingEndEvent):
                key = self._value(depth + 1)
                members[str(key)] = self._value(depth + 1)
            self._loader.get_event()
            return members
        return None  # an alias, of which one line could make a million

    def _scalar(self, event: Any) -> Any:
        tag = self._loader.resolve(self._yaml.ScalarNode, event.value, event.implicit)
        if event.tag is not None:
            return event.value if event.tag.startswith("tag:yaml.org") else None
        if tag == BOOLEAN:
            return event.value.lower() in TRUE
        return None if tag == NULL else event.value


class _Printable:
    """A text whose undecodable bytes a parser of YAML takes: each is a sign that no text has."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text

    def read(self, size: int = -1) -> str:
        return self._text.read(size).translate(_REPLACED)


_REPLACED = dict.fromkeys(range(0xDC80, 0xDD00), "\N{REPLACEMENT CHARACTER}")
