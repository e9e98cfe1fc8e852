"""Master keys as they are handed over: in variables or a file; whatever is wrong is named, and no key is."""

from hashlib import sha256
from pathlib import Path

import pytest

from asklater.keys.service import FileKeys, LocalKeys, MissingMasterKey, short_id
from asklater.master_keys import Unusable, from_file
from asklater.settings import ConfigurationError, Settings
from halftone.settings import from_environment

OLD, NEW = bytes(range(32)), sha256(b"new").digest()


def write(path: Path, *keys: bytes, mode: int = 0o600) -> Path:
    path.write_text("# newest first\n\n" + "".join(f"{key.hex()}\n" for key in keys), "ascii")
    path.chmod(mode)
    return path


def settings(tmp_path: Path, **variables: str) -> Settings:
    return from_environment({"INSTANCE": str(tmp_path), **variables})


def test_variables_and_a_file_name_the_same_keys(tmp_path: Path) -> None:
    both = settings(tmp_path, MASTER_KEY=NEW.hex(), RETIRED_MASTER_KEYS=f"{OLD.hex()}, {OLD.hex()}")
    assert (both.master_key, both.retired_master_keys) == (NEW, (OLD, OLD))
    path = write(tmp_path / "keys", NEW, OLD)
    filed = settings(tmp_path, MASTER_KEY_FILE=str(path))
    assert (filed.master_key, filed.retired_master_keys, filed.master_key_file) == (NEW, (OLD,), path)


@pytest.mark.parametrize("mode", [0o604, 0o620, 0o666, 0o644])
def test_a_file_that_others_may_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    path = write(tmp_path / "keys", NEW, mode=mode)
    with pytest.raises(ConfigurationError, match=f"MASTER_KEY_FILE names .* others may .*chmod 600 {path}"):
        settings(tmp_path, MASTER_KEY_FILE=str(path))


def test_what_is_wrong_with_a_file_is_said_without_its_keys(tmp_path: Path) -> None:
    path = write(tmp_path / "keys", NEW, OLD[:31])
    with pytest.raises(Unusable, match="line 4 holds no 64") as refused:
        from_file(path)
    assert NEW.hex() not in str(refused.value)
    for content, said in ((b"# none\n", "holds no key"), (b"\xff\xfe", "cannot be read")):
        path.write_bytes(content)
        with pytest.raises(Unusable, match=said):
            from_file(path)
    with pytest.raises(Unusable, match="cannot be read"):
        from_file(tmp_path / "none")


def test_a_file_takes_the_place_of_the_variables(tmp_path: Path) -> None:
    path = write(tmp_path / "keys", NEW)
    with pytest.raises(ConfigurationError, match="MASTER_KEY_FILE takes the place"):
        settings(tmp_path, MASTER_KEY_FILE=str(path), MASTER_KEY=OLD.hex())
    with pytest.raises(ConfigurationError, match="RETIRED_MASTER_KEYS must hold"):
        settings(tmp_path, MASTER_KEY=NEW.hex(), RETIRED_MASTER_KEYS="one, two")


def test_a_file_is_read_anew_when_a_key_is_asked_for_that_it_did_not_hold(tmp_path: Path) -> None:
    path, old, new = tmp_path / "keys", short_id(OLD), short_id(NEW)
    service = FileKeys(write(path, OLD))
    wrapped = LocalKeys(NEW).wrap(new, b"a key", "somebody")
    with pytest.raises(MissingMasterKey, match=f"(?s){new}.*only {old}"):
        service.unwrap(new, wrapped, "somebody")
    write(path, NEW, OLD)
    assert service.unwrap(new, wrapped, "somebody") == b"a key"
    path.write_text("half a lin", "ascii")  # somebody is writing it
    assert not service.has("00000000")
    assert service.ids == (new, old)


def test_a_short_id_tells_nothing_and_stays() -> None:
    assert short_id(OLD) == short_id(bytes(range(32))) != short_id(NEW)
    assert len(short_id(OLD)) == 8
    assert short_id(OLD) not in OLD.hex()
