"""Panels: how a lower room's page shows what upper rooms know.

A place is a page that can be added to: home (signed out), today (signed in),
city, need, organisation, programme, lab, group, person (one's own settings), profile (what
others see of somebody), desk, article, plan-step. Each room registers its panels in its AppConfig.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest

Place = Literal[
    "home",
    "today",
    "city",
    "need",
    "organisation",
    "programme",
    "lab",
    "group",
    "person",
    "profile",
    "desk",
    "article",
    "plan-step",
]
Slot = Literal["main", "margin"]
#: Returns the template's context, or None where there is nothing to show.
Source = Callable[[HttpRequest, Any], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    place: Place
    name: str
    template: str
    source: Source
    slot: Slot
    order: int
    queries: int


_panels: list[Panel] = []


def register(
    place: Place,
    name: str,
    *,
    template: str,
    source: Source,
    slot: Slot = "main",
    order: int = 50,
    queries: int = 1,
) -> None:
    """Add a panel; `queries` is its budget, which the suite holds it to."""
    panel = Panel(place, name, template, source, slot, order, queries)
    _panels[:] = [p for p in _panels if (p.place, p.name) != (place, name)] + [panel]
    _panels.sort(key=lambda p: p.order)


def at(place: str, slot: str | None = None) -> list[Panel]:
    return [p for p in _panels if p.place == place and (slot is None or p.slot == slot)]
