"""A span of time that a law demands, in words."""

import isodate

from webapp.profiling.words import gettext


def lasting(duration: str) -> str:
    """Of an ISO 8601 duration in years, months or days."""
    span = isodate.parse_duration(duration)
    months = int(getattr(span, "months", 0) + 12 * getattr(span, "years", 0))
    if months and months % 12 == 0:
        return gettext("%(years)s years", years=months // 12)
    return gettext("%(months)s months", months=months) if months else gettext("%(days)s days", days=span.days)
