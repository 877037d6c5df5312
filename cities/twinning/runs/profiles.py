"""The applying cities and the pilots of a call, as criteria read them."""

from collections.abc import Iterable

from django.db.models import Prefetch

from cities.models import City
from cities.twinning.matching.criteria import Profile, Spot, Wants
from cities.twinning.models import Application, Call, CallPilot, Rank


def twins_of(call: Call, *, with_reserve: bool) -> list[Profile]:
    """One for each application that is to be matched; its key is the application's."""
    applications = (
        Application.objects.to_match(with_reserve=with_reserve)
        .filter(call=call)
        .select_related("city")
        .prefetch_related(
            "domains", "levers", "needs__domain", Prefetch("ranks", Rank.objects.all())
        )
        .order_by("pk")
    )
    return [_twin(application) for application in applications]


def _twin(application: Application) -> Profile:
    needs = application.needs.all()
    return Profile(
        key=application.pk,
        name=application.city.name,
        spots=(_spot(application.city),),
        domains=_codes(application.domains.all()),
        levers=_codes(application.levers.all()),
        seeks=Wants(
            "\n".join(need.text for need in needs),
            _codes(need.domain for need in needs if need.domain),
        ),
        offers=Wants(application.offers),
        languages=frozenset(application.languages),
        wishes=tuple(rank.pilot_id for rank in application.ranks.all()),
    )


def pilots_of(call: Call) -> list[tuple[Profile, int]]:
    """One for each entry of the catalogue, with the places it offers."""
    pilots = call.pilots.with_cities().prefetch_related("domains", "levers").order_by("pk")
    return [(_pilot(pilot), pilot.places) for pilot in pilots]


def _pilot(pilot: CallPilot) -> Profile:
    domains = _codes(pilot.domains.all())
    return Profile(
        key=pilot.pk,
        name=pilot.name,
        spots=tuple(_spot(row.city) for row in pilot.loaded_cities),
        domains=domains,
        levers=_codes(pilot.levers.all()),
        seeks=Wants(pilot.seeks),
        offers=Wants(pilot.offers, domains),
        languages=frozenset(pilot.languages),
    )


def _spot(city: City) -> Spot:
    return Spot(city.pk, city.population, float(city.latitude), float(city.longitude))


def _codes(terms: Iterable[object]) -> frozenset[str]:
    return frozenset(str(getattr(term, "code")) for term in terms)  # noqa: B009  # two kinds of term
