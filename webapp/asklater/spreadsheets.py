"""Cells that a spreadsheet shows and never runs."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula."""


def inert(cell: str) -> str:
    """The cell; where it begins like a formula, with an apostrophe in front, which makes it text."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
