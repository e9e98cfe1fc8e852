"""What the page of keys says."""

from webapp.privacy.keys.pages import KeyLine, KeysPage, RotationLine
from webapp.profiling.rotation.counting import MasterLine, Standing
from webapp.profiling.rotation.rotations import MASTER, SETTLING, Rotation
from webapp.profiling.words import gettext


def keys_page(standing: Standing) -> KeysPage:
    """The page of what there is."""
    return KeysPage(
        tuple(KeyLine(line.master or gettext("first form"), line.keys, _what(line)) for line in standing.masters),
        tuple(_rotation(rotation) for rotation in standing.rotations),
        _advice(standing),
    )


def _what(line: MasterLine) -> str:
    if not line.here:
        return gettext("Missing: what it wraps cannot be opened")
    if line.in_use:
        return gettext("In use: new keys are wrapped by it")
    if not line.master:
        return gettext("From before master keys were named; the next rotation names it")
    return gettext("Opens what is not rotated yet") if line.keys else gettext("Here, and wraps nothing")


def _rotation(rotation: Rotation) -> RotationLine:
    what = gettext("Another master key, %(name)s", name=rotation.master)
    if rotation.sort != MASTER:
        what = gettext("Fresh keys for the accounts")
    done = min(99, 100 * rotation.changed // max(1, rotation.total))
    return RotationLine(
        what,
        rotation.began_at,
        100 if rotation.finished_at else done,
        rotation.changed,
        _state(rotation),
    )


def _state(rotation: Rotation) -> str:
    if rotation.finished_at:
        said = gettext("Done")
    elif rotation.rests and rotation.resumes_at:
        said = gettext("All are renewed; the old keys stay for an hour, for what was under way")
    elif rotation.phase == SETTLING:
        said = gettext("The old keys are going")
    else:
        said = gettext("Going on")
    if rotation.failed:
        said += gettext("; %(count)s keys do not open, and were left as they are", count=rotation.failed)
    return said


def _advice(standing: Standing) -> str:
    if standing.missing:
        names = ", ".join(standing.missing)
        return gettext(
            "Give back the master key that is missing (%(names)s). Nothing is lost until then.", names=names
        )
    waiting = [line for line in standing.masters if line.here and not line.in_use]
    if waiting and any(line.keys for line in waiting):
        return gettext("Not all keys are under the one in use: “webapp keys rotate” brings them there.")
    if waiting:
        names = ", ".join(line.master for line in waiting)
        return gettext(
            "%(names)s wraps nothing. A new one is put in use by “webapp keys rotate”; an old one can be taken out "
            "of the settings.",
            names=names,
        )
    return ""
