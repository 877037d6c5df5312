"""Generated requests over every route: odd, broken, hostile; never an answer of 500 (trust 33).

The seed is printed; HUB_SEED=… repeats a run.
"""

import json
import logging
import os
import random
import secrets
import traceback
import uuid
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.core.signals import got_request_exception
from django.db import transaction

from tests.access import Row, rows
from tests.client import Client
from tests.routes import Route, every_route
from tests.worlds import ROLES, World

SEED = int(os.environ.get("HUB_SEED") or secrets.randbelow(10**9))
#: Shards run side by side; 5,000 together.
SHARDS, EACH = 4, 1250
SOAK = 100_000

METHODS = ("GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS",
           "TRACE", "PROPFIND", "QUERY")  # fmt: skip
TEXTS = (
    "", " ", "\x00", "a\x00b", "\u202eevil\u202c", "\u200b", "\ufeff", "é" * 300, "å" * 5000, "😀", "𝔘",
    "\ud7ff", "\uffff", "'", '"', "<script>alert(1)</script>", "{{ 7*7 }}", "{% debug %}", "%s%n%x",
    "%00", "%zz", "..", "../../etc/passwd", "a/b", "\\", "$(id)", "`id`", "' OR 1=1 --", "null", "None",
    "true", "undefined", "NaN", "Infinity", "-1", "0", "1", "2", "00", "1.5", "1e999", "9" * 19, "9" * 40,
    "-9223372036854775809", "2147483648", "٣", "½", "½½", "0x10", "1_000", "--", "&&", "=", ";", "a=b&c=d",
    "lund", "lab", "2026-02-30", "2027-03-28", "0000-00-00", "9999-12-31", "0001-01-01", "10000-01-01", "02:30", "25:61",
    "24:00", "2027-03-28T02:30", "Europe/Stockholm", "Mars/Olympus", "../Etc/UTC", "Europe", "UTC+25",
    "cD0yMDI2LTExLTIx", "bz0x", "!!!!", "sv", "tlh", "public", "private", "on", "a@b", "a" * 70 + "@b.se",
    "a@b.se\r\nBcc: c@d.se", "http://127.0.0.1:22/", "javascript:alert(1)", "//evil.example", "file:///etc",
    str(uuid.UUID(int=0)), "123e4567-e89b-12d3-a456-42661417400Z", "()" * 500, "[" * 500, "- " * 500,
)  # fmt: skip
NAMES = (
    "page", "q", "sort", "kind", "city", "since", "until", "cursor", "next", "_key", "language", "theme",
    "title", "text", "body", "starts_at", "date", "begins", "ends", "time_zone", "seats_onsite", "mode",
    "email", "name", "audience", "visibility", "version", "a", "b", "from", "to", "agenda-TOTAL_FORMS",
    "agenda-INITIAL_FORMS", "agenda-0-minutes", "form-TOTAL_FORMS", "csrfmiddlewaretoken", "year", "term",
)  # fmt: skip
#: Forms that are sent by GET, filled in rightly: one of their fields is spoiled at a time.
ASKED = (
    ("/search/", {"q": "lund", "since": "2026-01-01", "until": "2027-12-31", "language": "sv", "page": "1"}),
    ("/labs/", {"when": "past", "year": "2027", "area": "electrification", "page": "1"}),
    ("/cities/", {"q": "lund", "country": "SE", "domain": "energy", "sort": "name", "page": "1"}),
    ("/knowledge/", {"kind": "experience", "city": "lund", "stage": "piloting", "page": "1"}),
    ("/twinning/", {"q": "lund", "cohort": "1", "state": "active", "page": "1"}),
)  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
    "multipart/form-data; boundary=" + "b" * 300, "application/json", "text/plain", "", "a/b; charset=utf-9",
    "application/x-www-form-urlencoded; charset=utf-16", "application/json; charset=latin-1", "text/calendar",
)  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = (
    {}, {}, {}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_HX_REQUEST": "maybe", "HTTP_HX_CURRENT_URL": "http://["},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_HISTORY_RESTORE_REQUEST": "true", "HTTP_HX_TARGET": "\u202e"},
    {"HTTP_ACCEPT_LANGUAGE": "tlh, *;q=9"}, {"HTTP_ACCEPT_LANGUAGE": "a" * 4000}, {"HTTP_X_FORM_KEY": "k"},
    {"HTTP_X_FORM_KEY": "x" * 5000}, {"HTTP_COOKIE": "sessionid=\x00; theme=nonsense; django_language=%00"},
    {"HTTP_REFERER": "http://["}, {"HTTP_X_AUTOSAVE": "1"}, {"HTTP_IF_NONE_MATCH": "\"'\""},
    {"HTTP_IF_MODIFIED_SINCE": "yesterday"}, {"HTTP_RANGE": "bytes=9-1"}, {"HTTP_ACCEPT": "\u202e"},
    {"CONTENT_LENGTH": "-1"}, {"HTTP_X_FORWARDED_FOR": "not an address"}, {"HTTP_HOST": "evil.example"},
)  # fmt: skip


