"""The documentation: its contents, a chapter, and all chapters on one page."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from halftone.demo.chapters import ORDER, Chapter, chapter

blueprint = Blueprint("docs", __name__, url_prefix="/docs")


@dataclass(frozen=True)
class ChapterPage:
    """One chapter, and those before and after it."""

    chapter: Chapter
    earlier: Chapter | None
    later: Chapter | None


@blueprint.get("/")
def contents() -> ResponseReturnValue:
    return render_template("demo/contents.html", chapters=[chapter(name) for name in ORDER])


@blueprint.get("/all")
def together() -> ResponseReturnValue:
    return render_template("demo/chapters.html", chapters=[chapter(name, together=True) for name in ORDER])


@blueprint.get("/<name>")
def one(name: str) -> ResponseReturnValue:
    if name not in ORDER:
        abort(404)
    place = ORDER.index(name)
    around = [chapter(ORDER[near]) if 0 <= near < len(ORDER) else None for near in (place - 1, place + 1)]
    return render_template("demo/chapter.html", page=ChapterPage(chapter(name), *around))
