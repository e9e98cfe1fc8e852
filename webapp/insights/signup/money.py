"""Sums of money as words, in whatever currency the reader named."""

from flask_babel import format_decimal

from webapp.insights.wording import whole

LARGE = 100
"""From here on, no decimals are shown."""


def money(amount: float, currency: str) -> str:
    """€1,204: the sign first, set off by a space where it is letters."""
    figure = (
        whole(round(amount)) if amount >= LARGE or amount == round(amount) else str(format_decimal(amount, "#,##0.00"))
    )
    gap = "\u00a0" if currency[-1:].isalpha() else ""
    return f"{currency}{gap}{figure}"
