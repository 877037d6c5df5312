"""What search knows of cities, organisations and programmes."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from cities.models import City, Domain, Organisation, Programme, Wish
from hub import access, search

#: What is said of a place is in either language of the hub, or in both.
OWN_LANGUAGES = [code for code, _ in settings.LANGUAGES]


def _noon(day: dt.date | None) -> dt.datetime:
    """A moment for ranking that stays the same when everything is indexed again."""
    return dt.datetime.combine(day, dt.time(12), dt.UTC) if day else timezone.now()


def put_city(city: City) -> None:
    """Index a city with what it seeks and offers, in the transaction that changed it."""
    wishes = list(city.wishes.open())
    domains = list(city.domains.all())
    names = [name for term in domains for name in (term.name_en, term.name_sv)]
    search.put(
        key=city.subject,
        kind="city",
        title=city.name,
        text="\n".join([city.about, *(wish.text for wish in wishes), *names]).strip(),
        url=city.get_absolute_url(),
        language="",
        also_in=[*OWN_LANGUAGES, *(wish.language for wish in wishes)],
        audience=[access.PUBLIC],
        dated_at=city.changed_at or _noon(city.facts_checked_on),
        facets=[city.subject, f"country:{city.country}", *(f"domain:{d.code}" for d in domains)],
    )


def put_organisation(organisation: Organisation) -> None:
    search.put(
        key=organisation.subject,
        kind="organisation",
        title=organisation.name,
        text=f"{organisation.name_sv}\n{organisation.about}".strip(),
        url=organisation.get_absolute_url(),
        language="",
        also_in=OWN_LANGUAGES,
        audience=[access.PUBLIC],
        dated_at=timezone.now(),
        facets=[organisation.subject],
    )


def put_programme(programme: Programme) -> None:
    search.put(
        key=programme.subject,
        kind="programme",
        title=programme.name,
        text=f"{programme.summary_en}\n{programme.summary_sv}".strip(),
        url=programme.get_absolute_url(),
        language="",
        also_in=OWN_LANGUAGES,
        audience=[access.PUBLIC],
        dated_at=_noon(programme.starts_on),
        facets=[programme.subject],
    )


def put_wish(wish: Wish) -> None:
    """What a city seeks or offers, as long as it is open."""
    search.put(
        key=wish.subject,
        kind="need",
        title=wish.text,
        text=f"{wish.city.name} {wish.get_kind_display()}",
        url=wish.get_absolute_url(),
        language=wish.language,
        audience=[access.PUBLIC],
        dated_at=wish.stated_at,
        facets=[wish.city.subject, *(f"domain:{domain.code}" for domain in wish.domains.all())],
    )


def remove_wish(wish: Wish) -> None:
    search.remove(key=wish.subject)


def put_wishes() -> None:
    for wish in Wish.objects.open().with_places().iterator(chunk_size=500):
        put_wish(wish)


def put_cities() -> None:
    for city in City.objects.iterator(chunk_size=500):
        put_city(city)


def put_organisations() -> None:
    for organisation in Organisation.objects.iterator():
        put_organisation(organisation)


def put_programmes() -> None:
    for programme in Programme.objects.iterator():
        put_programme(programme)


def names_of_cities(ids: list[str]) -> dict[str, str]:
    """For the search's filter: the cities of these ids by name."""
    wanted = [int(pk) for pk in ids if pk.isascii() and pk.isdigit() and len(pk) < 19]
    if not wanted:
        return {}
    return {
        str(pk): name for pk, name in City.objects.filter(pk__in=wanted).values_list("pk", "name")
    }


def names_of_domains(codes: list[str]) -> dict[str, str]:
    if not codes:
        return {}
    return {domain.code: domain.name for domain in Domain.objects.filter(code__in=codes)}