class Generator:
    """One random stream: the same seed makes the same requests against the same world."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice = world, random.Random(seed)
        self.routes: list[Route] = every_route()
        self.rows: list[Row] = list(rows())

    def text(self) -> str:
        if self.dice.random() < 0.1:
            return "".join(
                chr(self.dice.randrange(1, 0xD7FF)) for _ in range(self.dice.randrange(40))
            )
        return self.dice.choice(TEXTS)

    def path(self) -> str:
        if self.rows and self.dice.random() < 0.5:
            return self.dice.choice(self.rows).url(self.world)
        route = self.dice.choice(self.routes)
        return quote(route.path({name: self.text() for name in route.parameters}), safe="/%")

    def pairs(self) -> list[tuple[str, str]]:
        """Known and unknown fields, some of them from a form that would be right."""
        found = [(self.dice.choice(NAMES), self.text()) for _ in range(self.dice.randrange(5))]
        if self.rows and self.dice.random() < 0.6:
            row = self.dice.choice(self.rows)
            right = [(k, v) for k, v in row.form(self.world).items() if isinstance(v, str)]
            spoiled = self.dice.randrange(len(right)) if right else 0
            found += [(k, self.text() if n == spoiled else v) for n, (k, v) in enumerate(right)]
        if self.dice.random() < 0.8:
            found.append(("_key", uuid.UUID(int=self.dice.getrandbits(128)).hex))
        return found

    def question(self) -> str:
        path, right = self.dice.choice(ASKED)
        return f"{path}?{urlencode(right | {self.dice.choice(list(right)): self.text()})}"

    def body(self) -> tuple[bytes, str]:
        kind = self.dice.choice(TYPES) if self.dice.random() < 0.3 else TYPES[0]
        if "json" in kind:
            value = self.dice.choice(
                [self.text(), dict(self.pairs()), [self.text()], None, 10**400]
            )
            return json.dumps(value).encode()[: self.dice.choice([10, 10_000])], kind
        if "multipart" in kind:
            parts = "".join(
                f'--x\r\nContent-Disposition: form-data; name="{k}"; filename="{self.text()}"\r\n\r\n{v}\r\n'
                for k, v in self.pairs()
            )
            return f"{parts}--x--".encode()[: self.dice.choice([30, 10_000])], kind
        return urlencode(self.pairs()).encode(), kind

    def request(self) -> dict[str, Any]:
        made: dict[str, Any] = {"method": self.dice.choice(METHODS), "path": self.path()}
        if self.dice.random() < 0.6:
            made["path"] = made["path"].partition("?")[0] + "?" + urlencode(self.pairs())
        elif made["method"] in ("GET", "HEAD") and self.dice.random() < 0.5:
            made["path"] = self.question()
        if made["method"] not in ("GET", "HEAD"):
            made["data"], made["content_type"] = self.body()
        return made | self.dice.choice(HEADERS)


def failures(world: World, seed: int, number: int) -> list[str]:
    """Send so many requests as people of all roles; what answered 500 or raised, with its trace."""
    generator, found, traces = Generator(world, seed), [], []

    def remember(sender: object, **_: object) -> None:
        traces.append(traceback.format_exc(limit=-4))

    got_request_exception.connect(remember)
    logging.disable(logging.CRITICAL)
    try:
        for n in range(number):
            if n % 50 == 0:
                client = Client(raise_request_exception=False)
                role = generator.dice.choice(ROLES)
                if (person := world.person(role)) is not None:
                    client.force_login(person)
            request = generator.request()
            with transaction.atomic():
                response = client.generic(**request)
                transaction.set_rollback(True)
            if response.status_code >= 500 and response.status_code != 503:
                found.append(f"#{n} {role} {request}\n{traces[-1] if traces else ''}")
    finally:
        logging.disable(logging.NOTSET)
        got_request_exception.disconnect(remember)
    return found


@pytest.mark.drill
@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_request_is_answered_with_500(world: World, shard: int) -> None:
    seed = SEED + shard
    print(f"HUB_SEED={SEED}, shard {shard}: {EACH} requests")
    found = failures(world, seed, EACH)
    assert not found, f"HUB_SEED={SEED}: {len(found)} of {EACH}\n" + "\n".join(found[:5])


@pytest.mark.soak
def test_no_request_is_answered_with_500_in_a_long_run(world: World) -> None:
    found = failures(world, SEED, SOAK)
    assert not found, f"HUB_SEED={SEED}: {len(found)} of {SOAK}\n" + "\n".join(found[:5])


def test_a_view_that_breaks_is_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: one view that cannot take a page number that is no number."""
    from hub.views import search

    def fragile(form: Any) -> Any:
        raise ValueError(form.data.get("page", ""))

    monkeypatch.setattr(search.SearchForm, "wanted", fragile)
    monkeypatch.setattr(Generator, "path", lambda self: "/search/")
    assert len(failures(world, 1, 40)) >= 1
