"""Reasons as rows keep them, and back: plain JSON without what is empty."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from cities.twinning.matching.bars import Bar, Conflict, Obstacle
from cities.twinning.matching.criteria import Criterion, Fact, FactKind, Value
from cities.twinning.matching.reasons import Missing, Move, Plight, Reason, Unmatched

Stored = dict[str, Any]


def _kept(thing: Any) -> Stored:
    """Only what differs from the default, so that a large run stays small."""
    empty = {f.name: f.default for f in fields(thing)}
    return {name: value for name, value in asdict(thing).items() if value != empty[name]}


def of_value(value: Value) -> Stored:
    return _kept(value) | {"facts": [_kept(fact) for fact in value.facts]}


def value(stored: Mapping[str, Any]) -> Value:
    return Value(
        Criterion(stored["criterion"]),
        stored["value"],
        tuple(
            Fact(
                FactKind(fact["kind"]),
                tuple(fact.get("items", ())),
                fact.get("number", 0),
                fact.get("of", 0),
            )
            for fact in stored["facts"]
        ),
        stored.get("known", True),
    )


def of_missing(missing: Missing, score: int) -> Stored:
    """With the pair's score; its twin and pilot are known from where it stands."""
    kept = _kept(missing) | {"score": score}
    kept["moves"] = [[m.twin, m.from_pilot, m.to_pilot] for m in missing.moves]
    return {name: v for name, v in kept.items() if name not in ("twin", "pilot") and v != []}


def missing(stored: Mapping[str, Any], twin: int, pilot: int) -> Missing:
    bar, otherwise = stored.get("bar"), stored.get("otherwise")
    return Missing(
        twin=twin,
        pilot=pilot,
        reason=Reason(stored["reason"]),
        instead=stored.get("instead"),
        occupants=tuple(stored.get("occupants", ())),
        places=stored.get("places", 0),
        one_place_more=stored.get("one_place_more", False),
        bar=Bar(bar) if bar else None,
        otherwise=Reason(otherwise) if otherwise else None,
        changes=stored.get("changes", 0),
        worst=stored.get("worst"),
        loss=stored.get("loss", 0),
        moves=tuple(Move(*move) for move in stored.get("moves", ())),
    )


def of_unmatched(unmatched: Unmatched) -> Stored:
    return _kept(unmatched)


def unmatched(stored: Mapping[str, Any]) -> Unmatched:
    pairs = {
        name: tuple((twin, pilot) for twin, pilot in stored.get(name, ()))
        for name in ("lifts", "releases")
    }
    return Unmatched(
        twin=stored["twin"],
        plight=Plight(stored["plight"]),
        pilots=tuple(stored.get("pilots", ())),
        rivals=tuple(stored.get("rivals", ())),
        places=stored.get("places", 0),
        pinned=stored.get("pinned", 0),
        lifts=pairs["lifts"],
        releases=pairs["releases"],
        lifts_with_place=tuple(stored.get("lifts_with_place", ())),
        not_eligible=tuple(stored.get("not_eligible", ())),
        own_city=tuple(stored.get("own_city", ())),
    )


def of_conflict(conflict: Conflict) -> Stored:
    return asdict(conflict)


def conflict(stored: Mapping[str, Any]) -> Conflict:
    return Conflict(
        Obstacle(stored["kind"]),
        tuple(stored["twins"]),
        tuple(stored["pilots"]),
        stored["places"],
        Bar(stored["bar"]) if stored["bar"] else None,
    )
