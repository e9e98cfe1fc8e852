"""Files and folders that belong to this application alone: databases, the queue, secrets, receipts."""

import logging
import os
import stat
from pathlib import Path

OF_OWNER, FOLDER_OF_OWNER = 0o600, 0o700
log = logging.getLogger(__name__)


def private_folder(path: Path) -> Path:
    """Make the folder, and those above it, where they are not there: with rights for their owner alone.

    One that was there keeps its rights; it is told where everybody may write into it.
    """
    for missing in reversed([folder for folder in (path, *path.parents) if not folder.exists()]):
        missing.mkdir(mode=FOLDER_OF_OWNER, exist_ok=True)
    if path.stat().st_mode & stat.S_IWOTH and not path.stat().st_mode & stat.S_ISVTX:
        log.warning("everybody may write into %s: chmod o-w %s", path, path)
    return path


def private_file(path: Path) -> Path:
    """Make the file, empty, where it is not there; it and what lies beside it (`-wal`, `-shm`) are its owner's alone.

    One that was there loses the rights of all others. A group that may write keeps its own: somebody meant that.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OF_OWNER))
    except FileExistsError:
        for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
            _tighten(file)
    return path


def _tighten(file: Path) -> None:
    """Nobody else reads the file; where that is not ours to say, it is told."""
    try:
        mode = file.stat().st_mode
        rights = stat.S_IMODE(mode) if stat.S_ISREG(mode) else 0
        shared = stat.S_IRWXO if rights & stat.S_IWGRP else stat.S_IRWXO | stat.S_IRWXG
        if rights & shared:
            file.chmod(rights & ~shared)
            log.warning("others could read %s; now its owner alone can", file)
    except FileNotFoundError:
        return
    except OSError:
        log.warning("others may read %s: chmod 600 %s", file, file)
