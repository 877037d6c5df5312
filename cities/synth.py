"""Cities and people by the thousand for benchmarks: plausible rows, written in bulk, no mail."""

import datetime as dt
from random import Random

from django.utils import timezone
from slugify import slugify

from cities import reference
from cities.countries import codes
from cities.enums import CityRole, MissionStatus, Role, WishKind
from cities.models import City, Domain, Membership, Participation, Programme, Wish
from hub import access
from hub.models import SearchDocument, User

FIRST = (
    "Al", "Bor", "Dan", "El", "Fal", "Gran", "Hal", "Kal", "Lin", "Mar", "Nor", "Ol", "Pra", "Ro",
    "San", "Tor", "Ul", "Var", "Wes", "Ys",
)  # fmt: skip
MIDDLE = ("", "", "a", "de", "ing", "mo", "ra", "ste", "ven", "wil")
LAST = (
    "berg", "by", "dorf", "feld", "ford", "ham", "hausen", "köping", "lund", "mont", "ona", "stad",
    "ton", "vik", "ville", "ö",
)  # fmt: skip
GIVEN = (
    "Anna", "Bo", "Clara", "David", "Elin", "Filip", "Greta", "Hugo", "Ines", "Jan", "Karin",
    "Luis", "Maja", "Nils", "Olga", "Petra",
)  # fmt: skip
FAMILY = (
    "Ek", "Berg", "Lind", "Rossi", "Silva", "Novak", "Meyer", "Dupont", "Jansen", "Kallio",
    "Papas", "Kovács", "Nagy", "Ivanov",
)  # fmt: skip
NEEDS = (
    "How do owners of small houses renovate together?",
    "Who has cut plastics in the waste that is burnt?",
    "What makes companies share their goods deliveries?",
    "How does a small city talk climate with its largest industries?",
    "How we let residents decide on a part of the climate budget",
    "Surplus heat from a data centre in the district heating",
)
BATCH = 2000


def synth(rng: Random, n: int, *, people: int = 0) -> list[City]:
    """Make `n` cities in the shipped programmes, and `people` spread over them.

    An empty database gets the taxonomy and the programmes, but none of the real cities.
    """
    reference.load_frame()
    programmes = list(Programme.objects.order_by("pk"))
    domains = list(Domain.objects.all())
    first = City.objects.count()
    cities = City.objects.bulk_create((_city(rng, first + i) for i in range(n)), batch_size=BATCH)
    links = City.domains.through
    links.objects.bulk_create(
        (
            links(city_id=city.pk, domain_id=domain.pk)
            for city in cities
            for domain in rng.sample(domains, rng.randint(0, 3))
        ),
        batch_size=BATCH,
    )
    Participation.objects.bulk_create(
        (_participation(rng, city, rng.choice(programmes)) for city in cities), batch_size=BATCH
    )
    made = _people(rng, cities, programmes, people)
    if made:
        Wish.objects.bulk_create(
            (_wish(rng, city, rng.choice(made)) for city in cities if rng.random() < 0.6),
            batch_size=BATCH,
        )
    SearchDocument.objects.bulk_create((_document(city) for city in cities), batch_size=BATCH)
    return cities


def _city(rng: Random, number: int) -> City:
    name = f"{rng.choice(FIRST)}{rng.choice(MIDDLE)}{rng.choice(LAST)}"
    return City(
        name=name,
        slug=f"{slugify(name)}-{number}",
        country=rng.choice(codes()),
        latitude=round(rng.uniform(37, 65), 4),
        longitude=round(rng.uniform(-8, 30), 4),
        population=int(rng.paretovariate(1.1) * 8000) % 9_000_000,
        population_source="Generated",
        population_year=2026,
        mission_status=rng.choice(MissionStatus.values),
        neutral_by=rng.choice([None, 2030, 2035, 2040, 2045]),
        about=f"{name} works with its heating, its traffic and what it buys.",
    )


def _participation(rng: Random, city: City, programme: Programme) -> Participation:
    start = programme.starts_on + dt.timedelta(days=rng.randint(0, 300))
    return Participation(
        programme=programme,
        city=city,
        role=rng.choice(CityRole.values),
        period=(start, dt.date(2029, 1, 1)),
    )


def _people(rng: Random, cities: list[City], programmes: list[Programme], count: int) -> list[User]:
    """Staff of the cities, every fifth a lead, every tenth in a transition team."""
    if not count:
        known: list[User] = list(User.objects.filter(is_active=True)[:500])
        return known
    first = User.objects.count()
    people: list[User] = User.objects.bulk_create(
        (_person(rng, first + i) for i in range(count)), batch_size=BATCH
    )
    held = [
        Membership(user=user, city=rng.choice(cities), role=Role.LEAD if i % 5 == 0 else Role.STAFF)
        for i, user in enumerate(people)
        if cities
    ]
    held += [
        Membership(user=user, programme=rng.choice(programmes), role=Role.TRANSITION_TEAM)
        for user in people[::10]
    ]
    Membership.objects.bulk_create(held, batch_size=BATCH)
    return people


def _person(rng: Random, number: int) -> User:
    # "!" marks an account without a password, as set_unusable_password does.
    return User(
        email=f"person-{number}@example.org",
        name=f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}",
        language=rng.choice(["sv", "en"]),
        password="!synth",  # noqa: S106 - no password at all
    )


def _wish(rng: Random, city: City, by: User) -> Wish:
    kind = rng.choice(WishKind.values)
    return Wish(city=city, kind=kind, text=rng.choice(NEEDS), stated_by=by)


def _document(city: City) -> SearchDocument:
    return SearchDocument(
        key=city.subject,
        kind="city",
        title=city.name,
        text=city.about,
        language="",
        also_in=["en", "sv"],
        url=city.get_absolute_url(),
        audience=[access.PUBLIC],
        dated_at=timezone.now(),
        facets=[city.subject, f"country:{city.country}"],
    )
