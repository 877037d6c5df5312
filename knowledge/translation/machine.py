"""The translation service, where one is configured: LibreTranslate's `POST /translate`."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

#: Seconds for one request, from the first byte to the last.
TIMEOUT = 30.0
#: What is sent in one request, and taken as an answer to one.
MOST_SENT = 4_000
MOST_PIECES = 50
MOST_BYTES = 1_000_000
#: Codes that the service calls otherwise.
CODES = {"no": "nb"}
#: Seconds that a service may ask us to wait.
LONGEST_WAIT = 3600


class Unavailable(Exception):
    """Not now: the service is busy, broken, slow or says nothing that can be used."""

    def __init__(self, said: str, wait: int = 0) -> None:
        super().__init__(said)
        self.wait = wait


class Refused(Exception):
    """It will not: the languages, the key or the address are not right."""


def is_configured() -> bool:
    return bool(settings.TRANSLATE_URL)


def problem_with(url: str) -> str:
    """Why the address cannot be used; empty where it can, or where none is named."""
    parts = urlsplit(url)
    if not url:
        return ""
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username:
        return "TRANSLATE_URL looks like https://translate.example.org, without a user."
    return ""


def translate(texts: list[str], source: str, target: str) -> list[str]:
    """Each piece of HTML in the other language; raises Unavailable or Refused."""
    found: list[str] = []
    for batch in _batches(texts):
        found += _ask(batch, CODES.get(source, source), CODES.get(target, target))
    return found


def _batches(texts: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        is_full = len(batch) == MOST_PIECES or sum(map(len, batch)) + len(text) > MOST_SENT
        if batch and is_full:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def _ask(texts: list[str], source: str, target: str) -> list[str]:
    sent: dict[str, Any] = {"q": texts, "source": source, "target": target, "format": "html"}
    if settings.TRANSLATE_KEY:
        sent["api_key"] = settings.TRANSLATE_KEY
    try:
        status, wait, body = _post(json.dumps(sent).encode())
    except (OSError, HTTPException) as error:
        raise Unavailable(f"{type(error).__name__}: {error}") from error
    if status == 429 or status >= 500:
        raise Unavailable(f"It answered {status}.", wait)
    if status != 200:
        raise Refused(f"It answered {status}.")
    return _read(body, texts)


def _post(body: bytes) -> tuple[int, int, bytes]:
    """Status, seconds to wait, and the answer; no redirect is followed, it would get the key."""
    parts = urlsplit(settings.TRANSLATE_URL)
    if problem := problem_with(settings.TRANSLATE_URL):
        raise Refused(problem)
    host = str(parts.hostname)
    connection = (
        HTTPSConnection(host, parts.port, timeout=TIMEOUT, context=ssl.create_default_context())
        if parts.scheme == "https"
        else HTTPConnection(host, parts.port, timeout=TIMEOUT)
    )
    connection.connect()
    # A time-out of the socket begins anew with each byte: this one ends it all.
    end = threading.Timer(TIMEOUT, _cut, [connection.sock])
    end.start()
    try:
        path = f"{parts.path.rstrip('/').removesuffix('/translate')}/translate"
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        wait = response.headers.get("Retry-After", "")
        seconds = min(int(wait), LONGEST_WAIT) if wait.isascii() and wait.isdigit() else 0
        return response.status, seconds, _body(response)
    finally:
        end.cancel()
        connection.close()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        # Not the TLS socket's own: the other thread is reading from it.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _body(response: HTTPResponse) -> bytes:
    """All of it, unless it is too much."""
    read = bytearray()
    while chunk := response.read1(65_536):
        read += chunk
        if len(read) > MOST_BYTES:
            raise Unavailable(f"Its answer is longer than {MOST_BYTES} bytes.")
    return bytes(read)


def _read(body: bytes, texts: list[str]) -> list[str]:
    try:
        said = json.loads(body)["translatedText"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unavailable("Its answer is not what LibreTranslate answers.") from error
    is_list = isinstance(said, list) and all(isinstance(text, str) for text in said)
    if not is_list or len(said) != len(texts):
        raise Unavailable("Its answer has not a text for each that was sent.")
    if any(len(new) > 10 * len(old) + 200 for old, new in zip(texts, said, strict=True)):
        raise Unavailable("Its answer is much longer than what was sent.")
    answers: list[str] = said
    return answers
