"""A fetch cannot be turned inward, made to last or made to swell; what it brings says when and from where."""

from __future__ import annotations

import gzip
import re
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from regesta.errors import InputError, NetworkError
from regesta.ingest._wire import World, is_public
from regesta.ingest.fetch import Conditions, Fetched, fetch
from regesta.limits import FETCH_BYTES, FETCH_REDIRECTS, FETCH_SECONDS, URI_CHARS
from tests.ingest.internet import PUBLIC, Internet, answer, endless, redirect, site

PAGE = b"<p>Ohio said no."
URL = "https://a.example/letter"
ENDLESS = b"HTTP/1.1 200 OK\r\n\r\n"
GZIP = "Content-Encoding: gzip"

# Ways to write an inward address, and URLs that are none. No connection may be opened for any of them.
REFUSED = {
    "loopback": "http://127.0.0.1/",
    "loopback, another": "http://127.8.8.8/",
    "loopback, short": "http://127.1/",
    "loopback, decimal": "http://2130706433/",
    "loopback, octal": "http://0177.0.0.1/",
    "loopback, hexadecimal": "http://0x7f000001/",
    "loopback, mixed": "http://0x7f.0.1/",
    "loopback, full-width full stops": "http://127。0。0。1/",
    "loopback, full-width digits": "http://１２７.０.０.１/",
    "loopback, circled digits": "http://①②⑦.0.0.1/",
    "loopback, v6": "http://[::1]/",
    "loopback, v6 in full": "http://[0:0:0:0:0:0:0:1]/",
    "loopback, mapped": "http://[::ffff:127.0.0.1]/",
    "loopback, mapped in hexadecimal": "http://[::ffff:7f00:1]/",
    "loopback, compatible": "http://[::127.0.0.1]/",
    "loopback, by name": "http://localhost/",
    "loopback, by name with a dot": "http://localhost./",
    "loopback, by a public name": "http://inward.example/",
    "nothing": "http://0.0.0.0/",
    "nothing, short": "http://0/",
    "nothing, v6": "http://[::]/",
    "metadata of a cloud": "http://169.254.169.254/latest/meta-data/",
    "link-local, v6": "http://[fe80::1]/",
    "private, ten": "http://10.0.0.1/",
    "private, sixteen": "http://172.16.0.1/",
    "private, home": "http://192.168.1.1/",
    "private, v6": "http://[fd00::1]/",
    "shared by a provider": "http://100.64.0.1/",
    "multicast": "http://224.0.0.1/",
    "broadcast": "http://255.255.255.255/",
    "6to4 of a private one": "http://[2002:a00:1::]/",
    "NAT64 of a private one": "http://[64:ff9b::a00:1]/",
    "site-local": "http://[fec0::1]/",
    "one of several is inward": "http://mixed.example/",
    "credentials": "http://user:secret@a.example/",
    "a host in the user name": "http://a.example@127.0.0.1/",
    "backslash": "http://a.example\\@127.0.0.1/",
    "file": "file:///etc/passwd",
    "ftp": "ftp://a.example/",
    "data": "data:text/plain,hello",
    "javascript": "javascript:alert(1)",
    "gopher": "gopher://a.example/",
    "no scheme": "a.example/letter",
    "no host": "http:///letter",
    "another port": "http://a.example:8080/",
    "port of mail": "http://a.example:25/",
    "space": "http://a.example/a b",
    "line end": "http://a.example/\r\nX: y",
    "percent in the host": "http://127%2e0.0.1/",
    "zone": "http://[fe80::1%25eth0]/",
    "no end": "http://a.example/" + "x" * URI_CHARS,
    "nothing at all": "",
}

# Redirects to where nothing may be read from.
TURNED = {
    "inward": "http://127.0.0.1/",
    "metadata of a cloud": "http://169.254.169.254/",
    "a public name that is inward": "http://inward.example/",
    "file": "file:///etc/passwd",
    "credentials": "http://u:p@a.example/",
    "another port": "//a.example:22/",
}

PACKED = {
    "gzip": (gzip.compress(PAGE), GZIP),
    "gzip in two members": (gzip.compress(PAGE[:5]) + gzip.compress(PAGE[5:]), GZIP),
    "deflate": (zlib.compress(PAGE), "Content-Encoding: deflate"),
    "deflate without a header": (zlib.compress(PAGE)[2:-4], "Content-Encoding: Deflate"),
    "as it is": (PAGE, "Content-Encoding: identity"),
}

