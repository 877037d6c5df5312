from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

#: Puts every thing of a kind into the emptied index, with search.put.
Rebuild: TypeAlias = Callable[[], object]
#: Names for the values of a facet, in the reader's language: `{"4": "Lund"}` for `["4"]`.
Names: TypeAlias = Callable[[list[str]], dict[str, str]]


@dataclass(frozen=True)
class Kind:
    code: str
    label: Any
    icon: str
    rebuild: Rebuild | None = None


@dataclass(frozen=True)
class Facet:
    """A property results can be narrowed by; documents carry it as "city:4"."""

    code: str
    label: Any
    names: Names


_kinds: dict[str, Kind] = {}
_facets: dict[str, Facet] = {}


def register(code: str, *, label: Any, icon: str, rebuild: Rebuild | None = None) -> None:
    """Name a kind of result: `register("lab", label=_("Learning Labs"), icon="calendar")`."""
    _kinds[code] = Kind(code, label, icon, rebuild)


def kinds() -> dict[str, Kind]:
    return dict(_kinds)


def facet(code: str, *, label: Any, names: Names) -> None:
    """Let results be narrowed: `facet("city", label=_("City"), names=city_names)`.

    `names` may ask the database once.
    """
    _facets[code] = Facet(code, label, names)


def facets() -> dict[str, Facet]:
    return dict(_facets)
