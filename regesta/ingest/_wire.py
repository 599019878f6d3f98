"""The wire of a fetch: connects to addresses that were checked and to no others, and ends everything at a deadline.

It stands in for the part of httpcore that opens sockets, because only there can both be kept: a name is resolved once,
what it resolves to is checked, and that very address is connected to, so that a name whose answer changes in between
gains nothing; and a server that sends a byte every few seconds, headers included, meets the deadline at each read.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from socket import SOCK_STREAM, gaierror, getaddrinfo
from threading import Thread
from time import monotonic
from typing import Any, Final

import httpcore

from regesta.errors import InputError, NetworkError

# Networks whose addresses hold an IPv4 address in their last 32 bits: NAT64 (RFC 6052, RFC 8215), IPv4-compatible.
_EMBEDDING: Final = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))


def is_public(address: str) -> bool:
    """Say whether an address, and each that it holds inside, is one of the public internet."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and (inner := _embedded(ip)) is not None:
        return is_public(str(inner))
    is_odd = ip.is_multicast or ip.is_reserved or ip.is_loopback or ip.is_link_local or ip.is_unspecified
    if isinstance(ip, IPv6Address):
        is_odd = is_odd or ip.is_site_local or (ip.sixtofour is not None and not is_public(str(ip.sixtofour)))
    return ip.is_global and not is_odd


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    is_embedding = any(ip in network for network in _EMBEDDING) and int(ip) > 1  # `::` and `::1` are themselves
    return IPv4Address(int(ip) & 0xFFFFFFFF) if is_embedding else None


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host as the system gives them."""
    try:
        found = getaddrinfo(host, port, type=SOCK_STREAM)
    except (gaierror, UnicodeError) as error:
        raise NetworkError(f"the host {host} is not found", where=host) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(address: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
    """Open a connection to an address."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout=timeout_s)


@dataclass(frozen=True, slots=True)
class World:
    """What a fetch asks the world for; tests give it another one."""

    resolve: Callable[[str, int], Sequence[str]] = resolve
    connect: Callable[[str, int, float], httpcore.NetworkStream] = connect
    is_allowed: Callable[[str], bool] = is_public
    clock: Callable[[], float] = monotonic  # seconds


@dataclass(slots=True)
class Wire(httpcore.NetworkBackend):
    """Opens the connections of one fetch; ``deadline`` is by the clock of the world."""

    world: World
    deadline: float

    def left_s(self) -> float:
        """Return the seconds that are left. Raises httpcore's timeout at the deadline."""
        left = self.deadline - self.world.clock()
        if left <= 0:
            raise httpcore.ReadTimeout("the time is up")
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check every address, and connect to the first that answers."""
        addresses = self._addresses(host, port)
        for address in addresses:
            if not self.world.is_allowed(address):
                raise InputError(f"{host} is at {address}, which is no public address", where=host)
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                return _Stream(self.world.connect(address, port, self.left_s() / left), self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if left == 1:
                    raise
        raise NetworkError(f"the host {host} has no address", where=host)

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        """Resolve in a thread: the system's resolver takes no time limit."""
        answer: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

        def ask() -> None:
            try:
                answer.put(self.world.resolve(host, port))
            except Exception as error:
                answer.put(error)

        Thread(target=ask, daemon=True).start()
        try:
            found = answer.get(timeout=self.left_s())
        except Empty:
            raise httpcore.ConnectTimeout("the host's address was not found in time") from None
        if isinstance(found, Exception):
            raise found
        return found


class _Stream(httpcore.NetworkStream):
    """A connection of which no step lasts beyond the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, wire: Wire) -> None:
        self.stream, self.wire = stream, wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.wire.left_s())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.wire.left_s())

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self.stream.start_tls(ssl_context, server_hostname, self.wire.left_s()), self.wire)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)