# Answers that are no document, or none within the limits.
FAULTS: dict[str, tuple[bytes, str]] = {
    "not found": (answer(b"", status="404 Not Found"), "answers 404"),
    "asks to wait": (answer(b"", "Retry-After: 120", status="429 Too Many Requests"), "wait ('120')"),
    "a part": (answer(PAGE, status="206 Partial Content"), "answers 206"),
    "nothing": (answer(b"", status="204 No Content"), "answers 204"),
    "unchanged, though nobody asked": (answer(b"", status="304 Not Modified"), "answers 304"),
    "redirect to nowhere": (answer(b"", status="302 Found"), "answers 302"),
    "gzip bomb": (answer(gzip.compress(bytes(20_000_000)), GZIP), "200 times"),
    "gzip in gzip": (answer(gzip.compress(gzip.compress(PAGE)), "Content-Encoding: gzip, gzip"), "not asked for"),
    "brotli": (answer(PAGE, "Content-Encoding: br"), "not asked for"),
    "says gzip and is not": (answer(PAGE, GZIP), "damaged"),
    "gzip that breaks off": (answer(gzip.compress(PAGE)[:-9], GZIP), "breaks off"),
    "shorter than it says": (answer(PAGE)[:-4], "cannot be read"),
    "headers that break off": (b"HTTP/1.1 200 OK\r\nContent-", "cannot be read"),
    "no HTTP": (b"220 mail.example ESMTP\r\n", "cannot be read"),
    "no answer": (b"", "cannot be read"),
    "huge headers": (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000, "cannot be read"),
}


def inward() -> Internet:
    net = site()
    net.hosts |= {"inward.example": [["10.1.2.3"]], "mixed.example": [[PUBLIC, "127.0.0.1"]], "localhost.": [["::1"]]}
    return net


def fetched(net: Internet, url: str = URL, conditions: Conditions | None = None) -> Fetched:
    return fetch(url, conditions=conditions, world=net.world())


@pytest.mark.parametrize("url", REFUSED.values(), ids=list(REFUSED))
def test_inward_is_refused(url: str) -> None:
    """A URL that leads inward, or is none, is an InputError that names it, and no connection is opened."""
    net = inward()
    with pytest.raises(InputError) as raised:
        fetched(net, url)
    assert (raised.value.where, net.connected) == (url, [])


@pytest.mark.parametrize("target", TURNED.values(), ids=list(TURNED))
def test_redirect_inward_is_refused(target: str) -> None:
    """A redirect is checked like the first URL: only the server that sent it was connected to."""
    net = inward()
    net.answers = [redirect(target)]
    with pytest.raises(InputError):
        fetched(net)
    assert net.connected == [(PUBLIC, 443)]


def test_rebinding_gains_nothing() -> None:
    """A name that is public when it is checked and inward a moment later is asked once, and the first answer used."""
    net = Internet({"a.example": [[PUBLIC], ["127.0.0.1"]]}, [answer(PAGE)])
    fetched(net)
    assert (net.asked, net.connected) == (["a.example"], [(PUBLIC, 443)])


def test_rebinding_between_redirects() -> None:
    """A name that turns inward between a page and its redirect is refused at the redirect."""
    net = Internet({"a.example": [[PUBLIC], ["127.0.0.1"]]}, [redirect("/other")])
    with pytest.raises(InputError):
        fetched(net)
    assert net.connected == [(PUBLIC, 443)]


def test_second_address_is_tried() -> None:
    """Of two public addresses, of which the first refuses, the second is read."""
    net = Internet({"a.example": [["2606:4700::1111", PUBLIC]]}, [answer(PAGE)], dead=("2606:4700::1111",))
    fetched(net)
    assert net.connected == [("2606:4700::1111", 443), (PUBLIC, 443)]


def test_certificate_is_that_of_the_name() -> None:
    """The name of the URL is what the server's certificate is checked for, not the address that is connected to."""
    net = site(answer(PAGE))
    fetched(net)
    assert net.names == [("a.example", True)]


def test_what_is_asked() -> None:
    """A request names the host and this program; it has no cookie, no referrer, no credentials."""
    net = site(answer(PAGE, "Set-Cookie: a=b"), answer(PAGE))
    fetched(net)
    fetched(net, "http://a.example/b?c=ü#part")
    names = [re.findall(rb"^([\w-]+):", bytes(line.sent), re.MULTILINE) for line in net.lines]
    expected = [b"Host", b"User-Agent", b"Accept", b"Accept-Encoding", b"Connection"]
    first = bytes(net.lines[1].sent).split(b"\r\n")[:2]
    assert (names, first) == ([expected, expected], [b"GET /b?c=%C3%BC HTTP/1.1", b"Host: a.example"])


def test_what_comes_back() -> None:
    """A document has its bytes, its final address, the media type that was said and the moment of the fetch."""
    net = site(redirect("https://b.example/new"), answer(PAGE, "Content-Type: text/html; charset=utf-8", 'ETag: "1"'))
    found = fetched(net)
    source = found.source
    assert source is not None
    expected = (URL, "https://b.example/new", "text/html; charset=utf-8", PAGE, '"1"')
    assert expected == (source.name, source.url, source.media_type, source.data, found.etag)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", source.retrieved or "")


