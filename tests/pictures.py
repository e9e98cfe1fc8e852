"""Small pictures for the tests."""

from io import BytesIO

from PIL import Image


def picture(size: tuple[int, int] = (64, 48), kind: str = "PNG") -> BytesIO:
    """A picture as a file that a form can send."""
    sent = BytesIO()
    Image.new("RGB", size, "#c8341e").save(sent, kind)
    sent.seek(0)
    return sent
