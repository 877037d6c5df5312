"""A real IMAP server on loopback, with TLS: pymap in a process of its own, kept in memory."""

from __future__ import annotations

import datetime as dt
import imaplib
import ipaddress
import os
import select
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "answers", "not a real password"


@dataclass
class Server:
    """`port` begins TLS by STARTTLS, `tls_port` with the first byte."""

    port: int
    tls_port: int
    certificate: Path

    def put(self, *messages: bytes) -> None:
        with self._client() as client:
            for raw in messages:
                status, said = client.append("INBOX", "", "", raw)
                assert status == "OK", said

    def unread(self) -> int:
        with self._client() as client:
            client.select("INBOX", readonly=True)
            _status, found = client.uid("SEARCH", "UNSEEN")
            return len((found[0] or b"").split())

    @contextmanager
    def _client(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("localhost", self.port, timeout=10) as client:
            client.starttls(ssl.create_default_context(cafile=str(self.certificate)))
            client.login(USER, PASSWORD)
            yield client


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    certificate, key = _certificate(folder)
    port = _free_port()
    command = [
        sys.executable, "-c", "from pymap.main import main; main()",
        "--host", "127.0.0.1", "--port", str(port),
        "--cert", str(certificate), "--key", str(key),
        "dict", "--demo-user", USER, "--demo-password", PASSWORD,
    ]  # fmt: skip
    quiet = {**os.environ, "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(
        command, env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, process)
        with _tls_in_front(port, certificate, key) as tls_port:
            yield Server(port, tls_port, certificate)
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def _tls_in_front(port: int, certificate: Path, key: Path) -> Iterator[int]:
    """pymap knows STARTTLS only: this ends the TLS of `imaps` and hands on what is said."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with (
                suppress(OSError),
                context.wrap_socket(self.request, server_side=True) as near,
                socket.create_connection(("127.0.0.1", port)) as far,
            ):
                _pump(near, far)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as front:
        front.daemon_threads = True
        thread = threading.Thread(target=front.serve_forever, daemon=True)
        thread.start()
        yield front.server_address[1]
        front.shutdown()
        thread.join()


def _pump(near: ssl.SSLSocket, far: socket.socket) -> None:
    while True:
        ready, _w, _x = select.select([near, far], [], [], 10)
        if not ready:
            return
        for end in ready:
            data = end.recv(65536)
            while end is near and near.pending():
                data += near.recv(65536)
            if not data:
                return
            (far if end is near else near).sendall(data)


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "imap.pem", folder / "imap.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("The IMAP server did not start.")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("The IMAP server does not answer.")