def test_unchanged() -> None:
    """With the version that is known a server may say that nothing has changed."""
    net = site(answer(b"", 'ETag: "1"', status="304 Not Modified"))
    found = fetched(net, conditions=Conditions('"1"', "Fri, 30 Jun 2017 10:00:00 GMT"))
    asked = [line for line in bytes(net.lines[0].sent).split(b"\r\n") if line.startswith(b"If-")]
    assert found == Fetched(None, 304, '"1"')
    assert asked == [b'If-None-Match: "1"', b"If-Modified-Since: Fri, 30 Jun 2017 10:00:00 GMT"]


def test_condition_with_a_line_end() -> None:
    """A version that would add a header of its own is not sent."""
    net = site(answer(PAGE))
    with pytest.raises(NetworkError):
        fetched(net, conditions=Conditions("x\r\nX-Injected: y"))
    assert b"Injected" not in bytes(net.lines[0].sent)


def test_five_redirects_are_followed() -> None:
    """The sixth answer may be a document."""
    net = site(*[redirect(f"/{number}") for number in range(FETCH_REDIRECTS)], answer(PAGE))
    found = fetched(net)
    assert (found.source and found.source.url, len(net.connected)) == ("https://a.example/4", FETCH_REDIRECTS + 1)


def test_six_redirects_are_too_many() -> None:
    """A server that leads in circles is left."""
    net = site(*[redirect("/letter") for _ in range(10)])
    with pytest.raises(NetworkError, match="more than 5 redirects"):
        fetched(net)
    assert len(net.connected) == FETCH_REDIRECTS + 1


@pytest.mark.parametrize(("body", "header"), PACKED.values(), ids=list(PACKED))
def test_packed_answers(body: bytes, header: str) -> None:
    """What is packed as was asked for arrives unpacked."""
    found = fetched(site(answer(body, header)))
    assert (found.source and found.source.data) == PAGE


@pytest.mark.parametrize(("raw", "reason"), FAULTS.values(), ids=list(FAULTS))
def test_faults(raw: bytes, reason: str) -> None:
    """An answer that is no document is a NetworkError that names the URL and the reason."""
    net = site(raw)
    with pytest.raises(NetworkError) as raised:
        fetched(net)
    assert (raised.value.where, reason in raised.value.message, net.lines[0].is_closed) == (URL, True, True)


def test_longer_than_it_says() -> None:
    """Of an answer that goes on behind its end the rest is not read."""
    found = fetched(site(answer(PAGE) + b"more"))
    assert (found.source and found.source.data) == PAGE


def test_endless_body() -> None:
    """A body without an end is left at the limit."""
    net = site(endless(ENDLESS, b"x" * 1_000_000))
    with pytest.raises(NetworkError, match=f"more than {FETCH_BYTES:,} bytes"):
        fetched(net)


def test_slow_drip_of_a_body() -> None:
    """A server that sends a byte a second is left when the time is up, however often something comes."""
    net = site(endless(ENDLESS, b"x"), seconds=1.0)
    with pytest.raises(NetworkError, match="longer than 30 s"):
        fetched(net)
    assert FETCH_SECONDS <= net.time - 1_000 <= FETCH_SECONDS + 2


def test_slow_drip_of_headers() -> None:
    """The same holds before the headers are there, and over redirects: the time is for all of it."""
    net = site(redirect("/2"), endless(b"HTTP/1.1 200 OK\r\n", b"x"), seconds=3.0)
    with pytest.raises(NetworkError, match="longer than 30 s"):
        fetched(net)
    assert net.time - 1_000 <= FETCH_SECONDS + 4


def test_host_that_does_not_exist() -> None:
    """A host without an address is a NetworkError."""
    with pytest.raises(NetworkError, match="not found"):
        fetched(Internet(), "https://nobody.example/")


def test_addresses_that_hold_others() -> None:
    """A public address inside another is public, an inward one is not."""
    addresses = ("8.8.8.8", "::ffff:8.8.8.8", "64:ff9b::808:808", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:a00:1::")
    assert [is_public(address) for address in addresses] == [True, True, True, False, False, False]


@pytest.fixture
def server() -> Iterator[int]:
    """A server of this machine that answers any request with the page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield http.server_port
        http.shutdown()
        thread.join()


def test_over_a_real_connection(server: int) -> None:
    """The same over sockets: the name is resolved, its address connected to, and the page read."""
    from regesta.ingest._wire import connect

    world = World(
        resolve=lambda host, port: ["127.0.0.1"],
        connect=lambda address, port, seconds: connect(address, server, seconds),
        is_allowed=lambda address: True,
    )
    found = fetch("http://a.example/", world=world)
    assert found.source and found.source.data == PAGE
