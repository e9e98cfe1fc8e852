"""The forms of a page, as whoever fills them in finds them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """One form of a page: where it goes, how, and its inputs, each with its value and its type."""

    action: str
    method: str
    inputs: list[tuple[str, str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """All forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(
                Form(given.get("action") or given.get("hx-post", ""), given.get("method", "get").upper())
            )
        elif tag in {"input", "button", "select", "textarea"} and self.found and given.get("name"):
            self.found[-1].inputs.append((given["name"], given.get("value", ""), given.get("type", tag)))
        elif tag == "option" and self.found and self.found[-1].inputs and given.get("value"):
            name, value, kind = self.found[-1].inputs[-1]
            if kind == "select" and (not value or "selected" in given):
                self.found[-1].inputs[-1] = name, given["value"], kind


def forms_on(text: str) -> list[Form]:
    parser = Forms()
    parser.feed(text)
    return parser.found
