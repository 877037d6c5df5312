"""Who may do what, and because of which role: the pages' own functions, asked role by role."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from cities.models import Membership, Participation
from cities.people.permissions import Place
from hub import access, capabilities
from hub.models import User


@dataclass(frozen=True)
class Right:
    label: Any
    #: The roles each of which alone is enough; none where it takes several, or an admin.
    because: list[Membership]
    as_admin: bool


@dataclass(frozen=True)
class RightsAt:
    place: Place
    roles: list[Membership]
    rights: list[Right]
    #: Of a programme: what may be done in its cities too, and in how many of them.
    in_cities: list[tuple[Any, int]]


def roles_of(user: User) -> list[Membership]:
    """One's roles now, each with its place and what a city takes part in; constant queries."""
    return list(with_places(Membership.objects.visible_to(user).filter(user=user)))


def with_places(held: "QuerySet[Membership]") -> "QuerySet[Membership]":
    now = Participation.objects.current().select_related("city")
    return (
        held.filter(ended_at=None)
        .select_related("city", "organisation", "programme")
        .prefetch_related(
            Prefetch("city__participations", now, to_attr="current_participations"),
            Prefetch(
                "programme__participations",
                now.prefetch_related(
                    Prefetch(
                        "city__participations",
                        Participation.objects.current(),
                        to_attr="current_participations",
                    )
                ),
                to_attr="current_participations",
            ),
        )
        .order_by("pk")
    )


def keys_from(membership: Membership) -> frozenset[str]:
    """The access keys that one role gives, as cities.keys reads them for all at once."""
    place = membership.place.subject
    keys = {place, f"{place}:{membership.role}"}
    if membership.city is not None:
        taking_part: list[Participation] = membership.city.current_participations  # type: ignore[attr-defined]
        keys |= {access.key("programme", p.programme_id) for p in taking_part}
    return frozenset(keys)


def of(user: User, held: Iterable[Membership]) -> list[RightsAt]:
    """What the person may do at each place where they have a role."""
    roles = list(held)
    at: dict[str, list[Membership]] = {}
    for role in roles:
        at.setdefault(role.place.subject, []).append(role)
    return [_rights_at(user, own, roles) for own in at.values()]


def _rights_at(user: User, own: list[Membership], roles: list[Membership]) -> RightsAt:
    place = own[0].place
    kind = type(place).__name__.lower()
    rights = [
        Right(
            c.label,
            [r for r in roles if c.may(_with(user, keys_from(r)), place)],
            _admin(c, user, place),
        )
        for c in capabilities.at(kind)
        if c.may(user, place)
    ]
    in_cities = _in_cities(user, own) if kind == "programme" else []
    return RightsAt(place, own, rights, in_cities)


def _admin(capability: capabilities.Capability, user: User, place: Place) -> bool:
    keys = access.keys_of(user) & {access.ADMIN}
    return bool(keys) and capability.may(_with(user, keys), place)


def _in_cities(user: User, own: list[Membership]) -> list[tuple[Any, int]]:
    """What this programme's role lets the person do in its cities."""
    keys = frozenset().union(*(keys_from(role) for role in own)) & access.keys_of(user)
    alone = _with(user, keys)
    taking_part: list[Participation] = own[0].programme.current_participations  # type: ignore[union-attr]
    cities = {p.city_id: p.city for p in taking_part}.values()
    found = [(c.label, sum(c.may(alone, city) for city in cities)) for c in capabilities.at("city")]
    return [(label, count) for label, count in found if count]


def _with(user: User, keys: frozenset[str]) -> User:
    """The same person with no more than these keys, and never more than they hold now."""
    alone = copy(user)
    own = {access.PUBLIC, access.SIGNED_IN, access.key("user", user.pk)}
    alone.access_keys = frozenset((keys & access.keys_of(user)) | own)
    return alone


def table(
    place: Place, reader: User
) -> tuple[list[Any], list[tuple[Membership, list[tuple[Any, bool]]]]]:
    """The labels, and for each member's role what it lets them do here."""
    kind = type(place).__name__.lower()
    known = capabilities.at(kind)
    members = with_places(
        Membership.objects.visible_to(reader).filter(**{kind: place}, user__is_active=True)
    ).prefetch_related(Prefetch("user", User.objects.with_keys()))
    rows = []
    for member in members:
        # Loaded with what it takes part in, which the questions read.
        here = member.place
        may = [(c.label, c.may(member.user, here)) for c in known]
        rows.append((member, may))
    rows.sort(key=lambda row: (-sum(yes for _label, yes in row[1]), row[0].user.name.lower()))
    return [c.label for c in known], rows
