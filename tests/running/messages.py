"""`make messages`: the template of translations, from everything that the library says."""

from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from tests.support.paths import ROOT

LIBRARY = ROOT / "webapp" / "asklater"
TEMPLATE = LIBRARY / "translations" / "asklater.pot"
METHODS = [("**.py", "python"), ("templates/**", "jinja2")]
OPTIONS = {"templates/**": {"silent": "false"}}
HEAD = """\
# What Asklater says. For another language, in your application's folder:
#   pybabel init -i asklater.pot -d translations -l LANGUAGE"""
DATED = (b'"POT-Creation-Date:', b'"PO-Revision-Date:', b'"Last-Translator:', b'"Generated-By:', b"# FIRST AUTHOR")
"""Lines of the head that would differ each time, or say nothing."""


def template() -> bytes:
    """The template as it should be. It names files, but no lines, so it changes with the sentences alone."""
    catalogue = Catalog(project="Asklater", version="", copyright_holder="the authors of Asklater")
    catalogue.header_comment = HEAD
    found = extract_from_dir(LIBRARY, METHODS, OPTIONS)
    for filename, _line, message, comments, context in sorted(found, key=lambda entry: entry[0]):
        catalogue.add(message, None, [(filename, 1)], auto_comments=comments, context=context)
    written = BytesIO()
    write_po(written, catalogue, width=120, sort_by_file=True, include_lineno=False)
    return b"".join(line for line in written.getvalue().splitlines(keepends=True) if not line.startswith(DATED))


if __name__ == "__main__":
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(template())
