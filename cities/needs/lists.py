"""Sets of wishes for lists, with what their lines show, in few queries."""

from collections.abc import Iterable
from typing import Any

from cities.atlas import Atlas
from cities.lists import domain_ids
from cities.models import Domain, Wish
from cities.models.wishes import WishQuerySet


def with_list_facts(wishes: WishQuerySet) -> WishQuerySet:
    """Each with both cities and the ids of its domains (`domain_ids`)."""
    return wishes.with_places().annotate(domain_ids=domain_ids(Wish))


def with_domains(wishes: Iterable[Any], now: Atlas) -> list[tuple[Wish, list[Domain]]]:
    """Each wish of `with_list_facts` beside its domains, without a query."""
    return [(wish, now.domains_of(wish.domain_ids)) for wish in wishes]


def filtered(wishes: WishQuerySet, wanted: dict[str, Any]) -> WishQuerySet:
    """`wanted` is the cleaned data of a NeedFilter; empty values ask for what is open."""
    state = wanted.get("state")
    if state == "closed":
        wishes = wishes.exclude(closed_at=None)
    else:
        wishes = wishes.unanswered() if state == "unanswered" else wishes.open()
    if kind := wanted.get("kind"):
        wishes = wishes.filter(kind=kind)
    if asked := wanted.get("asked"):
        wishes = wishes.filter(asked__slug=asked)
    if country := wanted.get("country"):
        wishes = wishes.filter(city__country=country)
    if domain := wanted.get("domain"):
        links = Wish.domains.through.objects.filter(domain__code=domain)
        wishes = wishes.filter(pk__in=links.values("wish_id"))
    return wishes
