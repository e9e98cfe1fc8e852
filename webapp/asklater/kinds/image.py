"""A picture: decoded, cut to a square and written anew, so that nothing of the file that was sent remains.

A file of 2 KB can hold 40 megapixels: its size is looked at before it is decoded, few are decoded at once, and nothing
is at full size for longer than it takes to scale it down.
"""

import struct
import threading
import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from typing import Any, ClassVar

from PIL import Image as Pillow, ImageCms, ImageOps

from asklater.i18n import gettext
from asklater.kinds import settings
from asklater.kinds.base import Given, Input, Invalid, Kind, Upload, input_id, input_name
from asklater.manifest.declarations import Field

MEGABYTES, EDGE, MEGAPIXELS = 5, 320, 50
"""The limits where the declaration does not say; the edge in pixels. Telephones take pictures of 48 megapixels."""
AT_ONCE, PATIENCE = 2, 3.0
"""How many pictures a process decodes at once, and the seconds that one waits for its turn."""

Pillow.init()
if find_spec("pillow_heif"):  # the extra `heic` brings it
    import_module("pillow_heif").register_heif_opener()
FILE_NAME = "picture.webp"
"""As which a stored picture is given out."""
_NAMES = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WebP", "GIF": "GIF", "AVIF": "AVIF", "HEIF": "HEIC"}
FORMATS = tuple(known for known in _NAMES if known in Pillow.OPEN)
"""What is read: never SVG, which is a program; AVIF and HEIC where Pillow has them."""

_places = threading.BoundedSemaphore(AT_ONCE)
_BOMB = (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning)
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    AttributeError,
    NotImplementedError,
    struct.error,
    zlib.error,
)
"""What Pillow's readers raise on files that are cut short, bent or made to hurt."""


class Image(Kind):
    """Bytes of a WebP square of `edge` pixels, upright, opaque and without metadata."""

    name: ClassVar[str] = "image"
    nouns: ClassVar[tuple[str, ...]] = ("picture", "photo")
    multipart: ClassVar[bool] = True
    json_types: ClassVar[tuple[type, ...]] = (dict,)

    def check(self, declared: Field) -> Sequence[str]:
        rules = {
            "max_megabytes": settings.number(50),
            "edge": settings.whole(16, 2_048),
            "max_megapixels": settings.number(80),
        }
        return list(settings.findings(declared, rules))

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        names = [_NAMES[known] for known in FORMATS]
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=declared.label,
                type="file",
                hint=gettext(
                    "%(formats)s or %(last)s, up to %(most)s MB and %(pixels)s megapixels.",
                    formats=", ".join(names[:-1]),
                    last=names[-1],
                    most=f"{_megabytes(declared):g}",
                    pixels=f"{_pixels(declared) / 1_000_000:g}",
                ),
                errors=tuple(errors.values()),
                accept=",".join(f"image/{name.lower()}" for name in names),
            ),
        )

    def parse(self, declared: Field, given: Given) -> bytes:
        upload = given.uploads.get("")
        if upload is None or not (upload.filename or upload.content):
            raise _refused(gettext("Choose a picture."), "missing")
        if upload.others:
            raise _refused(gettext("More than one picture was sent. Choose one."), "repeated")
        if not upload.content:
            raise _refused(gettext("This file is empty. Choose another picture."), "empty_file")
        if len(upload.content) > _megabytes(declared) * 1_000_000:
            message = gettext(
                "This file is too large. Choose one of at most %(most)s MB.", most=f"{_megabytes(declared):g}"
            )
            raise _refused(message, "too_large")
        with _turn():
            return _encoded(_square(upload.content, _pixels(declared), _edge(declared)))

    def show(self, declared: Field, value: Any) -> str:
        with Pillow.open(BytesIO(value), formats=("WEBP",)) as picture:
            return gettext("A picture, %(width)s × %(height)s", width=picture.width, height=picture.height)

    def given(self, declared: Field, value: Any) -> Given:
        return Given(uploads={"": Upload(FILE_NAME, value)})

    def dump(self, value: Any) -> bytes:
        return bytes(value)

    def load(self, stored: bytes) -> bytes:
        return stored

    def to_json(self, declared: Field, value: Any) -> dict[str, str]:
        return {"content": b64encode(value).decode(), "filename": FILE_NAME}


