"""A real HTTP server that answers as LibreTranslate does, and can misbehave in every way."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Fault(Enum):
    BUSY = "429 with Retry-After"
    BROKEN = "500"
    REFUSES = "400: it does not know the language"
    MOVED = "302 to somewhere else"
    HANGS = "the request is taken and nothing is ever said"
    DRIPS = "a byte at a time, for ever"
    DRIPS_HEAD = "the same, before the first line is over"
    GARBAGE = "200 with something that is not JSON"
    FEWER = "200 with fewer texts than were sent"
    LONG = "200 with far too much text"
    CUT = "the line is cut in the middle of the answer"


def shout(text: str) -> str:
    """Words in capitals, tags as they are: what a translation would change, and what not."""
    parts = text.replace("<", "\n<").replace(">", ">\n").split("\n")
    return "".join(part if part.startswith("<") else part.upper() for part in parts)


class Translator:
    """`asked` is what was sent, in order; `fault` is how the next requests are answered."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.fault: Fault | None = None
        self.answer: Callable[[str], str] = shout
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        translator = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                sent = json.loads(self.rfile.read(length))
                translator.asked.append({"path": self.path, **sent})
                translator.answer_to(self, sent)

        return Handler

    def answer_to(self, handler: BaseHTTPRequestHandler, sent: dict[str, Any]) -> None:
        texts = [self.answer(text) for text in sent["q"]]
        match self.fault:
            case Fault.BUSY:
                self._say(handler, 429, b'{"error": "Slowdown"}', {"Retry-After": "600"})
            case Fault.BROKEN:
                self._say(handler, 500, b"oops")
            case Fault.REFUSES:
                self._say(handler, 400, b'{"error": "xx is not supported"}')
            case Fault.MOVED:
                self._say(handler, 302, b"", {"Location": f"{self.url}/elsewhere"})
            case Fault.HANGS:
                self.over.wait(20)
            case Fault.DRIPS | Fault.DRIPS_HEAD:
                self._drip(handler)
            case Fault.GARBAGE:
                self._say(handler, 200, b"<html>Welcome</html>")
            case Fault.FEWER:
                self._say(handler, 200, json.dumps({"translatedText": texts[1:]}).encode())
            case Fault.LONG:
                long = ["ha" * 100_000 for _ in texts]
                self._say(handler, 200, json.dumps({"translatedText": long}).encode())
            case Fault.CUT:
                handler.send_response(200)
                handler.send_header("Content-Length", "5000")
                handler.end_headers()
                handler.wfile.write(b'{"translatedText": [')
                handler.close_connection = True
            case _:
                self._say(handler, 200, json.dumps({"translatedText": texts}).encode())

    def _say(
        self,
        handler: BaseHTTPRequestHandler,
        status: int,
        body: bytes,
        headers: dict[str, str] | None = None,
    ) -> None:
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        with suppress(OSError):  # The client has had enough.
            handler.wfile.write(body)

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        if self.fault is Fault.DRIPS:
            handler.send_response(200)
            handler.end_headers()
        with suppress(OSError):  # The client has had enough.
            while not self.over.is_set():
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(0.05)
