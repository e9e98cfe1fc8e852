"""The weekly mail: the losses that the overview names, to every product manager who asked for it."""

from asklater import clock
from asklater.engine import Engine
from asklater.http import page_url
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.insights.alerts import loss_sentence
from asklater.insights.attention.subscriptions import LOSSES_LIST, Subscription, claim_due, stop_url, unsubscribe
from asklater.insights.labels import day, key_labels, ngettext
from asklater.insights.losses import Losses, read_losses
from asklater.insights.query import Query, default_query
from asklater.insights.rollup.reader import TotalsReader
from asklater.messages import Importance, post_mail

TEMPLATE = "asklater/messages/losses.txt"


def mail_losses(engine: Engine, role: str) -> int:
    """Write this week's mails, to those who want them and still have the role; returns how many.

    Where nothing was lost there is none, but to those who asked for that, too.
    """
    query = default_query(clock.now(), engine.zone)
    due = claim_due(engine.database, query.today)
    if not due:
        return 0
    losses, holders = _read(engine, query), frozenset(current_identity().role_holders(role))
    for gone in (one for one in due if one.subject_id not in holders):
        unsubscribe(engine.database, gone.subject_id)
    wanting = [one for one in due if one.subject_id in holders and (losses.found or one.even_if_none)]
    return sum(_mail(engine, one, losses) for one in wanting)


def _read(engine: Engine, query: Query) -> Losses:
    window, uncounted = engine.manifest.window, engine.registry.uncounted
    reader = TotalsReader(engine.database, window, uncounted, query.as_of, query.zone)
    return read_losses(reader, query, window)


def _mail(engine: Engine, to: Subscription, losses: Losses) -> bool:
    address = current_identity().address_of(to.subject_id)
    if not address:
        return False
    names = key_labels(engine.manifest)
    lines = [loss_sentence(loss, names) for loss in losses.found]
    return post_mail(
        address,
        _title(losses),
        TEMPLATE,
        subject_id=to.subject_id,
        importance=Importance.NOTICE,
        mailing_list=LOSSES_LIST,
        days=gettext("%(first)s to %(last)s", first=day(losses.first), last=day(losses.last)),
        lines=lines,
        url=page_url("attention.attention"),
        stop_url=stop_url(to.subject_id),
    )


def _title(losses: Losses) -> str:
    if not losses.found:
        return gettext("What needs attention: nothing this week")
    count = len(losses.found)
    return ngettext("What needs attention: %(num)s loss", "What needs attention: %(num)s losses", count)
