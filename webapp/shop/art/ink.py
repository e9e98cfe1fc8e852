"""The house palette: warm paper, deep ink and one strong accent for each piece."""

PAPER = "#f6f1e7"
SHADE = "#e9dfcb"
SAND = "#dccbaa"
INK = "#1f2029"
NIGHT = "#171a2e"
VERMILION = "#d8432b"
COBALT = "#2447b2"
OCHRE = "#d8962a"
FOREST = "#2b5b46"
PLUM = "#652a55"
ROSE = "#d9798c"


def mix(first: str, second: str, share: float) -> str:
    """The colour that holds `share` (0..1) of `second` and the rest of `first`, as #rrggbb."""
    channels = []
    for place in (1, 3, 5):
        a, b = int(first[place : place + 2], 16), int(second[place : place + 2], 16)
        channels.append(round(a + (b - a) * share))
    return "#" + "".join(f"{channel:02x}" for channel in channels)
