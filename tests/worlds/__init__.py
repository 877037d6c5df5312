"""The world: one of each thing there is, public and hidden, with a canary in all that is hidden.

A room's file `tests/worlds/<room>.py` has `build(world)`. It makes, through the room's actions
(or plain rows where that is simpler), one public, one programme-only and one private thing of each
kind, and names them: `world["lab_public"] = lab`. Names start with the kind. Rooms are built in
the order of the layers, so upper rooms find lower rooms' things.

Every text that somebody must not see carries a canary: `world.secret("lab draft", "coordinator")`
gives a word that only the named roles (and the admin) may ever meet; `world.secret_text(…)` puts
the word into a sentence that the search can find. The canary walk opens every route as every role
and looks for the words of others (tests/harness/test_canary.py).
"""

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from django.urls import reverse

ROOMS = (
    "hub",
    "cities",
    "twinning",
    "calls",
    "reviews",
    "runs",
    "labs",
    "knowledge",
    "evidence",
    "moderation",
    "people",
)
ROLES = ("visitor", "lead", "staff", "coordinator", "researcher", "foreign", "admin")
#: Stands in hidden texts only, so that whoever is offered it has seen a hidden text.
BIRD = "Kanariefågel"


class World:
    def __init__(self, cast: Any) -> None:
        self.cast = cast
        self.things: dict[str, Any] = {}
        #: Canary → roles that may see it.
        self.secrets: dict[str, frozenset[str]] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self.things and hasattr(self.cast, name):
            return getattr(self.cast, name)
        return self.things[name]

    def __setitem__(self, name: str, thing: Any) -> None:
        self.things[name] = thing

    def __contains__(self, name: str) -> bool:
        return name in self.things

    def secret(self, name: str, *roles: str) -> str:
        """A canary for one hidden text; `roles` may see it, and the admin."""
        word = "qvack" + re.sub(r"[^a-z]", "", name.lower())
        if word in self.secrets:
            raise ValueError(f"Two hidden texts share the canary {word!r}.")
        self.secrets[word] = frozenset({*roles, "admin"})
        return word

    def secret_text(self, name: str, *roles: str) -> str:
        """The canary in a sentence: `Kanariefågel qvack…`."""
        return f"{BIRD} {self.secret(name, *roles)}"

    def hidden_from(self, role: str) -> list[str]:
        return [word for word, roles in self.secrets.items() if role not in roles]

    def person(self, role: str) -> Any:
        return self.cast.by_role()[role]

    def value(self, path: str) -> Any:
        """ "lab_public.slug" in the world, or the text after "="."""
        if path.startswith("="):
            return path[1:]
        name, *fields = path.split(".")
        found = self[name]
        for field in fields:
            found = getattr(found, field)
        return found

    def url(self, route: str, args: Mapping[str, str]) -> str:
        return reverse(route, kwargs={key: self.value(path) for key, path in args.items()})


def build(cast: Any) -> World:
    world = World(cast)
    for room in ROOMS:
        try:
            module = import_module(f"tests.worlds.{room}")
        except ModuleNotFoundError as missing:
            if missing.name != f"tests.worlds.{room}":
                raise
            continue
        module.build(world)
    return world
