"""Real servers, on addresses of the loopback net that stand for hosts of the public one."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from knowledge.upkeep.fetching import Network

#: Stands for a public server, for a second one, and for what must not be reached.
OPEN, OTHER, SHUT = "127.0.0.2", "127.0.0.4", "127.0.0.3"
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    number: str
    port: int
    #: Method, target, Host and User-Agent of each request, in order.
    seen: list[tuple[str, str, str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    answers: dict[str, Answer | int] = field(default_factory=dict)


@contextmanager
def serving(number: str, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            host, agent = self.headers.get("Host", ""), self.headers.get("User-Agent", "")
            server.seen.append((self.command, self.path, host, agent))
            server.times.append(time.monotonic())
            what = server.answers.get(
                f"{self.command} {self.path}", server.answers.get(self.path, 200)
            )
            if isinstance(what, int):
                self.send_response(what)
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                what(self)

        do_HEAD = do_GET = answer  # noqa: N815 - named by the library

        def log_message(self, *_args: Any) -> None:
            """Silent."""

    made = ThreadingHTTPServer((number, port), Handler)
    made.daemon_threads = True
    made.handle_error = lambda *_args: None  # type: ignore[method-assign]
    if tls is not None:
        made.socket = tls.wrap_socket(made.socket, server_side=True)
    server = Server(number, made.server_port)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


def network(server: Server, names: dict[str, list[str]] | None = None, **more: Any) -> Network:
    """`open.example` is the server; the numbers that stand for the public net may be reached."""
    known = {"open.example": [server.number], **(names or {})}

    def resolve(host: str, port: int) -> list[str]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return known[host]

    values: dict[str, Any] = {
        "resolve": resolve,
        "is_open": lambda number: number in (OPEN, OTHER),
        "ports": (80, 443, server.port),
        "timeout": 2.0,
    }
    return Network(**values | more)


def at(server: Server, path: str = "/", host: str = "open.example") -> str:
    return f"http://{host}:{server.port}{path}"


def to(address: str, status: int = 302) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Location", address)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer
