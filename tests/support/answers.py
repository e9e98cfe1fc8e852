"""What people type into the workshop's prompts, and the pictures that they choose."""

from io import BytesIO
from typing import Any

from PIL import Image

ADDRESS = {
    "answer.address.country": "DE",
    "answer.address.name": "Ada Lovelace",
    "answer.address.street_address": "Weg 1",
    "answer.address.city": "Berlin",
    "answer.address.postal_code": "10115",
}


def ada() -> dict[str, Any]:
    """Everything that `publish` asks for, together."""
    return {
        "answer.email": "ada@x.example",
        "answer.display_name": "Ada",
        "answer.picture": (picture(), "ada.png"),
    }


def picture(size: tuple[int, int] = (64, 48), kind: str = "PNG") -> BytesIO:
    """A picture as a file that a form can send."""
    sent = BytesIO()
    Image.new("RGB", size, "#c8341e").save(sent, kind)
    sent.seek(0)
    return sent