@contextmanager
def _turn() -> Iterator[None]:
    """Wait until fewer than AT_ONCE pictures are being decoded. Raises Invalid."""
    if not _places.acquire(timeout=PATIENCE):
        raise _refused(
            gettext("Many people are sending pictures at this moment. Send yours again in a minute."), "busy"
        )
    try:
        yield
    finally:
        _places.release()


def _square(content: bytes, most: int, edge: int) -> Pillow.Image:
    """The first picture of the file, upright, its middle cut out and scaled. Raises Invalid."""
    try:
        with Pillow.open(BytesIO(content), formats=FORMATS) as claimed:
            if claimed.width * claimed.height > most:
                raise _refused(_too_many(most), "too_large")
            claimed.verify()
        with Pillow.open(BytesIO(content), formats=FORMATS) as picture:
            picture.draft("CMYK" if picture.mode == "CMYK" else "RGB", (2 * edge, 2 * edge))  # a fraction of a JPEG
            small = _in_srgb(_middle(picture, edge), picture.info.get("icc_profile"))
            return ImageOps.fit(_upright(small, picture), (edge, edge), Pillow.Resampling.LANCZOS)
    except _BOMB as error:
        raise _refused(_too_many(most), "too_large") from error
    except _BROKEN as error:
        raise _refused(
            gettext("This is no picture that can be read. Choose a JPEG, PNG, WebP, GIF or AVIF file."),
            "not_a_picture",
        ) from error


def _middle(picture: Pillow.Image, edge: int) -> Pillow.Image:
    """The square in the middle, which is the same whichever way the picture is turned; where it is large, quickly
    scaled down to at least twice the edge, without a second copy at full size."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    box, factor = (left, top, left + side, top + side), max(1, side // (2 * edge))
    if _has_plain_colours(picture):
        return picture.reduce(factor, box)
    return _coloured(picture.crop(box)).reduce(factor)


def _has_plain_colours(picture: Pillow.Image) -> bool:
    return picture.mode in {"L", "RGB", "RGBA", "CMYK"} and "transparency" not in picture.info


def _coloured(picture: Pillow.Image) -> Pillow.Image:
    """The picture in colours that can be blended: 16 bit, palettes and the like are brought to 8 bit RGB(A)."""
    if picture.mode.startswith("I;16"):
        return picture.point(lambda level: level / 256).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _in_srgb(picture: Pillow.Image, profile: bytes | None) -> Pillow.Image:
    """The colours that the file's own profile means. One that cannot be read means nothing."""
    if profile:
        with suppress(ImageCms.PyCMSError, *_BROKEN):
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            output = "RGBA" if picture.mode == "RGBA" else "RGB"
            shown = ImageCms.profileToProfile(picture, meant, ImageCms.createProfile("sRGB"), outputMode=output)
            assert shown is not None  # noqa: S101 - only where it is done in place
            return shown
    return picture if picture.mode in {"L", "RGB", "RGBA"} else picture.convert("RGB")


def _upright(small: Pillow.Image, picture: Pillow.Image) -> Pillow.Image:
    """`small` turned as the file of `picture` says, in whatever way its format says it."""
    small.info = dict(picture.info)
    exif = picture.getexif()
    if "exif" not in small.info and exif:
        small.info["exif"] = exif.tobytes()
    return ImageOps.exif_transpose(small)


def _encoded(square: Pillow.Image) -> bytes:
    """On white and into a file of its own: no metadata, profile or comment comes along."""
    bare = Pillow.new("RGB", square.size, "white")
    bare.paste(square, mask=square if square.mode == "RGBA" else None)
    written = BytesIO()
    bare.save(written, "WEBP", quality=82, method=4)
    return written.getvalue()


def _refused(sentence: str, reason: str) -> Invalid:
    return Invalid({"": sentence}, reason)


def _too_many(most: int) -> str:
    return gettext(
        "This picture has too many pixels. Choose one of at most %(most)s megapixels.", most=f"{most / 1_000_000:g}"
    )


def _megabytes(declared: Field) -> float:
    return float(declared.settings.get("max_megabytes", MEGABYTES))


def _pixels(declared: Field) -> int:
    return int(declared.settings.get("max_megapixels", MEGAPIXELS) * 1_000_000)


def _edge(declared: Field) -> int:
    return int(declared.settings.get("edge", EDGE))
