"""What people may do, named: each with the function that the pages themselves ask.

A room registers in its AppConfig what may be done at a kind of place:

    capabilities.register("city.edit", at="city", label=_("Edit the city's profile"),
                          may=can_edit_city)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hub.models import User


@dataclass(frozen=True)
class Capability:
    code: str
    #: "city", "organisation" or "programme".
    at: str
    label: Any
    #: `may(user, place)`: the permission function of the views, never a second one.
    may: Callable[[User, Any], bool]


_known: dict[str, Capability] = {}


def register(code: str, *, at: str, label: Any, may: Callable[[User, Any], bool]) -> None:
    _known[code] = Capability(code, at, label, may)


def at(kind: str) -> list[Capability]:
    """In the order of the rooms, lower ones first."""
    return [capability for capability in _known.values() if capability.at == kind]
