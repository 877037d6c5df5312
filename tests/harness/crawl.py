"""Opening the whole site as somebody, and what is looked for in the answers."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.test import Client

from tests.access import rows
from tests.routes import every_route
from tests.worlds import BIRD, World

#: What a curious reader would type: the hidden word, a form of it, a slip, its beginning.
CURIOUS = (BIRD, BIRD.lower() + "n", "Kanariefågle", "Kanarifågel", "Kanarie", "qvack")


@dataclass(frozen=True)
class Sighting:
    role: str
    url: str
    word: str


def addresses(world: World) -> list[str]:
    """Every row of the access table that can be opened, and every search a curious reader tries."""
    found = [row.url(world) for row in rows() if row.get is not None]
    if any(route.name == "search" for route in every_route()):
        found += [f"/search/?q={quote(words)}" for words in CURIOUS]
    # A hidden word as a filter: counts and choices must not answer either.
    found += [f"{url}?q={quote(BIRD)}" for url in list(found) if "?" not in url]
    return list(dict.fromkeys(found))


def answers(world: World, role: str, client: Client) -> Iterator[tuple[str, Any]]:
    """Every address, opened as this role; what an opening changed is undone."""
    client.logout()
    if (person := world.person(role)) is not None:
        client.force_login(person)
    for url in addresses(world):
        with transaction.atomic():
            yield url, client.get(url)
            transaction.set_rollback(True)


def text_of(response: Any) -> str:
    """Body and headers as a reader gets them: entities resolved, calendar lines unfolded."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    text = body.decode("utf-8", "replace")
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    return "\n".join([headers, text, html.unescape(text), unfolded]).lower()


def sightings(world: World, role: str, client: Client) -> Iterator[Sighting]:
    """Canaries of others that this role meets anywhere, one after the other."""
    hidden = world.hidden_from(role)
    for url, response in answers(world, role, client):
        text = without_own_address(text_of(response), url)
        yield from (Sighting(role, url, word) for word in hidden if word in text)


def without_own_address(text: str, url: str) -> str:
    """A page may repeat the address it was asked for: who typed it knows it."""
    path = url.partition("?")[0].lower()
    for spelling in {path, quote(path, safe=""), quote(path, safe="").lower()}:
        text = text.replace(spelling, "")
    return text
