"""Bundles of evidence: a ZIP whose signed list names every file with its SHA-256, and the check of one.

Whoever has the bundle and the published key can check it without us: how-to-check.txt inside says how.
"""

import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Literal

from asklater import clock
from asklater.privacy.signing import InvalidSignature, Signer

BUNDLE_KIND = "evidence bundle"
LIST, KEYS, HELP = "files.json", "keys.json", "how-to-check.txt"
BESIDE = frozenset({LIST, KEYS, HELP})
"""What is in every bundle and not in its list."""
MAX_LIST, MAX_FILES, PIECE = 50_000_000, 200_000, 1 << 16
"""Bytes of a list, files of a bundle, and bytes that are read at once."""
MAX_FILE = 1 << 30
IN_MEMORY = 1 << 23
"""Bytes up to which a bundle is made without a file on the disk."""
UNREADABLE = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    zlib.error,
    OSError,
    ValueError,
    KeyError,
)
"""What a file raises that is no bundle, or a broken one."""
HOW_TO_CHECK = """\
How to check this bundle
========================
1. files.json lists every other file with its length and its SHA-256 in hexadecimal: sha256sum FILE.
2. "proof" in files.json is a detached JSON Web Signature (RFC 7515, Ed25519). What is signed is the same JSON
   without "proof", with sorted keys, no white space, in UTF-8.
3. keys.json holds the public keys; "kid" in the proof names the one. The controller publishes it, at
   /privacy/keys.json, also when it has been retired since.
"""
Verdict = Literal["genuine", "altered", "forged", "unreadable"]


@dataclass(frozen=True)
class BundleFile:
    """One file of a bundle: its name, with folders, and what is in it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class BundleCheck:
    """The verdict on a bundle. `wrong` names the files that are altered, missing or not in the list; `contents` is the
    list of a bundle that we signed."""

    verdict: Verdict
    wrong: tuple[str, ...] = ()
    contents: Mapping[str, Any] | None = None


def json_file(name: str, document: object) -> BundleFile:
    return BundleFile(
        name, json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True, default=_plain).encode()
    )


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def write_bundle(signer: Signer, about: Mapping[str, Any], files: Iterable[BundleFile]) -> IO[bytes]:
    """Returns an open ZIP file, at its beginning. `about` says what it is of, as JSON holds it."""
    target: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    listed = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(file.name, file.content)
            listed.append({"name": file.name, "bytes": len(file.content), "sha256": sha256(file.content).hexdigest()})
        signed = signer.sign(
            {"kind": BUNDLE_KIND, "version": 1, "made_at": clock.now().isoformat(), **about, "files": listed}
        )
        archive.writestr(LIST, json.dumps(signed, ensure_ascii=False, indent=2))
        archive.writestr(KEYS, json.dumps({"keys": list(signer.public_keys)}, indent=2))
        archive.writestr(HELP, HOW_TO_CHECK)
    target.seek(0)
    return target


def pieces(bundle: IO[bytes]) -> Iterator[bytes]:
    """Yields an open file piece by piece, and closes it at its end."""
    with bundle:
        while piece := bundle.read(PIECE):
            yield piece


def check_bundle(signer: Signer, file: IO[bytes]) -> BundleCheck:
    """Tells whether a bundle is ours and whole. Whatever the file is, this raises nothing."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _check(signer, archive)
    except UNREADABLE:
        return BundleCheck("unreadable")


def _check(signer: Signer, archive: zipfile.ZipFile) -> BundleCheck:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if len(infos) > MAX_FILES or archive.getinfo(LIST).file_size > MAX_LIST:
        return BundleCheck("unreadable")
    try:
        contents = signer.verify(json.loads(archive.read(LIST)))
    except (InvalidSignature, RecursionError):
        return BundleCheck("forged")
    if contents.get("kind") != BUNDLE_KIND:
        return BundleCheck("forged")
    listed = {entry["name"]: entry for entry in contents["files"]}
    twice = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
    strays = set(names) - listed.keys() - BESIDE
    wrong = [name for name, entry in listed.items() if name not in names or not _is_as_listed(archive, entry)]
    every = tuple(sorted({*wrong, *twice, *strays}))
    return BundleCheck("altered" if every else "genuine", every, contents)


def _is_as_listed(archive: zipfile.ZipFile, entry: Mapping[str, Any]) -> bool:
    """Reads no more of a file than its list says: what is packed small may unpack to anything."""
    if archive.getinfo(entry["name"]).file_size != entry["bytes"] or entry["bytes"] > MAX_FILE:
        return False
    digest = sha256()
    try:
        with archive.open(entry["name"]) as content:
            while piece := content.read(PIECE):
                digest.update(piece)
    except UNREADABLE:
        return False
    return digest.hexdigest() == str(entry["sha256"])
