"""The chapters that come with the library, from Markdown to HTML: anchors, contents, and links from one to another.

They are shown one by one, or all on one page, which a browser's own search goes through.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

FOLDER = files("asklater") / "docs"
ORDER = (
    "getting-started",
    "own-application",
    "manifest",
    "gating",
    "api",
    "accounts",
    "insights",
    "privacy",
    "imports",
    "keys",
    "settings",
    "commands",
    "extending",
    "operations",
    "production",
    "benchmarks",
    "security",
    "architecture",
)
"""Names of the chapters, as one would read them."""
FILE_NAME = re.compile(r"<!-- ([\w.-]+) -->\s*")
"""Stands above an example that is a file of that name."""
CHAPTER_LINK = re.compile(r"(?:([a-z-]+)\.md)?(?:#([a-z0-9-]+))?")
_markdown = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Section:
    """A heading below the chapter's own: its anchor on the page, and its words."""

    anchor: str
    title: str


@dataclass(frozen=True)
class Chapter:
    """A chapter as HTML, without its own heading, which is `title`."""

    name: str
    title: str
    sections: tuple[Section, ...]
    html: Markup


@cache
def chapter(name: str, *, together: bool = False) -> Chapter:
    """The chapter of that name.

    `together` is for the page that holds all of them: headings are one level lower, anchors begin with the chapter's
    name, and links stay on the page. Raises KeyError when there is no such chapter, and ValueError for a link that
    leads out of the chapters.
    """
    if name not in ORDER:
        raise KeyError(name)
    source = (FOLDER / f"{name}.md").read_text("utf-8")
    _, heading, _, *tokens = _markdown.parse(source)
    title = heading.content
    sections = tuple(_place_headings(tokens, f"{name}--" if together else "", int(together)))
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", _address(str(child.attrGet("href")), name, together=together))
    _frame_tables(tokens, title)
    _show_code(tokens)
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return Chapter(name, title, sections, Markup(html))  # noqa: S704 -- from files of the package


def slug(title: str) -> str:
    """The anchor of a heading, as code hosts make it."""
    return re.sub(r"[^a-z0-9_ -]", "", title.lower()).replace(" ", "-")


def _place_headings(tokens: list[Token], prefix: str, lower: int) -> Iterator[Section]:
    """Give headings their anchors and levels; those of the second level are the sections."""
    for index, token in enumerate(tokens):
        if token.type not in {"heading_open", "heading_close"}:
            continue
        level = int(token.tag[1:])
        token.tag = f"h{level + lower}"
        if token.type == "heading_open":
            words = tokens[index + 1]
            anchor = prefix + slug(words.content)
            token.attrSet("id", anchor)
            if level == 2:
                yield Section(anchor, "".join(child.content for child in words.children or ()))


def _address(target: str, name: str, *, together: bool) -> str:
    """Where a link of the chapter `name` leads on the site; relative, so that it holds below any prefix."""
    found = CHAPTER_LINK.fullmatch(target)
    if found is None or (found[1] or name) not in ORDER:
        raise ValueError(f"{name}: {target} is no chapter")
    to, anchor = found[1] or "", found[2] or ""
    if together:
        return f"#{to or name}--{anchor}" if anchor else f"#{to or name}"
    return f"{to}#{anchor}" if anchor else to


def _frame_tables(tokens: list[Token], title: str) -> None:
    """Let wide tables scroll in a frame of their own, and say of a column's heading that it is one."""
    number = 0
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            number += 1
            label = escape(f"Table {number}, {title}")
            frame = f'<div class="table-frame" tabindex="0" role="region" aria-label="{label}">'
            tokens[index] = _html(f'{frame}<table class="table">')
        elif token.type == "table_close":
            tokens[index] = _html("</table></div>")
        elif token.type == "th_open" and tokens[index + 1].content:
            token.attrSet("scope", "col")
        elif token.type == "th_open":
            token.tag = tokens[index + 2].tag = "td"  # an empty heading would be read as one


def _show_code(tokens: list[Token]) -> None:
    """Let the keyboard scroll long lines, and show the name of a file above its content."""
    for index, token in enumerate(tokens):
        if token.type in {"fence", "code_block"}:
            tokens[index] = _html(f'<pre tabindex="0"><code>{escape(token.content)}</code></pre>\n')
        elif token.type == "html_block" and (named := FILE_NAME.fullmatch(token.content)):
            tokens[index] = _html(f'<p class="file-name"><code>{named[1]}</code></p>\n')


def _html(content: str) -> Token:
    return Token("html_block", "", 0, content=content)
