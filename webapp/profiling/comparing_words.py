"""A comparison of two manifests in sentences."""

from webapp.profiling.comparing import Comparison
from webapp.profiling.stopping import Impact, Stopped


def told(comparison: Comparison, impact: Impact) -> list[str]:
    """The comparison in sentences, one a line."""
    if comparison.is_empty:
        return ["Nothing changes for anybody."]
    return [
        *(_sentence(row, impact.accounts) for row in impact.stopped),
        *(f"{field}: newly asked at sign-up, which stops nobody who has an account" for field in comparison.at_signup),
        *(f"{key}: a new action" for key in comparison.new_actions),
        *(f"{key}: this action is gone" for key in comparison.gone_actions),
        *(f"{key}: a new background prompt; it stops nobody" for key in comparison.new_prompts),
        *(f"{key}: this background prompt is gone" for key in comparison.gone_prompts),
        *(f"{key}: asks for {field} too, in the background" for key, field in comparison.asked_too),
        *(
            f"{key}: its kind differs; answers that are held may not read as the new one"
            for key in comparison.rekinded
        ),
        *(
            f"{field}: {'no longer declared' if field in comparison.dropped else 'no action needs it any more'}; "
            f"{count} of {impact.accounts} accounts hold it"
            for field, count in impact.holders
        ),
    ]


def _sentence(row: Stopped, accounts: int) -> str:
    lacking = f"for {row.field}" if row.field else "for any of these"
    condition = f", at most (needed when {row.when})" if row.when else ""
    clear = f"{row.clear_now} accounts that it lets through now ({accounts} in all)"
    return f"{row.action}: newly stops {row.accounts} of the {clear}, {lacking}{condition}"
