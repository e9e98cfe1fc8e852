"""What people type into the workshop's prompts."""

from typing import Any

from tests.pictures import picture

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
