"""The access table: every route × role × method, decided by hand, in one file per room.

A room's file `tests/access/<room>.py` holds `ROWS`, a list of :class:`Row`. One row decides a
route for one object of the world (tests/worlds); give a route several rows where public, hidden
and foreign objects answer differently:

    ROWS = [
        Row("lab-list", get=EVERYBODY),
        Row("lab", {"slug": "lab_public.slug"}, get=EVERYBODY),
        Row("lab", {"slug": "lab_draft.slug"}, get=only("coordinator", "admin", hidden=True)),
        Row("lab-new", get=only("coordinator"), post=only("coordinator", then=302),
            data={"title": "Heat", …}),
        Row("lab-registration", {"slug": "lab_public.slug"}, post=signed_in(302),
            data={"mode": "on-site"}),
    ]

- An outcome is a status, a set of statuses, or `SIGN_IN` (sent to the sign-in page). `"*"` stands
  for every role that is not named. Roles: visitor lead staff coordinator researcher foreign admin.
- A method that no row of the route declares must be closed (403, 404, 405 or SIGN_IN).
- `data` is a form that is right; the key of the form is added. Every row whose POST ends in 302,
  303 or 204 for a role is also sent ten times at once by tests/harness/test_ten_times.py, which
  expects one effect; `once=""` may be set to a reason why that cannot be asked of it.
- `args` point into the world: "lab_public.slug" is `world["lab_public"].slug`; "=3" is the text 3.

A route without a row fails the suite, and so does a row without a route. Routes of libraries
(allauth, admin) are decided by rule in tests/access/rules.py.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from tests.tables import tables
from tests.worlds import ROLES, World

SIGN_IN = "sign-in"

Outcome = int | str | frozenset[int] | set[int]
Outcomes = Mapping[str, Outcome]

#: Files whose table is read: all that are here.
ROOMS = tables(__path__)

EVERYBODY: Outcomes = {"*": 200}


def everybody(then: Outcome = 200) -> Outcomes:
    return {"*": then}


def signed_in(then: Outcome = 200) -> Outcomes:
    """Anyone with an account; the visitor is sent to sign in."""
    return {"visitor": SIGN_IN, "*": then}


def only(*roles: str, then: Outcome = 200, hidden: bool = False, visitor: Outcome = "") -> Outcomes:
    """These roles; others get 403, or 404 where the thing is hidden from them.

    The visitor is sent to sign in, or says otherwise: `visitor=404` on a public page.
    """
    denied: Outcome = 404 if hidden else 403
    return {"visitor": visitor or SIGN_IN, **dict.fromkeys(roles, then), "*": denied}


@dataclass(frozen=True)
class Row:
    route: str
    args: Mapping[str, str] = field(default_factory=dict)
    get: Outcomes | None = None
    post: Outcomes | None = None
    data: Mapping[str, Any] | Callable[[World], Mapping[str, Any]] = field(default_factory=dict)
    #: Appended to the address, e.g. "?q=lund".
    query: str = ""
    #: Why sending the form ten times at once cannot be asked of it.
    once: str = ""

    def url(self, world: World) -> str:
        return world.url(self.route, self.args) + self.query

    def form(self, world: World) -> dict[str, Any]:
        return dict(self.data(world) if callable(self.data) else self.data)

    def declared(self) -> dict[str, Outcomes]:
        pairs = (("GET", self.get), ("POST", self.post))
        return {method: outcomes for method, outcomes in pairs if outcomes is not None}

    @property
    def doors(self) -> int:
        """How many roles may open it, by whatever method."""
        pairs = ((outcomes, role) for outcomes in self.declared().values() for role in ROLES)
        return sum(expected(outcomes, role) == 200 for outcomes, role in pairs)

    def __str__(self) -> str:
        return " ".join(
            [self.route, *(f"{k}={v}" for k, v in self.args.items()), self.query]
        ).strip()


def expected(outcomes: Outcomes, role: str) -> Outcome:
    unknown = set(outcomes) - {*ROLES, "*"}
    if unknown:
        raise LookupError(f"The access table names roles that do not exist: {sorted(unknown)}")
    if role not in outcomes and "*" not in outcomes:
        raise LookupError(f"The access table decides nothing for {role!r}.")
    return outcomes.get(role, outcomes.get("*", 0))


def widest(table: Iterable[Row]) -> list[Row]:
    """One row of each route: the one that most may open."""
    return list({row.route: row for row in sorted(table, key=lambda row: row.doors)}.values())


def rows(*rooms: str) -> Iterator[Row]:
    for room in rooms or ROOMS:
        yield from import_module(f"tests.access.{room}").ROWS
