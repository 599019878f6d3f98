"""From a URL to bytes, in a way that cannot be turned inward, made to last, or made to swell.

Guaranteed: http and https on their own ports only; every address that the host resolves to is public, and the one
that was checked is the one that is connected to; at most five redirects, each checked like the first URL; 30 seconds
in all; 50 MB on the wire, 200 MB unpacked, and not more than 200 times what came over the wire. No cookies, no
credentials, no proxies, no settings from the environment.

httpcore is used below httpx, whose own client offers no place to check an address between resolving and connecting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from regesta._version import __version__
from regesta.errors import InputError, NetworkError
from regesta.ingest._unpack import CODINGS, Unpacker
from regesta.ingest.capture import Source
from regesta.limits import FETCH_BYTES, FETCH_REDIRECTS, FETCH_SECONDS, URI_CHARS

if TYPE_CHECKING:
    from ssl import SSLContext

    from httpcore import Response
    from httpx import URL

    from regesta.ingest._wire import Wire, World

_PORTS: Final = (None, 80, 443)
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_DOCUMENTS: Final = (200, 203)
_NOT_MODIFIED: Final = 304
_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?|[0-9a-f:.]+")
_BAD: Final = re.compile(r"[\x00-\x20\x7f\\]")
_HEADERS: Final[dict[bytes | str, bytes | str]] = {
    "User-Agent": f"regesta/{__version__}",
    "Accept": "text/html, application/xhtml+xml, application/pdf, text/plain, application/atom+xml, */*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the last answer said of its version: with these a server need not send the same again (RFC 9110 §13)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: ``source`` is None where the server says that nothing has changed (status 304)."""

    source: Source | None
    status: int
    etag: str | None = None
    last_modified: str | None = None


def fetch(url: str, *, conditions: Conditions | None = None, world: World | None = None) -> Fetched:
    """Return what is at a URL.

    Raises InputError for a URL or an address that is not read, NetworkError for an answer that does not come, is no
    document, or is beyond the limits.
    """
    import httpcore

    from regesta.ingest._wire import Wire, World

    world = world or World()
    wire = Wire(world, world.clock() + FETCH_SECONDS)
    try:
        return _follow(url, conditions or Conditions(), wire)
    except httpcore.TimeoutException as error:
        raise NetworkError(f"took longer than {FETCH_SECONDS:.0f} s", where=url) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError) as error:
        raise NetworkError(f"cannot be read: {error}", where=url) from error
    except (InputError, NetworkError) as error:
        error.where = url
        raise


def _follow(url: str, conditions: Conditions, wire: Wire) -> Fetched:
    address = _checked(url)
    for _ in range(FETCH_REDIRECTS + 1):
        answer = _ask(url, address, conditions, wire)
        if isinstance(answer, Fetched):
            return answer
        address = _checked(answer)
    raise NetworkError(f"more than {FETCH_REDIRECTS} redirects")


def _checked(text: str) -> URL:
    """Return the URL, without its fragment. Raises InputError for one that is not read."""
    from httpx import URL, InvalidURL

    if len(text) > URI_CHARS or _BAD.search(text):
        raise InputError("is no URL: too long, or with a space, a backslash or a control character in it")
    try:
        url = URL(text).copy_with(fragment=None)
        host = url.raw_host.decode("ascii")
    except (InvalidURL, ValueError) as error:  # IDNA's errors are UnicodeErrors
        raise InputError(f"is no URL: {error}") from error
    if url.scheme not in ("http", "https"):
        raise InputError(f"begins with {url.scheme or 'nothing'}:, and only http: and https: are read")
    if url.userinfo:
        raise InputError("holds a user name or password, which are not sent")
    if not _HOST.fullmatch(host):
        raise InputError("has no host name that can be looked up")
    if url.port not in _PORTS:
        raise InputError(f"has port {url.port}, and only 80 and 443 are read", remedy="save the page as a file")
    return url


def _ask(name: str, url: URL, conditions: Conditions, wire: Wire) -> Fetched | str:
    """Return the answer of one server, or the URL that it redirects to."""
    import httpcore

    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    headers = _HEADERS | _conditional(conditions)
    with (
        httpcore.ConnectionPool(ssl_context=_tls() if url.scheme == "https" else None, network_backend=wire) as pool,
        pool.stream("GET", target, headers=headers) as response,
    ):
        location = _header(response, "location")
        if response.status in _REDIRECTS and location:
            return urljoin(str(url), location)
        is_unchanged = response.status == _NOT_MODIFIED and conditions != Conditions()
        if not is_unchanged and response.status not in _DOCUMENTS:
            raise NetworkError(f"the server answers {response.status}{_retry(response)}")
        source = None if is_unchanged else _source(name, url, response)
        return Fetched(source, response.status, _header(response, "etag"), _header(response, "last-modified"))


@cache
def _tls() -> SSLContext:
    """Return how certificates are checked; to load the authorities takes 50 ms."""
    import httpcore

    return httpcore.default_ssl_context()


def _conditional(conditions: Conditions) -> dict[bytes | str, bytes | str]:
    fields = {"If-None-Match": conditions.etag, "If-Modified-Since": conditions.last_modified}
    return {name: value for name, value in fields.items() if value}


def _source(name: str, url: URL, response: Response) -> Source:
    data = _body(response)
    retrieved = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Source(name, data, url=str(url), media_type=_header(response, "content-type"), retrieved=retrieved)


def _body(response: Response) -> bytes:
    """Return the content of an answer, unpacked. Raises NetworkError beyond the limits, and for what breaks off."""
    unpacker = Unpacker(_coding(response))
    data = bytearray()
    try:
        for chunk in response.iter_stream():
            data += unpacker.feed(chunk)
            if unpacker.packed > FETCH_BYTES:
                raise NetworkError(f"sends more than {FETCH_BYTES:,} bytes")
        unpacker.finish()
    except InputError as error:
        raise NetworkError(error.message) from error
    return bytes(data)


def _coding(response: Response) -> str | None:
    """Return how the content is packed. Raises NetworkError for what was not asked for: brotli, packed twice."""
    coding = (_header(response, "content-encoding") or "").lower()
    if coding in ("", "identity"):
        return None
    if coding not in CODINGS:
        raise NetworkError(f"is packed in a way that was not asked for: {coding[:40]!r}")
    return coding


def _header(response: Response, name: str) -> str | None:
    """Return a header, all its lines joined (RFC 9110 §5.2); bytes that are no UTF-8 are Latin-1."""
    values = [value for key, value in response.headers if key.lower() == name.encode()]
    joined = b", ".join(values).strip()
    try:
        return joined.decode("utf-8") or None
    except UnicodeDecodeError:
        return joined.decode("latin-1")


def _retry(response: Response) -> str:
    after = _header(response, "retry-after")
    return f", and asks to wait ({after[:40]!r})" if after else ""
