"""The named criteria of a match: each a value and the facts it rests upon.

A value is whole thousandths (0..1000) and a weight a small whole number, so that a score is a
whole number and no optimum hangs on rounding.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

FULL = 1000
#: What nobody told us counts half: silence neither wins nor loses a match.
UNKNOWN = FULL // 2
MAX_WEIGHT = 10


class Criterion(StrEnum):
    DOMAINS = "domains"
    NEEDS = "needs"
    INTEREST = "interest"
    LANGUAGE = "language"
    SIZE = "size"
    DISTANCE = "distance"
    RECIPROCITY = "reciprocity"


DEFAULT_WEIGHTS: Mapping[Criterion, int] = {
    Criterion.DOMAINS: 5,
    Criterion.NEEDS: 5,
    Criterion.INTEREST: 4,
    Criterion.LANGUAGE: 2,
    Criterion.SIZE: 2,
    Criterion.DISTANCE: 0,
    Criterion.RECIPROCITY: 3,
}


class FactKind(StrEnum):
    SHARED_DOMAINS = "shared domains"
    SHARED_LEVERS = "shared levers"
    MET_DOMAINS = "met domains"
    MET_WORDS = "met words"
    RANK = "rank"
    LANGUAGES = "languages"
    TIMES_AS_LARGE = "times as large"
    KILOMETRES = "kilometres"


@dataclass(frozen=True)
class Fact:
    """`items` are codes or words; `number` and `of` are counts (the second of three wishes)."""

    kind: FactKind
    items: tuple[str, ...] = ()
    number: int = 0
    of: int = 0


@dataclass(frozen=True)
class Value:
    criterion: Criterion
    value: int
    facts: tuple[Fact, ...] = ()
    known: bool = True


@dataclass(frozen=True)
class Spot:
    """A city as far as a match is concerned; degrees, and people of its urban area."""

    city: int
    population: int | None = None
    latitude: float | None = None
    longitude: float | None = None


# Long enough to mean something, and cut so that "heating" meets "heat networks".
_WORD = re.compile(r"[^\W\d_]{5,}")
_STEM = 6
#: Stems that stand in every application.
_SAYS_NOTHING = frozenset(
    [
        *("about", "after", "among", "could", "every", "other", "should", "their", "these"),
        *("those", "throug", "toward", "under", "using", "where", "which", "while", "would"),
        *("cities", "climat", "europe", "learn", "learni", "measur", "munici", "needs", "neutra"),
        *("pilot", "projec", "within", "kommun", "städer", "klimat", "genom", "eller"),
    ]
)


@dataclass(frozen=True)
class Wants:
    """What a city seeks, or what it offers: its own words, and the domains they are about."""

    text: str = ""
    domains: frozenset[str] = frozenset()

    @cached_property
    def stems(self) -> dict[str, str]:
        """Stem → the word as it was written first."""
        found: dict[str, str] = {}
        for word in _WORD.findall(self.text.casefold()):
            stem = word[:_STEM]
            if stem not in _SAYS_NOTHING:
                found.setdefault(stem, word)
        return found

    def __bool__(self) -> bool:
        return bool(self.domains or self.stems)


@dataclass(frozen=True)
class Profile:
    """An applying city, or a pilot: one city, or several that take twins as one."""

    key: int
    name: str
    spots: tuple[Spot, ...]
    domains: frozenset[str] = frozenset()
    levers: frozenset[str] = frozenset()
    seeks: Wants = field(default_factory=Wants)
    offers: Wants = field(default_factory=Wants)
    languages: frozenset[str] = frozenset()
    #: Keys of pilots, the most wanted first.
    wishes: tuple[int, ...] = ()


def shared_domains(twin: Profile, pilot: Profile) -> Value:
    """The share of the twin's domains that the pilot works in, twice as heavy as of its levers."""
    parts: list[tuple[int, int]] = []
    facts: list[Fact] = []
    for weight, kind, mine, theirs in (
        (2, FactKind.SHARED_DOMAINS, twin.domains, pilot.domains),
        (1, FactKind.SHARED_LEVERS, twin.levers, pilot.levers),
    ):
        if mine:
            shared = mine & theirs
            parts.append((weight, FULL * len(shared) // len(mine)))
            facts.append(Fact(kind, tuple(sorted(shared)), len(shared), len(mine)))
    return _value(Criterion.DOMAINS, parts, facts)


def needs_met(twin: Profile, pilot: Profile) -> Value:
    """What the twin seeks beside what the pilot offers."""
    return _met(Criterion.NEEDS, twin.seeks, pilot.offers)


def reciprocity(twin: Profile, pilot: Profile) -> Value:
    """What the pilot seeks beside what the twin offers: learning goes both ways."""
    return _met(Criterion.RECIPROCITY, pilot.seeks, twin.offers)


#: So many words in common say all that words can say.
WORDS_ENOUGH = 3


def _met(criterion: Criterion, sought: Wants, offered: Wants) -> Value:
    if not sought or not offered:
        return Value(criterion, UNKNOWN, known=False)
    parts: list[tuple[int, int]] = []
    facts: list[Fact] = []
    if sought.domains:
        met = sought.domains & offered.domains
        parts.append((2, FULL * len(met) // len(sought.domains)))
        facts.append(Fact(FactKind.MET_DOMAINS, tuple(sorted(met)), len(met), len(sought.domains)))
    if sought.stems:
        common = sorted(sought.stems[stem] for stem in sought.stems.keys() & offered.stems.keys())
        parts.append((1, FULL * min(len(common), WORDS_ENOUGH) // WORDS_ENOUGH))
        facts.append(Fact(FactKind.MET_WORDS, tuple(common), len(common)))
    return _value(criterion, parts, facts)


def interest(twin: Profile, pilot: Profile) -> Value:
    """How high the twin ranked the pilot; the last wish still counts more than none."""
    if not twin.wishes:
        return Value(Criterion.INTEREST, UNKNOWN, known=False)
    of = len(twin.wishes)
    rank = twin.wishes.index(pilot.key) + 1 if pilot.key in twin.wishes else 0
    value = FULL * (of - rank + 1) // of if rank else 0
    return Value(Criterion.INTEREST, value, (Fact(FactKind.RANK, (), rank, of),))


def common_language(twin: Profile, pilot: Profile) -> Value:
    if not twin.languages or not pilot.languages:
        return Value(Criterion.LANGUAGE, UNKNOWN, known=False)
    shared = tuple(sorted(twin.languages & pilot.languages))
    return Value(
        Criterion.LANGUAGE, FULL if shared else 0, (Fact(FactKind.LANGUAGES, shared, len(shared)),)
    )


def similar_size(twin: Profile, pilot: Profile) -> Value:
    """Full at the same size, nothing at ten times; of several cities the nearest in size."""
    ratios = [
        max(mine.population, theirs.population) / min(mine.population, theirs.population)
        for mine in twin.spots
        for theirs in pilot.spots
        if mine.population and theirs.population
    ]
    if not ratios:
        return Value(Criterion.SIZE, UNKNOWN, known=False)
    # Tenths, so that the fact says what the value was made of.
    tenths = round(min(ratios) * 10)
    value = max(0, round(FULL * (1 - math.log10(tenths / 10))))
    return Value(Criterion.SIZE, value, (Fact(FactKind.TIMES_AS_LARGE, (), tenths),))


#: Beyond this a visit costs two days however far it is.
FAR_KM = 3000
_EARTH_KM = 6371


def near(twin: Profile, pilot: Profile) -> Value:
    """Great-circle distance between the two nearest cities of the pair."""
    distances = [
        _kilometres(mine.latitude, mine.longitude, theirs.latitude, theirs.longitude)
        for mine in twin.spots
        for theirs in pilot.spots
        if mine.latitude is not None
        and mine.longitude is not None
        and theirs.latitude is not None
        and theirs.longitude is not None
    ]
    if not distances:
        return Value(Criterion.DISTANCE, UNKNOWN, known=False)
    km = round(min(distances))
    value = max(0, FULL - FULL * km // FAR_KM)
    return Value(Criterion.DISTANCE, value, (Fact(FactKind.KILOMETRES, (), km),))


def _kilometres(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Haversine."""
    up, along = math.radians(lat_b - lat_a) / 2, math.radians(lon_b - lon_a) / 2
    across = math.cos(math.radians(lat_a)) * math.cos(math.radians(lat_b))
    chord = math.sin(up) ** 2 + across * math.sin(along) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


def _value(criterion: Criterion, parts: list[tuple[int, int]], facts: list[Fact]) -> Value:
    if not parts:
        return Value(criterion, UNKNOWN, known=False)
    weight = sum(part for part, _ in parts)
    return Value(criterion, sum(w * v for w, v in parts) // weight, tuple(facts))


CRITERIA: Mapping[Criterion, Callable[[Profile, Profile], Value]] = {
    Criterion.DOMAINS: shared_domains,
    Criterion.NEEDS: needs_met,
    Criterion.INTEREST: interest,
    Criterion.LANGUAGE: common_language,
    Criterion.SIZE: similar_size,
    Criterion.DISTANCE: near,
    Criterion.RECIPROCITY: reciprocity,
}


class BadWeights(ValueError):
    """No weight above nought, or one outside 0..10: there would be nothing to compare by."""


def checked(weights: Mapping[Criterion, int]) -> dict[Criterion, int]:
    """The weights that count."""
    if any(not 0 <= weight <= MAX_WEIGHT for weight in weights.values()):
        raise BadWeights(f"A weight is a whole number from 0 to {MAX_WEIGHT}.")
    counting = {Criterion(c): w for c, w in weights.items() if w}
    if not counting:
        raise BadWeights("At least one weight must be above 0.")
    return counting


def best_score(weights: Mapping[Criterion, int]) -> int:
    """The score of a pair that has everything; shown as 100."""
    return FULL * sum(weights.values())


def values(twin: Profile, pilot: Profile, weights: Mapping[Criterion, int]) -> list[Value]:
    """Every criterion that counts, the heaviest contribution first."""
    found = [CRITERIA[criterion](twin, pilot) for criterion in weights]
    return sorted(found, key=lambda v: (-v.value * weights[v.criterion], v.criterion))


def score(twin: Profile, pilot: Profile, weights: Mapping[Criterion, int]) -> int:
    """Whole: weight × thousandths, added."""
    return sum(w * CRITERIA[criterion](twin, pilot).value for criterion, w in weights.items())
