"""Who reads which application: a proposal without conflicts, as even as it can be."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from cities.enums import Role
from cities.models import Membership
from cities.twinning.enums import ConflictKind
from cities.twinning.models import Application, Call, Conflict, Rank, Review
from hub.models import User

#: Of ids.
Pair = tuple[int, int]


@dataclass(frozen=True)
class Proposal:
    #: Application and reviewer.
    pairs: list[tuple[Application, User]]
    #: Applications that cannot get as many readers as asked for, and how many are missing.
    short: list[tuple[Application, int]]


def reviewers_of(call: Call) -> list[User]:
    held = Membership.objects.current().filter(programme=call.programme_id, role=Role.REVIEWER)
    found = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return list(found.order_by("name", "pk"))


def found_by_hub(call: Call, reviewers: Sequence[User]) -> dict[Pair, ConflictKind]:
    """City and reviewer: who works for the city, or for a pilot that its application ranks.

    Places are scarce: who reads for a pilot would decide who comes to it (0097). As it is now; the
    same rule as `Review.objects.impartial`.
    """
    sent = Application.objects.in_the_running().filter(call=call)
    ranked = Rank.objects.filter(
        application__in=sent,
        pilot__cities__city__memberships__user__in=reviewers,
        pilot__cities__city__memberships__ended_at=None,
    ).values_list("application__city_id", "pilot__cities__city__memberships__user_id")
    held = Membership.objects.current().filter(user__in=reviewers, city__isnull=False)
    own = held.values_list("city_id", "user_id")
    found = dict.fromkeys(ranked, ConflictKind.RANKED)
    return found | {(city, user): ConflictKind.OWN_CITY for city, user in own if city is not None}


def forbidden_pairs(call: Call, reviewers: Sequence[User]) -> set[Pair]:
    """City and reviewer: declared conflicts, and those that the hub finds."""
    declared = Conflict.objects.filter(call=call).values_list("city_id", "reviewer_id")
    return {*declared, *found_by_hub(call, reviewers)}


def propose(call: Call, readers: int) -> Proposal:
    """What is missing so that each application has so many readers; what stands is kept."""
    applications = list(
        Application.objects.in_the_running().filter(call=call).select_related("city").order_by("pk")
    )
    reviewers = reviewers_of(call)
    forbidden = forbidden_pairs(call, reviewers)
    ever = Review.objects.filter(application__in=applications)
    # Somebody who was taken off, or abstained, is not asked again.
    asked = set(ever.values_list("application_id", "reviewer_id"))
    standing = ever.filter(removed_at=None, abstained_at=None).values_list(
        "application_id", "reviewer_id"
    )
    held = Counter(application for application, _reviewer in standing)
    allowed = {
        a.pk: {
            r.pk
            for r in reviewers
            if (a.city_id, r.pk) not in forbidden and (a.pk, r.pk) not in asked
        }
        for a in applications
    }
    needs = {a.pk: max(0, readers - held[a.pk]) for a in applications}
    load = Counter(reviewer for _application, reviewer in standing)
    found = spread(needs, allowed, load)
    by_application = {a.pk: a for a in applications}
    by_reviewer = {r.pk: r for r in reviewers}
    got = Counter(application for application, _reviewer in found)
    return Proposal(
        pairs=[(by_application[a], by_reviewer[r]) for a, r in found],
        short=[(a, needs[a.pk] - got[a.pk]) for a in applications if got[a.pk] < needs[a.pk]],
    )


def spread(
    needs: Mapping[int, int], allowed: Mapping[int, Set[int]], load: Mapping[int, int]
) -> list[Pair]:
    """As many pairs as can be, and under that the heaviest load as light as can be.

    `needs` says how many readers an application lacks, `allowed` who may be asked,
    `load` what each has already. Kuhn's augmenting paths, under a limit of load that
    rises until no more pairs can be had.
    """
    slots = [a for a, missing in sorted(needs.items()) for _ in range(missing)]
    everybody = sorted({r for people in allowed.values() for r in people})
    if not everybody:
        return []
    most = max(load.values(), default=0) + len(slots)
    best = _fill(slots, allowed, load, most)
    low, high = 0, most
    while low < high:
        limit = (low + high) // 2
        if len(_fill(slots, allowed, load, limit)) == len(best):
            high = limit
        else:
            low = limit + 1
    return sorted(_fill(slots, allowed, load, high))


def _fill(
    slots: Sequence[int], allowed: Mapping[int, Set[int]], load: Mapping[int, int], limit: int
) -> set[Pair]:
    held: dict[int, list[int]] = {}

    def place(application: int, seen: set[int], taken: set[Pair]) -> bool:
        people = sorted(allowed[application], key=lambda r: load.get(r, 0) + len(held.get(r, ())))
        for reviewer in people:
            if reviewer in seen or (application, reviewer) in taken:
                continue
            seen.add(reviewer)
            mine = held.setdefault(reviewer, [])
            if load.get(reviewer, 0) + len(mine) < limit:
                mine.append(application)
                taken.add((application, reviewer))
                return True
            for other in list(mine):
                mine.remove(other)
                taken.discard((other, reviewer))
                if place(other, seen, taken):
                    mine.append(application)
                    taken.add((application, reviewer))
                    return True
                mine.append(other)
                taken.add((other, reviewer))
        return False

    taken: set[Pair] = set()
    for application in slots:
        place(application, set(), taken)
    return taken
