"""Loads the facts of cities/data: adds what is missing, changes nothing that is there."""

import csv
import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import models
from slugify import slugify

from cities.countries import DATA
from cities.documents import put_city, put_organisation, put_programme
from cities.enums import CityRole, MissionStatus
from cities.models import (
    City,
    Domain,
    KnowledgeArea,
    Lever,
    Organisation,
    Participation,
    Programme,
)

TAKEN_ON = dt.date(2026, 11, 21)
SYD = {
    "name": "Learning Hub Syd",
    "short_name": "Syd",
    "summary_en": (
        "Seven cities in Skåne and three universities learn together how cities become climate "
        "neutral: three core cities, four twin cities, and a transition team that meets at "
        "Learning Labs."
    ),
    "summary_sv": (
        "Sju städer i Skåne och tre lärosäten lär tillsammans hur städer blir klimatneutrala: "
        "tre kärnstäder, fyra tvillingstäder och ett omställningsteam som möts på Learning Labs."
    ),
    "starts_on": dt.date(2025, 1, 1),
    "ends_on": dt.date(2027, 12, 31),
}
TWINNING = {
    "name": "NetZeroCities Twinning Learning Programme",
    "short_name": "Twinning",
    "summary_en": (
        "Twin cities learn from the pilot cities of NetZeroCities: they visit each other, work "
        "together for one to two years, and end with a replication plan."
    ),
    "summary_sv": (
        "Tvillingstäder lär av NetZeroCities pilotstäder: de besöker varandra, arbetar "
        "tillsammans i ett till två år och avslutar med en replikeringsplan."
    ),
    "starts_on": dt.date(2023, 9, 1),
    "ends_on": None,
    "labs_a_year_least": 0,
    "website": "https://netzerocities.eu/",
}


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a file in cities/data."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load() -> None:
    load_frame()
    for row in rows("cities.csv"):
        _load_city(row)
    _load_syd(Programme.objects.get(slug="learning-hub-syd"))


def load_frame() -> None:
    """Taxonomy, organisations and programmes, without cities."""
    _load_taxonomy()
    _load_organisations()
    _load_programme("learning-hub-syd", "lu-collaboration", SYD)
    _load_programme("twinning-learning-programme", "netzerocities", TWINNING)


def _load_taxonomy() -> None:
    files: list[tuple[str, type[models.Model]]] = [
        ("domains.csv", Domain),
        ("levers.csv", Lever),
        ("areas.csv", KnowledgeArea),
    ]
    for file, model in files:
        for position, row in enumerate(rows(file), start=1):
            names = {"name_en": row["name_en"], "name_sv": row["name_sv"], "position": position}
            model._default_manager.get_or_create(code=row["code"], defaults=names)


def _load_organisations() -> None:
    for row in rows("organisations.csv"):
        facts: dict[str, Any] = {k: row[k] for k in ("name", "name_sv", "country", "website")}
        if row["parent"]:
            facts["parent"] = Organisation.objects.get(slug=row["parent"])
        made, is_new = Organisation.objects.get_or_create(slug=row["slug"], defaults=facts)
        if is_new:
            put_organisation(made)


def _load_city(row: dict[str, str]) -> None:
    target = int(row["climate_neutral_by"] or 0) or None
    is_mission = row["eu_mission_city"] == "yes"
    facts: dict[str, Any] = {
        "name": row["name"],
        "country": row["country"],
        "latitude": row["lat"],
        "longitude": row["lon"],
        "population": int(row["urban_population"]),
        "population_source": "GeoNames (CC BY 4.0)",
        "population_year": TAKEN_ON.year,
        "mission_status": row["eu_mission_city"] or MissionStatus.UNKNOWN,
        "neutral_by": target,
        "facts_checked_on": TAKEN_ON,
    }
    if target:
        facts["neutral_by_source"] = (
            "European Commission, Mission cities (2022)" if is_mission else row["name"]
        )
    made, is_new = City.objects.get_or_create(
        geonames_id=int(row["geonameid"]), defaults=facts | {"slug": slugify(row["name"])}
    )
    if is_new:
        put_city(made)


def _load_programme(slug: str, coordinator: str, facts: dict[str, Any]) -> None:
    by = Organisation.objects.get(slug=coordinator)
    made, is_new = Programme.objects.get_or_create(slug=slug, defaults=facts | {"coordinator": by})
    if is_new:
        put_programme(made)


def _load_syd(syd: Programme) -> None:
    period = (syd.starts_on, syd.ends_on + dt.timedelta(days=1) if syd.ends_on else None)
    for row in rows("syd.csv"):
        city = City.objects.get(name=row["city"], country="SE")
        if not syd.participations.filter(city=city).exists():
            Participation.objects.create(
                programme=syd,
                city=city,
                role=CityRole(row["role"]),
                period=period,
                source="Learning Hub Syd",
            )
