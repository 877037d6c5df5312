"""What is said of a pair that was not matched, and of a twin that has no pilot: plain data.

Everything in here stands for itself: keys and numbers, no matrix. `words` turns it into sentences,
`explain` finds it out.
"""

from dataclasses import dataclass
from enum import StrEnum

from cities.twinning.matching.bars import Bar


class Reason(StrEnum):
    """Why a pair is not matched; each is the first of these that is true."""

    BARRED = "barred"
    TWIN_PINNED = "twin pinned"
    NO_PLACES = "no places"
    PINS_FILL = "pins fill the places"
    FEWER = "fewer matched"
    MORE_CHANGES = "more changes"
    WORSE = "worse worst match"
    LOWER = "lower total"
    EQUAL = "equal"
    # Of a vetoed pair only: what it would bring if the veto were lifted.
    MORE = "more matched"
    FEWER_CHANGES = "fewer changes"
    RAISED = "better worst match"
    BETTER = "higher total"


@dataclass(frozen=True)
class Move:
    """A twin that would go elsewhere; None stands for having no pilot."""

    twin: int
    from_pilot: int | None
    to_pilot: int | None


@dataclass(frozen=True)
class Missing:
    """Why twin and pilot are not matched, and what making the match would bring with it."""

    twin: int
    pilot: int
    reason: Reason
    #: Where the twin is instead.
    instead: int | None
    #: Who has the pilot's places.
    occupants: tuple[int, ...]
    places: int
    #: Possible with one place more, without anybody else having to move.
    one_place_more: bool = False
    bar: Bar | None = None
    #: Of a vetoed pair: what would hold without the veto.
    otherwise: Reason | None = None
    #: More present pairs given up, below 0 for FEWER_CHANGES (repairs only).
    changes: int = 0
    #: The lowest score there would be.
    worst: int | None = None
    #: Total lost; below 0 for BETTER.
    loss: int = 0
    moves: tuple[Move, ...] = ()


class Plight(StrEnum):
    NOTHING_ALLOWED = "nothing allowed"
    ALLOWED_ARE_FULL = "allowed pilots are full"


@dataclass(frozen=True)
class Unmatched:
    """Why a twin has no pilot, and each single change that would give it one."""

    twin: int
    plight: Plight
    #: Where the twin, or someone who would make room for it, may be; all full. One place more at
    #: any of them and one twin more is matched: this one.
    pilots: tuple[int, ...] = ()
    #: Who may be nowhere else than there, this twin among them; pinned ones not counted.
    rivals: tuple[int, ...] = ()
    #: Places of these pilots together, and how many of them pins hold.
    places: int = 0
    pinned: int = 0
    #: (twin, pilot): lifting this one veto would do.
    lifts: tuple[tuple[int, int], ...] = ()
    #: (twin, pilot): taking away this one pin would do.
    releases: tuple[tuple[int, int], ...] = ()
    #: Pilots where it takes both: this twin's veto lifted and one place more.
    lifts_with_place: tuple[int, ...] = ()
    #: Pilots that are barred to it for good, by why.
    not_eligible: tuple[int, ...] = ()
    own_city: tuple[int, ...] = ()
