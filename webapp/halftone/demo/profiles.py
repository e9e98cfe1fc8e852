"""Invented people: their portraits, and what each would type into a field, rightly or wrongly at first."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from io import BytesIO
from math import hypot, sqrt
from random import Random
from typing import Any

from PIL import Image, ImageDraw

from asklater import Engine, clock
from asklater.accounts import Credential
from asklater.kinds import Given, Upload
from asklater.records import Device
from halftone.demo.cast import Stock, Town
from halftone.demo.rates import choose

# Portraits

PORTRAIT_EDGE = 320
PITCH = 10
INK = "#211d1a"
GROUNDS = ("#e9b44c", "#d8432b", "#7fa7c9", "#8fb08c", "#e3a5ad", "#f1e6d2", "#b7a1cf", "#5f8f8a")


@lru_cache(maxsize=32)
def portrait(number: int) -> bytes:
    """The portrait of that number as a PNG; the same number gives the same bytes."""
    chance = Random(f"portrait:{number}")
    picture = Image.new("RGB", (PORTRAIT_EDGE, PORTRAIT_EDGE), GROUNDS[number % len(GROUNDS)])
    pen = ImageDraw.Draw(picture)
    lean, head, hair = chance.uniform(-14, 14), chance.uniform(58, 70), chance.uniform(0.15, 0.75)
    light = chance.choice((-1, 1))
    for row in range(PORTRAIT_EDGE // PITCH + 2):
        for column in range(PORTRAIT_EDGE // PITCH + 2):
            x, y = column * PITCH + (row % 2) * PITCH / 2, row * PITCH
            radius = PITCH * 0.72 * sqrt(_darkness(x - 160 - lean, y, head, hair, light))
            if radius > 0.8:
                pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=INK)
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _darkness(x: float, y: float, head: float, hair: float, light: int) -> float:
    """How dark a point is, 0..1; `x` counts from the middle of the head."""
    from_head = hypot(x / head, (y - 128) / (head * 1.22))
    if from_head < 1:
        above = (128 - y) / (head * 1.22)
        return 0.95 if above > hair else 0.08 + 0.4 * max(0.0, light * x / head) + 0.25 * from_head**4
    if abs(x) < head * 0.42 and 128 < y < 235:
        return 0.5
    shoulders = hypot(x / 138, (y - 330) / 118)
    return 0.55 + 0.35 * max(0.0, light * x / 138) if shoulders < 1 else 0.0


# Answers

AREAS = (206, 212, 303, 312, 404, 415, 512, 617, 702, 805)
"""American codes of areas."""


class StoredPortraits:
    """Portraits in the form in which the kind of `field` stores them; each is drawn and parsed once."""

    def __init__(self, engine: Engine, field: str = "picture") -> None:
        self._kind, self._declared = engine.kind_of(field), engine.field(field)
        self._parsed: dict[int, Any] = {}

    def stored(self, number: int) -> Any:
        if number not in self._parsed:
            upload = Upload("portrait.png", portrait(number))
            self._parsed[number] = self._kind.parse(self._declared, Given(uploads={"": upload}))
        return self._parsed[number]


@dataclass(frozen=True)
class Typed:
    """What is typed or chosen; the field's kind parses it."""

    given: Given


@dataclass(frozen=True)
class Stored:
    """A value in its stored form, for what only an outside party can give: a code by email, a payment provider."""

    value: Any


Answer = Typed | Stored


