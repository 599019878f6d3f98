"""A small internet for tests: hosts with addresses, servers that answer with raw bytes, and a clock that reads move."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

import httpcore

from regesta.errors import NetworkError
from regesta.ingest._wire import World, is_public, resolve

PUBLIC = "93.184.215.14"


def answer(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """Return the bytes of an answer that says how long it is."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(url: str, status: str = "302 Found") -> bytes:
    return answer(b"", f"Location: {url}", status=status)


@dataclass
class Line(httpcore.NetworkStream):
    """A connection: each read gives the next piece and takes ``seconds``."""

    pieces: Iterator[bytes]
    net: Internet
    seconds: float
    sent: bytearray = field(default_factory=bytearray)
    is_closed: bool = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next piece."""
        self.net.time += self.seconds
        if timeout is not None and self.seconds > timeout:
            raise httpcore.ReadTimeout("no byte in time")
        return next(self.pieces, b"")

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Record what is sent."""
        self.sent += buffer

    def close(self) -> None:
        """Record the end."""
        self.is_closed = True

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Line:
        """Record the name that a certificate is asked for."""
        self.net.names.append((server_hostname, ssl_context.check_hostname))
        return self

    def get_extra_info(self, info: str) -> Any:
        """There is none."""
        return None


@dataclass
class Internet:
    """Hosts by name with their addresses, one answer after the other; what was asked and connected to is recorded.

    A host that is not listed is left to the system's resolver, which reads numbers in all their spellings itself.
    """

    hosts: dict[str, list[list[str]]] = field(default_factory=dict)
    answers: list[bytes | Iterable[bytes]] = field(default_factory=list)
    seconds: float = 0.0  # that a read takes
    dead: tuple[str, ...] = ()  # addresses that refuse connections
    time: float = 1_000.0
    asked: list[str] = field(default_factory=list)
    connected: list[tuple[str, int]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    names: list[tuple[str | None, bool]] = field(default_factory=list)

    def world(self) -> World:
        """Return what a fetch takes."""
        return World(self.resolve, self.connect, is_public, lambda: self.time)

    def resolve(self, host: str, port: int) -> list[str]:
        """Return the next addresses of a host."""
        self.asked.append(host)
        if host in self.hosts:
            found = self.hosts[host]
            return found.pop(0) if len(found) > 1 else found[0]
        if host.endswith(".example"):
            raise NetworkError(f"the host {host} is not found")
        return resolve(host, port)

    def connect(self, address: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
        """Return a line with the next answer."""
        self.connected.append((address, port))
        if address in self.dead:
            raise httpcore.ConnectError("refused")
        pieces = self.answers.pop(0)
        line = Line(iter([pieces] if isinstance(pieces, bytes) else pieces), self, self.seconds)
        self.lines.append(line)
        return line


def site(*answers: bytes | Iterable[bytes], **options: Any) -> Internet:
    """Return an internet where a.example and b.example have public addresses and give these answers."""
    return Internet({"a.example": [[PUBLIC]], "b.example": [[PUBLIC]]}, list(answers), **options)


def endless(head: bytes, chunk: bytes) -> Iterator[bytes]:
    """Return an answer without an end."""
    return chain([head], repeat(chunk))
