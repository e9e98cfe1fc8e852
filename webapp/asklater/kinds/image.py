"""A picture: decoded, cut to a square and written anew, so that nothing of the file that was sent remains."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, ClassVar

from PIL import Image as Pillow, ImageOps

from asklater.i18n import gettext
from asklater.kinds import settings
from asklater.kinds.base import Given, Input, Invalid, Kind, Upload, input_id, input_name
from asklater.manifest.declarations import Field

MEGABYTES, EDGE, MEGAPIXELS = 5, 320, 40
"""The limits where the declaration does not say; the edge in pixels."""

Pillow.init()
_NAMES = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WebP", "GIF": "GIF", "AVIF": "AVIF", "HEIF": "HEIC"}
FORMATS = tuple(known for known in _NAMES if known in Pillow.OPEN)
"""What is read: never SVG, which is a program; AVIF and HEIC where Pillow has them."""

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
    multipart: ClassVar[bool] = True

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
                    "%(formats)s or %(last)s, up to %(most)s MB.",
                    formats=", ".join(names[:-1]),
                    last=names[-1],
                    most=f"{_megabytes(declared):g}",
                ),
                errors=tuple(errors.values()),
                accept=",".join(f"image/{name.lower()}" for name in names),
            ),
        )

    def parse(self, declared: Field, given: Given) -> bytes:
        upload = given.uploads.get("")
        if upload is None or not (upload.filename or upload.content):
            raise _refused(gettext("Choose a picture."))
        if upload.others:
            raise _refused(gettext("More than one picture was sent. Choose one."))
        if not upload.content:
            raise _refused(gettext("This file is empty. Choose another picture."))
        if len(upload.content) > _megabytes(declared) * 1_000_000:
            message = gettext(
                "This file is too large. Choose one of at most %(most)s MB.", most=f"{_megabytes(declared):g}"
            )
            raise _refused(message)
        return _encoded(_square(upload.content, _pixels(declared), _edge(declared)))

    def show(self, declared: Field, value: Any) -> str:
        with Pillow.open(BytesIO(value), formats=("WEBP",)) as picture:
            return gettext("A picture, %(width)s × %(height)s", width=picture.width, height=picture.height)

    def given(self, declared: Field, value: Any) -> Given:
        return Given(uploads={"": Upload("picture.webp", value)})

    def dump(self, value: Any) -> bytes:
        return bytes(value)

    def load(self, stored: bytes) -> bytes:
        return stored


def _square(content: bytes, most: int, edge: int) -> Pillow.Image:
    """The first picture of the file, upright, its middle cut out and scaled. Raises Invalid."""
    try:
        with Pillow.open(BytesIO(content), formats=FORMATS) as claimed:
            if claimed.width * claimed.height > most:
                raise _refused(_too_many(most))
            claimed.verify()
        with Pillow.open(BytesIO(content), formats=FORMATS) as picture:
            picture.draft("RGB", (2 * edge, 2 * edge))  # a large JPEG is decoded at a fraction of its size
            ImageOps.exif_transpose(picture, in_place=True)
            return ImageOps.fit(_coloured(picture), (edge, edge), Pillow.Resampling.LANCZOS)
    except _BOMB as error:
        raise _refused(_too_many(most)) from error
    except _BROKEN as error:
        raise _refused(gettext("This is no picture that can be read. Choose a JPEG, PNG, WebP or GIF.")) from error


def _coloured(picture: Pillow.Image) -> Pillow.Image:
    """The picture in colours that can be blended: 16 bit, palettes and print colours are brought to 8 bit RGB(A)."""
    if picture.mode.startswith("I;16"):
        return picture.point(lambda level: level / 256).convert("L")
    if picture.mode in {"L", "RGB", "RGBA"} and "transparency" not in picture.info:
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _encoded(square: Pillow.Image) -> bytes:
    """On white and into a file of its own: no metadata, profile or comment comes along."""
    bare = Pillow.new("RGB", square.size, "white")
    bare.paste(square, mask=square if square.mode == "RGBA" else None)
    written = BytesIO()
    bare.save(written, "WEBP", quality=82, method=4)
    return written.getvalue()


def _refused(sentence: str) -> Invalid:
    return Invalid({"": sentence})


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
