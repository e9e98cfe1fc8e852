"""Whether visitors can be told apart by their addresses: they cannot where a proxy is in front that nobody named.

Limits then count all people as one network, and stop them together.
"""

import logging
import threading
from datetime import datetime, timedelta
from pathlib import Path

from asklater import clock
from asklater.i18n import gettext
from asklater.networks import is_public
from asklater.observation import Observer
from asklater.private_files import private_file, private_folder

MOST_SESSIONS = 200
"""New sessions in an hour of one inner address alone: after so many, it is a proxy's."""
HOUR = timedelta(hours=1)
TOLD_FOR = timedelta(days=1)
FILE = "visitors-of-one-address"
"""In INSTANCE: written when it was noticed, with the setting that it was noticed under."""
log = logging.getLogger(__name__)


class OneAddress(Observer):
    """Notices when all visitors of this process come from one address of an inner network."""

    def __init__(self, instance: Path, proxies: int) -> None:
        self._file, self._proxies = instance / FILE, proxies
        self._lock = threading.Lock()
        self._began: datetime | None = None
        self._address: str | None = None
        self._sessions = 0

    def new_session(self, address: str) -> None:
        moment = clock.now()
        with self._lock:
            if self._began is None or not self._began <= moment < self._began + HOUR:
                self._began, self._address, self._sessions = moment, address, 0
            if self._address != address or is_public(address):
                self._address = None  # people can be told apart in this hour
                return
            self._sessions += 1
            if self._sessions <= MOST_SESSIONS:
                return
        self._tell()

    def _tell(self) -> None:
        """Once a day, whichever process notices first."""
        if self.noticed():
            return
        try:
            private_folder(self._file.parent)
            private_file(self._file).write_text(f"{self._proxies}\n")
        except OSError as error:
            log.warning("%s could not be written: %s", self._file, error.strerror)
        log.warning(
            "every visitor of the last hour came from one address of an inner network, so limits stop all of them "
            "together: TRUSTED_PROXIES, which is %s, must be the number of proxies in front",
            self._proxies,
        )

    def noticed(self) -> bool:
        """Whether it was noticed within a day, under this setting."""
        try:
            noticed_at = datetime.fromtimestamp(self._file.stat().st_mtime, clock.now().tzinfo)
            return clock.now() - noticed_at < TOLD_FOR and self._file.read_text().strip() == str(self._proxies)
        except OSError:
            return False

    def notice(self) -> str:
        """A sentence for administrators; "" where there is nothing to say."""
        if not self.noticed():
            return ""
        return gettext(
            "Every visitor came from one address, that of a proxy in front of this site. So limits stop all people "
            "together. Whoever runs this site sets TRUSTED_PROXIES to the number of proxies: it is %(proxies)s now.",
            proxies=self._proxies,
        )
