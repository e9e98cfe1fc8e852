"""What a record of another system says of somebody: id, address, and attributes by our names. No secret is read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asklater.imports.formats import ON, Addresses, Format, LeftOut
from asklater.imports.json_stream import scalar
from asklater.manifest.keys import key_from

SECRET = re.compile(
    r"password|passwd|passphrase|credential|secret|totp|otp$|hash(er|ed)?$|salt$|token|mfa|webauthn|passkey"
)
"""Names of what lets somebody in. It is not read: here people sign in by a code, a passkey or a provider."""
LONGEST_NAME = 80
LISTED = re.compile(r"[,|;]\s*")
_PROVED = frozenset({"true", "1", "yes", "verified"})
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody of another system. `address` is as it stands there, "" for none; `proved` says that the system proved
    it. An attribute is a text, a number, a yes or no, a list or an object. `has_secrets`: some were passed
    over."""

    external_id: str
    address: str
    proved: bool
    attributes: Mapping[str, Any]
    has_secrets: bool = False


def is_user(form: Format, record: Record) -> bool:
    """Whether the entry is a user at all: some files hold other things beside them."""
    return form.only is None or record.get(form.only[0]) == form.only[1]


def why_left_out(form: Format, record: Record) -> str:
    """Why the record is nobody who comes along, "" where somebody does."""
    return next((rule.reason for rule in form.left_out if _applies(rule, record)), "")


def person(form: Format, record: Record) -> Person:
    """The person of a record that is not left out."""
    address, proved = _address(form, record)
    found: dict[str, Any] = {}
    has_secrets = False
    for name, value in _attributes(form, record):
        if SECRET.search(name):
            has_secrets = True
        elif value not in (None, "", [], {}):
            found.setdefault(name, value)
    return Person(_first_text(record, form.ids), address, proved, found, has_secrets)


def attribute_name(name: str, prefix: str = "") -> str:
    """The name of an attribute as fields are called: "companyName" and "Company name" are company_name."""
    return key_from(re.sub(rf"^{prefix}", "", name) if prefix else name)[:LONGEST_NAME]


def at(record: Any, path: str) -> Any:
    """What stands at a path, None for nothing; a member whose name has a dot of its own is found as it is."""
    if not path:
        return record
    if isinstance(record, list):
        record = record[0] if record else None
    if isinstance(record, str):
        record = scalar(record)
    if not isinstance(record, Mapping):
        return None
    if path in record:
        return record[path]
    outer, _, inner = path.partition(".")
    return at(record.get(outer), inner) if inner else None


def _applies(rule: LeftOut, record: Record) -> bool:
    found = at(record, rule.path)
    if not rule.values:
        return found not in (None, "")
    found = found.lower() if isinstance(found, str) else found
    return any(found == (value.lower() if isinstance(value, str) else value) for value in rule.values)


def _first_text(record: Record, paths: tuple[str, ...]) -> str:
    values = (at(record, path) for path in paths)
    return next((str(value) for value in values if isinstance(value, str | int) and str(value)), "")


def _address(form: Format, record: Record) -> tuple[str, bool]:
    """The first address that is proved, else the first one."""
    found = [pair for rule in form.addresses for pair in _addresses(rule, record)]
    return next((pair for pair in found if pair[1]), found[0] if found else ("", False))


def _addresses(rule: Addresses, record: Record) -> Iterator[tuple[str, bool]]:
    entries = at(record, rule.at)
    entries = entries if isinstance(entries, list) else [entries]
    entries = [entry for entry in entries if isinstance(entry, Mapping)]
    if rule.chosen:
        main = at(record, rule.chosen)
        entries.sort(key=lambda entry: entry.get("id") != main)
    for entry in entries:
        if rule.only is not None and entry.get(rule.only[0]) != rule.only[1]:
            continue
        for address in _texts(at(entry, rule.value)):
            among = rule.among and address in _texts(at(entry, rule.among))
            yield address, bool(among or (rule.proved and _is_true(at(entry, rule.proved))))


def _texts(value: Any) -> list[str]:
    """A text, or a list of them, which a table may write with commas or bars between."""
    if isinstance(value, list):
        return [entry.strip() for entry in value if isinstance(entry, str) and entry.strip()]
    return [entry for entry in LISTED.split(value.strip()) if entry] if isinstance(value, str) else []


def _is_true(value: Any) -> bool:
    return value in ON or (isinstance(value, str) and value.lower() in _PROVED)


def _attributes(form: Format, record: Record) -> Iterator[tuple[str, Any]]:
    """Every attribute by its name: what the format names, then the members of its bags, then custom ones."""
    for name, path in form.named.items():
        yield name, at(record, path)
    for path in form.bags:
        known = {
            inner for outer, _, inner in (named.rpartition(".") for named in form.named.values()) if outer == path
        }
        bag = at(record, path)
        bag = scalar(bag) if isinstance(bag, str) else bag
        if isinstance(bag, Mapping):
            yield from ((attribute_name(name), value) for name, value in bag.items() if name not in known)
    for name, value in record.items():
        outer, _, inner = name.partition(".")
        if form.every_column:
            yield attribute_name(name), value
        elif inner and outer in form.bags:  # a column of a table that was taken out of a bag
            yield attribute_name(inner), value
        elif (form.prefix and re.match(form.prefix, name)) or SECRET.search(attribute_name(name)):
            yield attribute_name(name, form.prefix), value
