"""Who may see what, in one vocabulary: access keys.

A person holds keys; a thing that can be seen names the keys that open it.

    public                     everybody
    signed-in                  anyone with an account
    user:5                     that person
    city:4, city:4:lead        members of a city, or those with that role
    organisation:2, organisation:2:researcher
    programme:1, programme:1:coordinator
    group:7, group:7:lead      people of a twin group, or the leads of its cities
    admin                      platform admins

Rooms above hub add the keys they know of through :func:`register`: a function
that returns a subquery of ``text[]`` for ``OuterRef("pk")`` of the user, so
that a person and all keys are read in one query.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hub.models import User

    Reader: TypeAlias = User | AnonymousUser

PUBLIC = "public"
SIGNED_IN = "signed-in"
ADMIN = "admin"

_sources: dict[str, Callable[[], Any]] = {}


def register(name: str, source: Callable[[], Any]) -> None:
    """Add a source of keys: `source()` is an ArraySubquery over the user's pk."""
    _sources[f"keys_{name}"] = source


def names() -> list[str]:
    """The annotations that :func:`sources` makes, without the cost of making them."""
    return list(_sources)


def sources() -> dict[str, Any]:
    return {name: source() for name, source in _sources.items()}


def keys_of(user: "Reader") -> frozenset[str]:
    """All keys the person holds now; `{"public"}` for a visitor."""
    return user.access_keys if user.is_authenticated else frozenset({PUBLIC})


def key(kind: str, pk: int, role: str = "") -> str:
    return f"{kind}:{pk}:{role}" if role else f"{kind}:{pk}"


def ids_of(user: "Reader", kind: str, role: str = "") -> list[int]:
    """Ids the person holds keys for, e.g. `ids_of(user, "programme", "coordinator")`."""
    found = []
    for held in keys_of(user):
        parts = held.split(":")
        if parts[0] == kind and len(parts) == (3 if role else 2) and (not role or parts[2] == role):
            found.append(int(parts[1]))
    return sorted(found)


def holds(user: "Reader", *wanted: str) -> bool:
    """Whether the person holds at least one of the keys."""
    return not keys_of(user).isdisjoint(wanted)


def is_privileged(held: str) -> bool:
    """Keys that ask for a second factor: of platform admins and of coordinators."""
    return held == ADMIN or held.endswith(":coordinator")


def opened_by(user: "Reader", audience: Iterable[str]) -> bool:
    return not keys_of(user).isdisjoint(audience)