class InventedPerson:
    """One invented person. The number makes the address unique; everything else is drawn."""

    def __init__(self, stock: Stock, portraits: StoredPortraits, chance: Random, number: int) -> None:
        self._stock = stock
        self._portraits = portraits
        self._given, self._family = chance.choice(stock.given_names), chance.choice(stock.family_names)
        self._place: Town = chance.choice(stock.places)
        self._street = chance.choice(self._place.streets)
        self._brand = chance.choice(stock.brands)
        self._nickname = chance.choice(
            (self._given, f"{self._given} {self._family[0]}.", f"{self._given.lower()}{number}")
        )
        self._picture = chance.randrange(stock.pictures)
        self._number = number

    @cached_property
    def email(self) -> str:
        domain = self._stock.domains[self._number % len(self._stock.domains)]
        return f"{self._given}.{self._family}.{self._number}@{domain}".lower()

    @property
    def _second_email(self) -> str:
        return f"{self._family}.{self._number}@elsewhere.example".lower()

    @property
    def _phone(self) -> str:
        """One of the American numbers that are kept for stories: they are nobody's."""
        return f"+1{AREAS[self._number // 100 % len(AREAS)]}55501{self._number % 100:02d}"

    def device(self, shares: Mapping[Device, float]) -> Device:
        """On which class of device this person always comes; "other" for what is left of 1."""
        return choose(Random(f"device:{self.email}"), shares) or "other"

    def passkey(self) -> Credential:
        """A passkey that no device has: its public key is none, so nobody signs in with it."""
        made = sha256(f"passkey:{self.email}".encode()).digest()
        return Credential(id=made, public_key=made, transports=("internal",))

    def right(self, field: str) -> Answer:
        """What answers the field. Raises KeyError for a field that nobody in the crowd can answer."""
        match field:
            case "email":
                return _typed(self.email)
            case "verified_email" | "verified_phone" | "verified_recovery_address":
                return Stored(self._proof(field))
            case "phone":
                return _typed(self._phone)
            case "recovery_address":
                return _typed(self._second_email)
            case "country":
                return _typed(self._place.country)
            case "shipping_address":
                return Typed(Given({part: (text,) for part, text in self._address().items()}))
            case "payment_method":
                return Stored(self._payment())
            case "display_name":
                return _typed(self._nickname)
            case "picture":
                return Stored(self._portraits.stored(self._picture))
        raise KeyError(f"nobody in the crowd can answer {field!r}")

    def wrong(self, field: str) -> Typed:
        """What people get wrong at the field: the kind refuses it. Every third person leaves something out."""
        leaves_out = self._number % 3 == 0
        match field:
            case "email":
                return _typed(self.email.replace("@", " at "))
            case "recovery_address":
                return _typed(self._second_email.replace("@", " at "))
            case "phone":
                return _typed(self._phone[:7])
            case "verified_email" | "verified_phone" | "verified_recovery_address":
                return _typed("12345")
            case "shipping_address":
                parts = self._address() | {"postal_code": "" if leaves_out else "12"}
                return Typed(Given({part: (text,) for part, text in parts.items()}))
            case "payment_method" if not leaves_out:
                card = {"number": "4242 4242 4242 4241", "expiry": f"12 / {clock.now().year % 100 + 2}", "code": "123"}
                return Typed(Given({part: (text,) for part, text in card.items()}))
            case "display_name":
                return _typed(self._given[0])
            case "picture":
                return Typed(Given(uploads={"": Upload("letter.pdf", b"%PDF-1.7 is no picture")}))
        return Typed(Given())

    def _proof(self, field: str) -> dict[str, str]:
        """As a code that was typed in leaves it."""
        proved = {
            "verified_email": {"address": self.email},
            "verified_phone": {"number": self._phone},
            "verified_recovery_address": {"address": self._second_email},
        }
        return proved[field] | {"proved_at": clock.now().isoformat()}

    def _address(self) -> dict[str, str]:
        town = self._place.model_dump(exclude={"streets"})
        parts = {"name": f"{self._given} {self._family}", "street_address": self._street, **town}
        return {part: text for part, text in parts.items() if text}

    def _payment(self) -> dict[str, str]:
        """As the test provider of payments leaves it: a token, never a number."""
        last_four = f"{self._number * 7919 % 10_000:04d}"
        year = 2027 + self._number % 4
        return {
            "token": f"test_{self._number:06d}",
            "brand": self._brand,
            "last_four": last_four,
            "expires": f"{year}-{1 + self._number % 12:02d}",
        }


def _typed(text: str) -> Typed:
    return Typed(Given({"": (text,)}))
