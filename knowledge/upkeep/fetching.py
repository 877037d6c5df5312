"""One polite look at an address on the web, which never reaches what is not public.

A name is looked up once and the connection goes to that very number, so that a second answer of
a name server cannot lead elsewhere. Each step of a redirect is judged as the first one was.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cache
from http import client
from io import BytesIO
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings

TIMEOUT = 10.0
#: Of a whole way with its redirects, in steps' time.
MOST_STEPS_LONG = 3
MOST_REDIRECTS = 5
#: Of an answer no more than its head is read, and of that so much.
MOST_BYTES = 16 * 1024
_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Forms of IPv6 that carry an IPv4 address somebody else unpacks.
_TUNNELS = tuple(
    ipaddress.ip_network(net)
    for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)

#: What is met instead of a status.
CLOSED = "closed"  # not on the public web, or not by a port of it
NO_HOST = "no-host"
UNREACHABLE = "unreachable"
TIMED_OUT = "timeout"
TLS = "tls"
NOT_HTTP = "not-http"
LOST = "redirects"

#: Said by the way to the server, which may be our own.
OF_THE_NETWORK = (NO_HOST, UNREACHABLE, TIMED_OUT)
#: Not answered by HEAD as by GET, or worth a second look before it counts.
_TRY_GET = (404, 405, 410, 501)
_REDIRECTS = (301, 302, 303, 307, 308)

Resolve = Callable[[str, int], Collection[str]]


class _Met(Exception):
    pass


def is_public(address: str) -> bool:
    """Whether a number is one of the public net; anything odd is not."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.is_site_local or any(found in net for net in _TUNNELS):
            return False
    odd = (
        found.is_private,
        found.is_loopback,
        found.is_link_local,
        found.is_multicast,
        found.is_reserved,
        found.is_unspecified,
    )
    return found.is_global and not any(odd)


def look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True)
class Network:
    """How the net is reached; tests put their own servers behind names of their own."""

    resolve: Resolve = look_up
    is_open: Callable[[str], bool] = is_public
    ports: Collection[int] = (80, 443)
    tls: Callable[[], ssl.SSLContext] = _tls
    timeout: float = TIMEOUT


@dataclass(frozen=True)
class Visit:
    """`status` of the last answer, or None and what was `met` instead of one."""

    status: int | None = None
    met: str = ""
    #: The addresses on the way, the first one first.
    way: tuple[str, ...] = field(default=(), compare=False)

    @property
    def failed(self) -> bool:
        """Gone, by its own word or by silence; a closed door or a server's fault is not."""
        return self.status in (404, 410) or self.met in OF_THE_NETWORK

    @property
    def answered(self) -> bool:
        return self.status is not None

    @property
    def is_fine(self) -> bool:
        return self.status is not None and self.status < 400


@dataclass(frozen=True)
class _Place:
    scheme: str
    host: str
    port: int
    target: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def visit(address: str, network: Network | None = None) -> Visit:
    """Follow an address to where it leads; at most `timeout` seconds for each question."""
    network = network or Network()
    way: list[str] = []
    end = time.monotonic() + MOST_STEPS_LONG * network.timeout
    for _step in range(MOST_REDIRECTS + 1):
        way.append(address)
        try:
            status, location = _step_to(address, network)
        except _Met as met:
            return Visit(met=str(met), way=tuple(way))
        if status not in _REDIRECTS or not location:
            return Visit(status=status, way=tuple(way))
        try:
            address = urljoin(address, location)
        except ValueError:
            return Visit(met=CLOSED, way=tuple(way))
        if time.monotonic() > end:
            break
    return Visit(met=LOST, way=tuple(way))


def _step_to(address: str, network: Network) -> tuple[int, str]:
    place = _place(address, network.ports)
    number = _number(place, network)
    status, location = _ask("HEAD", place, number, network)
    if status in _TRY_GET:
        status, location = _ask("GET", place, number, network)
    return status, location


def host_of(address: str) -> str:
    """The name that an address is visited under; "" where it is none of the web."""
    try:
        return _place(address, (80, 443)).host
    except _Met:
        return ""


def _place(address: str, ports: Collection[int]) -> _Place:
    try:
        parts = urlsplit(address)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        name = host if ":" in host else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise _Met(CLOSED) from error
    if parts.scheme not in _DEFAULT_PORTS or not name or "@" in parts.netloc:
        raise _Met(CLOSED)
    port = _DEFAULT_PORTS[parts.scheme] if port is None else port
    if port not in ports or any(c in name for c in " %/\\\r\n\t\0"):
        raise _Met(CLOSED)
    # All that is no plain character is written as %xx: nothing can end the line of the request.
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]|")
    return _Place(parts.scheme, name, port, target)


def _number(place: _Place, network: Network) -> str:
    """The number behind the name; a name that also stands for a closed one is closed."""
    try:
        found = list(network.resolve(place.host, place.port))
    except (OSError, UnicodeError) as error:
        raise _Met(NO_HOST) from error
    if not found:
        raise _Met(NO_HOST)
    if not all(network.is_open(number) for number in found):
        raise _Met(CLOSED)
    # Our own line may know no IPv6.
    return next((number for number in found if ":" not in number), found[0])


def _ask(method: str, place: _Place, number: str, network: Network) -> tuple[int, str]:
    end = time.monotonic() + network.timeout
    try:
        with socket.create_connection((number, place.port), network.timeout) as plain:
            if place.scheme == "http":
                return _speak(plain, method, place, end)
            plain.settimeout(_left(end))
            with network.tls().wrap_socket(plain, server_hostname=place.host) as sealed:
                return _speak(sealed, method, place, end)
    except TimeoutError as error:
        raise _Met(TIMED_OUT) from error
    except (ssl.SSLError, ssl.CertificateError) as error:
        raise _Met(TLS) from error
    except (OSError, ValueError) as error:
        raise _Met(UNREACHABLE) from error


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _speak(sock: socket.socket, method: str, place: _Place, end: float) -> tuple[int, str]:
    lines = (
        f"{method} {place.target} HTTP/1.1",
        f"Host: {place.host_header}",
        f"User-Agent: {user_agent()}",
        "Accept: */*",
        "Connection: close",
    )
    sock.settimeout(_left(end))
    sock.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
    got = b""
    while b"\r\n\r\n" not in got and b"\n\n" not in got and len(got) < MOST_BYTES:
        sock.settimeout(_left(end))
        more = sock.recv(2048)
        if not more:
            break
        got += more
    return _read(got)


def _read(got: bytes) -> tuple[int, str]:
    """Status and Location of the head of an answer."""
    first, _newline, rest = got.partition(b"\n")
    words = first.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise _Met(NOT_HTTP if got else UNREACHABLE)
    status = int(words[1][:4])
    try:
        headers = client.parse_headers(BytesIO(rest))
    except client.HTTPException as error:
        raise _Met(NOT_HTTP) from error
    return status, (headers.get("Location") or "").strip()


def user_agent() -> str:
    """Who comes and where to complain, in characters that every server takes."""
    name = f"{settings.HUB_NAME} link check (+{settings.BASE_URL}/)"
    return "".join(c for c in name if " " <= c <= "~")
