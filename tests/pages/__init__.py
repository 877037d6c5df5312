"""The registry of pages: a page that is declared is walked in a browser and counted.

A room's file `tests/pages/<room>.py` holds `PAGES`, a list of :class:`Page`:

    PAGES = [
        Page("lab-list", kind="list", row=one_more_lab,
             states={"empty": State(prepare=no_labs), "filtered": State(query="?theme=heat")}),
        Page("lab", {"slug": "lab_public.slug"}, roles=("visitor", "staff", "coordinator")),
        Page("lab-new", kind="form", roles=("coordinator",),
             states={"error": State(send={"title": ""})}),
    ]

What a declared page gets: axe with all WCAG 2.2 AA rules, HTML validity, console and CSP, 320 px,
200 % text, forced colours, keyboard, language, no JavaScript; over its roles and states, both
themes and both languages (tests/browser); and its queries: a list at 1 and 30 rows (`row` makes
one more row in the database; it gets a number and must be cheap), every page against its budget:
`queries` signed out, +2 signed in. Without `queries`: list 4, others 6.

Kinds: list (needs `row`), detail, form, other. Roles default to ("visitor", "staff").
The state "full" (the world as it is) always exists and need not be declared.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal

from tests.tables import tables
from tests.worlds import World

ROOMS = tables(__path__)
BUDGETS = {"list": 4, "detail": 6, "form": 6, "other": 6}

Kind = Literal["list", "detail", "form", "other"]


@dataclass(frozen=True)
class State:
    """How a page gets into another state than the full one; the parts combine in this order."""

    #: Changes rows before the page is opened, e.g. deletes them for "empty".
    prepare: Callable[[World], None] | None = None
    #: Opened with this query instead.
    query: str | None = None
    #: Field name → value: filled into the page's form, which is then sent without the browser's
    #: own checks (an error state).
    send: Mapping[str, str] | None = None
    #: A CSS selector that is clicked, e.g. an htmx control; the walk waits for the network.
    click: str | None = None


@dataclass(frozen=True)
class Page:
    route: str
    args: Mapping[str, str] = field(default_factory=dict)
    kind: Kind = "detail"
    roles: tuple[str, ...] = ("visitor", "staff")
    states: Mapping[str, State] = field(default_factory=dict)
    query: str = ""
    #: Lists: makes one more row, number n.
    row: Callable[[World, int], Any] | None = None
    #: Query budget signed out; signed in two more.
    queries: int | None = None
    #: Two pages of one route need names of their own.
    name: str = ""

    def url(self, world: World, state: State | None = None) -> str:
        query = self.query if state is None or state.query is None else state.query
        return world.url(self.route, self.args) + query

    @property
    def budget(self) -> int:
        return BUDGETS[self.kind] if self.queries is None else self.queries

    def __str__(self) -> str:
        return self.name or " ".join([self.route, *self.args.values()])


def pages(*rooms: str) -> Iterator[Page]:
    for room in rooms or ROOMS:
        yield from import_module(f"tests.pages.{room}").PAGES
