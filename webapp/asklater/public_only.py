"""Calls that leave for the public Internet and nowhere else, whatever a name is made to lead to by then.

A session of `requests` that has `PublicOnly` mounted looks up a host itself, refuses it where any of its addresses is
one of this machine or of a private network, and connects to the very address that it has looked at.
"""

import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError

from asklater.networks import is_public


class PublicConnection(HTTPConnection):
    """Connects to a public address of its host; raises NewConnectionError where it has another one."""

    def _new_conn(self) -> socket.socket:
        named, failed = self._dns_host, NewConnectionError(self, f"{self.host} has no address")
        try:
            for address in self._addresses(named):
                self._dns_host = address
                try:
                    return super()._new_conn()
                except NewConnectionError as error:
                    failed = error
        finally:
            self._dns_host = named  # which is asked for, and whose certificate it has to show
        raise failed

    def _addresses(self, host: str) -> list[str]:
        try:
            found = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NameResolutionError(host, self, error) from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not all(is_public(address) for address in addresses):
            raise NewConnectionError(self, f"{host} is not on the public Internet: nothing was sent")
        return addresses


class PublicTLSConnection(PublicConnection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = PublicConnection


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = PublicTLSConnection


class PublicOnly(HTTPAdapter):
    """To be mounted for `http://` and `https://`."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTLS}
