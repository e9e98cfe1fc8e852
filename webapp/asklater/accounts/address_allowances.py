"""Allowances of an address: how often anybody may do something for it, so that no stranger shuts its owner out.

Whoever knows an address can ask for what its owner needs: a code, a try at getting back in. So uses count by who
asks, and only strangers of several networks together use up what strangers are allowed.
"""

from dataclasses import dataclass

from asklater.accounts.devices import known_device
from asklater.database.access import current_database, current_session
from asklater.email_addresses import normalise_address
from asklater.networks import client_network, client_site
from asklater.rate_limits import RateLimit, try_to_spend


@dataclass(frozen=True)
class Use:
    """What came of a use: `wait` in seconds, 0 where it was granted; `crowded` where strangers have used up theirs."""

    wait: int
    crowded: bool = False


@dataclass(frozen=True)
class AddressAllowance:
    """One allowance. A device that has proved the address has its own, which nobody else touches.

    Any other use counts for its network: by purpose, over all purposes, and towards what all strangers are allowed.
    Once that is used up, each network still has a use now and then, of a reserve. So one network never shuts out
    another, many networks do no harm without end, and the sum of `of_strangers` and `reserve` is the most that all
    the strangers of the world get. Over all purposes, and of the reserve, all networks that one customer may have by
    IPv6 count as one.
    """

    of_device: RateLimit
    of_purpose: RateLimit
    """Of one network, for one purpose."""
    of_network: RateLimit
    """Of one network, for all purposes: less than `of_strangers`, so that it takes several to use that up."""
    of_strangers: RateLimit
    reserve_of_network: RateLimit
    reserve: RateLimit

    def use(self, address: str, purpose: str) -> Use:
        """Use it once for `purpose`, in this request. A refusal uses nothing up, however often it is asked for."""
        step = current_session().begin_nested()
        use = self._use(address, purpose)
        if use.wait:
            step.rollback()
        else:
            step.commit()
        return use

    def _use(self, address: str, purpose: str) -> Use:
        database, whose = current_database(), normalise_address(address)
        device, network, site = known_device(address), client_network(), client_site()
        if device:
            return Use(try_to_spend(database, self.of_device, whose, device))
        wait = try_to_spend(database, self.of_purpose, whose, purpose, network) or try_to_spend(
            database, self.of_network, whose, site
        )
        if wait:
            return Use(wait)
        crowded = try_to_spend(database, self.of_strangers, whose) > 0
        if not crowded:
            return Use(0)
        wait = try_to_spend(database, self.reserve_of_network, whose, site) or try_to_spend(
            database, self.reserve, whose
        )
        return Use(wait, crowded=True)
