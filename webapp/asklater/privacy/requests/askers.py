"""Who asks, as the queue tells it: a masked address, so that officers can tell requests apart without opening them."""

from collections.abc import Collection

from sqlalchemy import select

from asklater.engine import Engine
from asklater.keys.keyring import record
from asklater.keys.service import Sealed
from asklater.privacy.masked_addresses import masked, masked_addresses
from asklater.privacy.requests.queries import Request
from asklater.privacy.tables import address_label, privacy_request
from asklater.tables import subject


def masked_askers(engine: Engine, requests: Collection[Request]) -> dict[int, str]:
    """Returns by the numbers of the requests the masked address that each is answered to, those without one left out.
    Two statements, however many there are."""
    found = _addresses_of_requests(engine, requests)
    others = {one.subject_id for one in requests if one.id not in found and one.subject_id is not None}
    of_accounts = masked_addresses(engine, others)
    for one in requests:
        if one.id not in found and one.subject_id in of_accounts:
            found[one.id] = of_accounts[one.subject_id]
    return found


def _addresses_of_requests(engine: Engine, requests: Collection[Request]) -> dict[int, str]:
    """Returns the masked addresses that stand in the requests themselves."""
    it = privacy_request.c
    wanted = (
        select(it.id, it.public_id, it.subject_id, it.address, subject.c.data_key)
        .join_from(privacy_request, subject)
        .where(it.id.in_([one.id for one in requests]), it.address.is_not(None))
    )
    found = {}
    for row in engine.database.reading().execute(wanted):
        try:
            opened = engine.keyring.open(
                row.data_key, row.subject_id, record(address_label(row.public_id)), row.address
            )
        except Sealed:
            continue
        found[row.id] = masked(opened.decode())
    return found
