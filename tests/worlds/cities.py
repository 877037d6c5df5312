"""A city with everything on its page, wishes of both kinds, an organisation under another."""

from typing import Any

from cities.enums import CityRole, WishKind
from cities.models import City, CityFact, Domain, Lever, Organisation, Participation, Wish
from cities.needs import actions as needs
from tests.worlds import World


def build(world: World) -> None:
    cast = world.cast
    domain, _ = Domain.objects.get_or_create(
        code="energy", defaults={"name_en": "Energy systems", "name_sv": "Energisystem"}
    )
    lever, _ = Lever.objects.get_or_create(
        code="governance",
        defaults={"name_en": "Governance and policy", "name_sv": "Styrning och policy"},
    )
    cast.lund.domains.add(domain)
    cast.lund.levers.add(lever)
    City.objects.filter(pk=cast.lund.pk).update(
        neutral_by=2030, neutral_by_source="Council", population=94000, population_source="SCB"
    )
    CityFact.objects.create(
        city=cast.lund, label="Trees", value="81,000", year=2025, source="Park office"
    )
    for name, kind, text in (
        ("wish_seeks", WishKind.SEEKS, "How do owners renovate together?"),
        ("wish_offers", WishKind.OFFERS, "Surplus heat in the district heating"),
    ):
        world[name] = needs.state(
            city=cast.lund, kind=kind, text=text, domains=[domain], by=cast.alice
        )
    world["wish_closed"] = needs.state(
        city=cast.lund, kind=WishKind.SEEKS, text="Who counts plastics?", domains=[], by=cast.alice
    )
    needs.close(wish=world["wish_closed"], by=cast.alice)
    world["wish_asked"] = needs.state(
        city=cast.leuven,
        kind=WishKind.SEEKS,
        text="How long do the nights take?",
        domains=[domain],
        by=cast.mallory,
        asked=cast.lund,
    )
    world["organisation_part"] = Organisation.objects.create(
        name="LU Collaboration", name_sv="LU Samverkan", slug="lu", parent=cast.university
    )
    world["participation_syd"] = Participation.objects.get(programme=cast.syd, city=cast.malmo)


def one_more_city(world: World, number: int) -> City:
    """Another city, in a programme and with a domain, as the list shows them."""
    made = City.objects.create(
        name=f"City {number}", slug=f"city-{number}", country="BE", latitude=51, longitude=4
    )
    made.domains.add(Domain.objects.first())  # type: ignore[arg-type]  # the world has one
    Participation.objects.create(
        programme=world.cast.twinning, city=made, role=CityRole.TWIN, period=("2024-01-01", None)
    )
    return made


def one_more_wish(world: World, number: int) -> Wish:
    return needs.state(
        city=world.cast.leuven,
        kind=WishKind.SEEKS,
        text=f"Question {number}",
        domains=[Domain.objects.first()],  # type: ignore[list-item]  # the world has one
        by=world.cast.mallory,
        asked=world.cast.lund,
    )


def no_cities_in_syd(world: World) -> None:
    world.cast.syd.participations.all().delete()


def empty_rows(**fields: Any) -> dict[str, Any]:
    """The profile's form as a browser sends it, with the rows of figures."""
    return {
        "about": "District heating for all.",
        "neutral_by": "2030",
        "neutral_by_source": "Council",
        "facts-TOTAL_FORMS": "1",
        "facts-INITIAL_FORMS": "0",
        **fields,
    }
