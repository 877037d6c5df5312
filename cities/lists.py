"""Sets of rows for lists, with what their lines show, in few queries."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet

from cities.models import City, Domain, Participation, Wish
from cities.models.places import CityQuerySet


def with_list_facts(cities: CityQuerySet) -> CityQuerySet:
    """Each city with its roles (`loaded_roles`) and the ids of its domains (`domain_ids`)."""
    roles = Participation.objects.select_related("programme").order_by("-period")
    return cities.annotate(domain_ids=domain_ids(City)).prefetch_related(
        Prefetch("participations", roles, to_attr="loaded_roles")
    )


def with_page_facts(cities: CityQuerySet) -> CityQuerySet:
    """A city with all that its page tells; taxonomy as ids, which the atlas knows."""
    levers = City.levers.through.objects.filter(city=OuterRef("pk")).values("lever_id")
    wishes = Wish.objects.open().annotate(domain_ids=domain_ids(Wish))
    return cities.annotate(
        domain_ids=domain_ids(City), lever_ids=ArraySubquery(levers)
    ).prefetch_related(
        Prefetch("participations", Participation.objects.select_related("programme")),
        Prefetch("wishes", wishes, to_attr="open_wishes"),
        "facts",
    )


def domain_ids(model: type[City | Wish]) -> ArraySubquery:
    """Ids of the row's domains, in the same query as the row."""
    links = model.domains.through.objects.filter(**{model._meta.model_name or "": OuterRef("pk")})
    return ArraySubquery(links.values("domain_id"))


def with_domains(cities: Iterable[Any], domains: list[Domain]) -> list[tuple[City, list[Domain]]]:
    """Each city of `with_list_facts` beside its domains, without a query."""
    return [(city, [d for d in domains if d.pk in city.domain_ids]) for city in cities]


def counted(cities: CityQuerySet, mapped: Iterable[int]) -> tuple[int, set[int]]:
    """How many there are, and which of the mapped ones are among them."""
    found = cities.aggregate(
        count=Count("pk"), on_map=ArrayAgg("pk", filter=Q(pk__in=list(mapped)), default=[])
    )
    return found["count"], set(found["on_map"])


def filtered(cities: CityQuerySet, wanted: dict[str, Any]) -> CityQuerySet:
    """`wanted` is the cleaned data of a CityFilter; empty values ask for nothing."""
    if country := wanted.get("country"):
        cities = cities.filter(country=country)
    if mission := wanted.get("mission"):
        cities = cities.filter(mission_status=mission)
    if domain := wanted.get("domain"):
        cities = cities.filter(domains__code=domain)
    held = {
        "programme__slug": wanted.get("programme"),
        "role": wanted.get("role"),
    }
    if held := {key: value for key, value in held.items() if value}:
        roles = Participation.objects.filter(**held)
        cities = cities.filter(pk__in=roles.values("city_id"))
    if text := wanted.get("q"):
        wishes = Wish.objects.open().filter(text__icontains=text)
        cities = cities.filter(
            Q(name__icontains=text)
            | Q(about__icontains=text)
            | Q(pk__in=wishes.values("city_id"))
            | Q(pk__in=_working_with(text).values("city_id"))
        )
    return cities


def _working_with(text: str) -> QuerySet[Any]:
    named = Domain.objects.filter(Q(name_en__icontains=text) | Q(name_sv__icontains=text))
    return City.domains.through.objects.filter(domain__in=named)
