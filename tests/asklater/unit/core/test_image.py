"""Pictures: what is read, what is refused with which words, and that nothing of the sent file remains."""

import struct
import zlib
from contextlib import ExitStack
from io import BytesIO

import pytest
from hypothesis import given, settings as effort, strategies as st
from PIL import Image

from asklater.kinds import image
from asklater.kinds.base import Given, Invalid, Upload

RED, BLUE, WHITE = (220, 30, 30), (30, 30, 220), (255, 255, 255)
UNREADABLE = "This is no picture that can be read. Choose a JPEG, PNG, WebP, GIF or AVIF file."


@pytest.fixture
def kind(kinds):
    return kinds["image"]


def sent(content, filename="me.jpg"):
    return Given(uploads={"": Upload(filename, content)})


def written(picture, form, **options):
    file = BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def halves(size=(400, 200), mode="RGB"):
    """The left half is red, the right half blue."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    return picture.convert(mode)


def opened(value):
    picture = Image.open(BytesIO(value), formats=("WEBP",))
    picture.load()
    return picture


def close(colour, other):
    return all(abs(one - two) < 30 for one, two in zip(colour, other, strict=True))


def png_that_claims(width, height):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("size", [(400, 200), (200, 400), (3, 3), (1, 900)])
def test_any_picture_becomes_a_square(kind, declare, form, size):
    picture = opened(kind.parse(declare("image", edge=64), sent(written(halves(size), form))))
    assert (picture.format, picture.size, picture.mode) == ("WEBP", (64, 64), "RGB")


def test_the_middle_is_kept(kind, declare):
    three = Image.new("RGB", (900, 300), RED)
    three.paste(BLUE, (300, 0, 600, 300))
    picture = opened(kind.parse(declare("image"), sent(written(three, "PNG"))))
    assert picture.size == (320, 320)
    assert all(close(picture.getpixel(place), BLUE) for place in [(5, 5), (160, 160), (314, 314)])


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr"])
def test_colours_of_every_sort(kind, declare, mode):
    form = "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG"
    assert opened(kind.parse(declare("image"), sent(written(halves(mode=mode), form)))).mode == "RGB"


def test_grey_of_16_bit_keeps_its_shade(kind, declare):
    grey = Image.frombytes("I;16", (40, 40), struct.pack("<H", 0x8000) * 1_600)
    assert close(opened(kind.parse(declare("image"), sent(written(grey, "PNG")))).getpixel((9, 9)), (128, 128, 128))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(kind, declare, mode):
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0)).convert(mode)
    options = {"transparency": clear.getpixel((0, 0))} if mode == "P" else {}
    picture = opened(kind.parse(declare("image"), sent(written(clear, "PNG", **options))))
    assert close(picture.getpixel((9, 9)), WHITE)


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_an_animation_gives_its_first_picture(kind, declare, form):
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, BLUE, WHITE)]
    moving = written(frames[0], form, save_all=True, append_images=frames[1:], duration=50)
    assert Image.open(BytesIO(moving)).n_frames == 3
    still = opened(kind.parse(declare("image"), sent(moving)))
    assert getattr(still, "n_frames", 1) == 1
    assert close(still.getpixel((9, 9)), RED)


@pytest.mark.thorough
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize("size", [(200, 200), (1_400, 900)])
def test_the_cameras_turn_is_applied(kind, declare, form, size):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned clockwise: what was left stands on top
    turned = opened(kind.parse(declare("image"), sent(written(halves(size), form, exif=exif.tobytes()))))
    assert close(turned.getpixel((160, 20)), RED)
    assert close(turned.getpixel((160, 300)), BLUE)


def test_a_turn_that_png_tells_behind_its_pixels_is_applied(kind, declare):
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = written(halves((200, 200)), "PNG", exif=exif)
    start = whole.index(b"eXIf") - 4
    end = start + 12 + struct.unpack(">I", whole[start : start + 4])[0]
    mark = whole.index(b"IEND") - 4
    moved = whole[:start] + whole[end:mark] + whole[start:end] + whole[mark:]
    turned = opened(kind.parse(declare("image"), sent(moved)))
    assert close(turned.getpixel((160, 20)), RED)


DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))


def profile(primaries, gamma=2.2):
    """An ICC profile of three primaries, as XYZ under D50, and one gamma."""

    def xyz(place):
        return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(part * 65_536) for part in place))

    curve = b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(gamma * 256))
    text = b"desc" + bytes(4) + struct.pack(">I", 2) + b"x\0" + bytes(78)
    tags = {b"desc": text, b"cprt": b"text" + bytes(4) + b"x\0\0\0", b"wtpt": xyz((0.9642, 1, 0.82491))}
    tags |= {name: xyz(place) for name, place in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, data, start = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    head = bytes(4) + struct.pack(">I", 0x02400000) + b"mntrRGB XYZ " + struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    head += b"acsp" + bytes(28) + struct.pack(">3i", 63_190, 65_536, 54_061) + bytes(48)
    return struct.pack(">I", start + len(data)) + head + table + data


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize(
    ("primaries", "stored", "shown"),
    [(DISPLAY_P3, (234, 51, 35), (255, 0, 0)), (ADOBE_RGB, (144, 255, 60), (0, 255, 0))],
    ids=["Display P3", "Adobe RGB"],
)
def test_the_profile_of_the_colours_is_applied(kind, declare, form, primaries, stored, shown):
    content = written(Image.new("RGB", (90, 90), stored), form, icc_profile=profile(primaries))
    assert close(opened(kind.parse(declare("image"), sent(content))).getpixel((9, 9)), shown)


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_it_is_applied_to_colours_of_every_sort(kind, declare, mode):
    picture = Image.new("RGB", (90, 90), (234, 51, 35)).convert(mode)
    content = written(picture, "PNG", icc_profile=profile(DISPLAY_P3))
    assert close(opened(kind.parse(declare("image"), sent(content))).getpixel((9, 9)), (255, 0, 0))


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_profile_of_other_colours_means_nothing(kind, declare, mode):
    form = "JPEG" if mode == "CMYK" else "PNG"
    content = written(Image.new("RGB", (90, 90), (128, 128, 128)).convert(mode), form, icc_profile=profile(ADOBE_RGB))
    assert close(opened(kind.parse(declare("image"), sent(content))).getpixel((9, 9)), (128, 128, 128))


def test_a_picture_of_48_megapixels_is_taken_and_its_size_never_decoded(kind, declare, monkeypatch):
    content = written(Image.new("L", (8_000, 6_000), 128), "JPEG", quality=30)
    decoded = []
    middle = image._middle
    monkeypatch.setattr(image, "_middle", lambda picture, edge: decoded.append(picture.size) or middle(picture, edge))
    assert opened(kind.parse(declare("image"), sent(content))).size == (320, 320)
    assert decoded == [(1_000, 750)]


def test_few_are_decoded_at_once_and_who_waits_in_vain_is_told(kind, declare, refusal, monkeypatch):
    monkeypatch.setattr(image, "PATIENCE", 0.01)
    content = written(halves(), "PNG")
    with ExitStack() as others:
        for _ in range(image.AT_ONCE):
            others.enter_context(image._turn())
        assert "Many people are sending pictures" in refusal(kind, declare("image"), sent(content))[""]
    assert kind.parse(declare("image"), sent(content))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_no_place_no_camera_no_comment_remains(kind, declare, form):
    exif = Image.Exif()
    exif[0x010F] = "CANARY camera"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    exif.get_ifd(0x8825)[29] = "CANARY date"
    options = {"exif": exif, "icc_profile": b"CANARY profile", "xmp": b"<x>CANARY</x>", "comment": b"CANARY"}
    content = written(halves(), form, **options) + b"CANARY behind the end"
    assert dict(Image.open(BytesIO(content)).getexif().get_ifd(0x8825))
    value = kind.parse(declare("image"), sent(content))
    assert b"CANARY" in content
    assert b"CANARY" not in value
    assert dict(opened(value).getexif()) == {}
    assert set(opened(value).info) <= {"loop", "background", "timestamp", "duration"}


def test_nothing_chosen(kind, declare, refusal):
    for nothing in (Given(), sent(b"", ""), Given({"": ("me.jpg",)})):
        assert refusal(kind, declare("image"), nothing) == {"": "Choose a picture."}


def test_an_empty_file(kind, declare, refusal):
    assert refusal(kind, declare("image"), sent(b"")) == {"": "This file is empty. Choose another picture."}


def test_a_file_that_is_too_large(kind, declare, refusal):
    declared = declare("image", max_megabytes=0.5)
    errors = refusal(kind, declared, sent(bytes(500_001)))
    assert errors == {"": "This file is too large. Choose one of at most 0.5 MB."}
    assert refusal(kind, declared, sent(bytes(500_000))) == {"": UNREADABLE}


@pytest.mark.parametrize("size", [(1_001, 1_000), (20_000, 5_000), (60_000, 60_000)])
def test_a_picture_of_too_many_pixels(kind, declare, refusal, size):
    errors = refusal(kind, declare("image", max_megapixels=1), sent(png_that_claims(*size)))
    assert errors == {"": "This picture has too many pixels. Choose one of at most 1 megapixels."}


def test_as_many_pixels_as_allowed(kind, declare):
    assert kind.parse(declare("image", max_megapixels=1), sent(written(halves((1_000, 1_000)), "PNG")))


@pytest.mark.parametrize(
    "content",
    [
        b"no picture",
        b"\0" * 64,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        png_that_claims(0, 10),
        png_that_claims(900, 900),
        written(halves(), "BMP"),
        written(halves(), "TIFF"),
        written(halves(), "PPM"),
    ],
)
def test_what_is_no_picture_that_we_read(kind, declare, refusal, content):
    assert refusal(kind, declare("image"), sent(content)) == {"": UNREADABLE}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_was_cut_short(kind, declare, refusal, form, share):
    whole = written(Image.effect_noise((200, 200), 80).convert("RGB"), form)
    assert refusal(kind, declare("image"), sent(whole[: int(len(whole) * share)])) == {"": UNREADABLE}


def test_a_file_whose_checksum_is_off(kind, declare, refusal):
    whole = written(halves(), "PNG")
    mark = whole.index(b"IEND") - 8  # the last four bytes of the picture's data are their checksum
    bent = whole[:mark] + bytes(4) + whole[mark + 4 :]
    assert refusal(kind, declare("image"), sent(bent)) == {"": UNREADABLE}


@effort(max_examples=80)
@given(
    form=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]), at=st.floats(0, 1), noise=st.binary(min_size=1, max_size=8)
)
def test_a_bent_file_is_read_or_refused(form, at, noise, kinds, declare):
    content = bytearray(written(halves((40, 20)), form))
    place = int(at * (len(content) - 1))
    content[place : place + len(noise)] = noise
    errors = None
    try:
        value = kinds["image"].parse(declare("image", edge=16), sent(bytes(content)))
    except Invalid as invalid:
        errors = invalid.errors
    assert opened(value).size == (16, 16) if errors is None else errors.keys() == {""}


def test_the_value_is_bytes_all_the_way(kind, declare):
    declared = declare("image", edge=48)
    value = kind.parse(declared, sent(written(halves(), "PNG")))
    assert kind.load(kind.dump(value)) == value == kind.dump(value)
    assert kind.show(declared, value) == "A picture, 48 × 48"
    assert opened(kind.parse(declared, kind.given(declared, value))).size == (48, 48)


def test_the_control_says_what_is_allowed(kind, declare):
    (control,) = kind.inputs(declare("image", max_megabytes=2), Given(), {"": "Choose a picture."})
    assert (control.type, control.errors, control.values) == ("file", ("Choose a picture.",), ())
    assert control.accept.startswith("image/jpeg,image/png,image/webp,image/gif")
    assert "svg" not in control.accept
    assert control.hint.startswith("JPEG, PNG, WebP")
    assert control.hint.endswith("up to 2 MB and 50 megapixels.")
    assert kind.multipart


@pytest.mark.parametrize(
    ("chosen", "start"),
    [
        ({"max_megabytes": 0}, "settings.max_megabytes: must be a number above 0"),
        ({"max_megabytes": "5"}, "settings.max_megabytes: must be a number above 0"),
        ({"max_megabytes": float("nan")}, "settings.max_megabytes: must be a number above 0"),
        ({"edge": 15}, "settings.edge: must be a whole number"),
        ({"edge": 320.0}, "settings.edge: must be a whole number"),
        ({"max_megapixels": 81}, "settings.max_megapixels: must be a number above 0"),
    ],
)
def test_settings_are_checked(kind, declare, chosen, start):
    (sentence,) = kind.check(declare("image", **chosen))
    assert sentence.startswith(start)
