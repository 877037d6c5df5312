"""Servers that behave badly, and how the way to them is kept safe."""

import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from knowledge.upkeep.fetching import Visit, visit
from tests.knowledge.upkeep.serving import OPEN, Server, at, network, serving


@contextmanager
def raw(talk: Callable[[socket.socket], None]) -> Iterator[Server]:
    """A server that says what it likes."""
    listening = socket.create_server((OPEN, 0))
    listening.settimeout(5)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                found, _ = listening.accept()
            except OSError:
                return
            with found:
                try:
                    found.recv(2000)
                    talk(found)
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield Server(OPEN, listening.getsockname()[1])
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def drip(sock: socket.socket) -> None:
    for _ in range(100):
        sock.sendall(b"H")
        time.sleep(0.05)


def flood(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(4000):
        sock.sendall(b"X-Long: " + b"a" * 1000 + b"\r\n")


@pytest.mark.parametrize(
    ("talk", "met", "failed"),
    [
        (drip, "timeout", True),
        (lambda _sock: time.sleep(1.2), "timeout", True),
        (lambda _sock: None, "unreachable", True),
        (lambda sock: sock.sendall(b"220 smtp.example ESMTP\r\n\r\n"), "not-http", False),
        (lambda sock: sock.sendall(b"HTTP/1.1 abc\r\n\r\n"), "not-http", False),
        (lambda sock: sock.sendall(b"\x00\xff" * 9000), "not-http", False),
        (flood, "not-http", False),
    ],
)
def test_a_server_costs_no_more_than_its_time(
    talk: Callable[[socket.socket], None], met: str, failed: bool
) -> None:
    with raw(talk) as server:
        begun = time.monotonic()
        found = visit(at(server), network(server, timeout=0.5))
        assert time.monotonic() - begun < 1.0
        if talk is flood:
            assert found.status == 200 or found.met == met
        else:
            assert (found.met, found.failed) == (met, failed)


def test_of_a_long_answer_little_is_read() -> None:
    sent = []

    def talk(sock: socket.socket) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
        for _ in range(2000):
            sent.append(sock.send(b"a" * 10_000))

    with raw(talk) as server:
        assert visit(at(server), network(server)) == Visit(200)
    assert sum(sent) < 10_000_000


def test_nobody_there_and_no_such_name(server: Server) -> None:
    with socket.create_server((OPEN, 0)) as taken:
        free = taken.getsockname()[1]
    found = visit(f"http://open.example:{free}/", network(server, ports=(free,)))
    assert (found.met, found.failed) == ("unreachable", True)
    found = visit("http://nowhere.example/", network(server))
    assert (found.met, found.failed) == ("no-host", True)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """For open.example, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "open.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("open.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_a_sealed_line_names_the_host_and_checks_it(certificate: Path) -> None:
    asked = []
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate)
    theirs.sni_callback = lambda _sock, name, _context: asked.append(name)
    ours = ssl.create_default_context(cafile=str(certificate))
    with serving(OPEN, tls=theirs) as server:
        net = network(server, {"wrong.example": [OPEN]}, tls=lambda: ours)
        assert visit(f"https://open.example:{server.port}/", net) == Visit(200)
        assert asked == ["open.example"]
        assert server.seen[0][2] == f"open.example:{server.port}"
        wrong = visit(f"https://wrong.example:{server.port}/", net)
        assert (wrong.met, wrong.failed) == ("tls", False)
        unknown = visit(f"https://open.example:{server.port}/", network(server))
        assert (unknown.met, unknown.failed) == ("tls", False)
