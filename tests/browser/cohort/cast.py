"""Who works for the cities of the cohort, and what its pilots offer; invented, marked as samples."""

import re
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import time_machine
from playwright.sync_api import Page

from tests.browser.journey import Journey
from tests.browser.site import session_of

COHORT = 1
PROGRAMME = "twinning-learning-programme"
#: Writes its application by hand, and goes all the way to a signed plan.
CITY, PILOT = "Lund", "Leuven"
SECOND_REVIEWER = "reviewer.second"
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
#: What a pilot of each emission domain shows, and what a twin asks, in both languages.
THEMES = {
    "buildings": (
        {"sv": "Att renovera med de boende", "en": "Renovating with those who live there"},
        {"sv": "Hur får vi ägarna att renovera tillsammans?",
         "en": "How do owners come to renovate together?"},
    ),
    "energy": (
        {"sv": "Värme av det som annars går förlorat", "en": "Heat from what would be lost"},
        {"sv": "Vem äger nätet när tio kvarter delar på värmen?",
         "en": "Who owns the network when ten blocks share their heat?"},
    ),
    "mobility": (
        {"sv": "Leveranser utan skåpbilar", "en": "Deliveries without vans"},
        {"sv": "Vad får företag att samlasta sina leveranser?",
         "en": "What makes companies share their deliveries?"},
    ),
    "waste": (
        {"sv": "Mindre plast i det som bränns", "en": "Less plastic in what is burnt"},
        {"sv": "Hur mäter man det som aldrig blev avfall?",
         "en": "How does one measure what never became waste?"},
    ),
    "land": (
        {"sv": "Träd där det är som varmast", "en": "Trees where it is hottest"},
        {"sv": "Vem sköter träden när projektet är slut?",
         "en": "Who looks after the trees when the project is over?"},
    ),
}  # fmt: skip


def pairs() -> list[tuple[str, str]]:
    """Twin and pilot, as the project's own data say."""
    from cities.reference import rows

    return [(r["twin"], r["pilot"]) for r in rows("pairings.csv") if r["cohort"] == str(COHORT)]


def pilots() -> dict[str, int]:
    """Pilot and its places: as many twins as it had, and one more where our city goes."""
    places = Counter(pilot for _twin, pilot in pairs())
    return dict(places) | {PILOT: places[PILOT] + 1}


def theme_of(city: str) -> str:
    """A pilot's own emission domain; the cities are dealt out in turn."""
    return list(THEMES)[list(pilots()).index(city) % len(THEMES)]


def lead_of(city: str) -> str:
    """The first part of the address of who leads a city."""
    from cities.models import City

    return f"lead.{City.objects.get(name=city).slug}"


def people(language: str) -> None:
    """Every city of the cohort has its lead, the programme a second reviewer.

    The cohort as it was is taken away: it is this journey that makes it.
    """
    from cities.enums import Role
    from cities.models import City, Membership, Programme
    from cities.twinning.models import TwinGroup
    from hub.models import User

    TwinGroup.objects.filter(cohort=COHORT).delete()
    named = [city for pair in pairs() for city in pair]
    for city in City.objects.filter(name__in=named).order_by("pk"):
        lead = _person(f"lead.{city.slug}", f"City lead, {city.name} (sample)")
        Membership.objects.get_or_create(user=lead, city=city, role=Role.LEAD)
    second = _person(SECOND_REVIEWER, "Second reviewer (sample)")
    programme = Programme.objects.get(slug=PROGRAMME)
    Membership.objects.create(user=second, programme=programme, role=Role.REVIEWER)
    User.objects.update(language=language)


def _person(name: str, title: str) -> Any:
    from allauth.account.models import EmailAddress

    from hub.models import User

    email = f"{name}@example.org"
    found = User.objects.filter(email=email).first()
    if found is None:
        found = User.objects.create(email=email, name=title, is_sample=True, password="!")
        EmailAddress.objects.create(user=found, email=email, verified=True, primary=True)
    return found


def enter(journey: Journey, name: str, **options: Any) -> Page:
    """A window of that person as after the sign-in, which has its own tests."""
    from hub.models import User

    page = journey.visitor(**options)
    with meanwhile(journey):
        key = session_of(User.objects.get(email=f"{name}@example.org"))
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": journey.site.url}])
    return page


@contextmanager
def meanwhile(journey: Journey) -> Iterator[None]:
    """What others do by the actions themselves, at the journey's time."""
    from django.utils import translation

    then = time_machine.travel(journey.now, tick=True)
    with journey.site.own_database(), then, translation.override(journey.language):
        yield


def slug_of(call: str) -> str:
    return call.split("/")[-2]


def path_of(page: Page) -> str:
    return urllib.parse.urlsplit(page.url).path


def submit(page: Page, url: str) -> None:
    """The main button of the form on the page, and where it leads."""
    # Some lead to where they stand: that the address fits does not say that it was answered.
    with page.expect_navigation(url=re.compile(url)):
        page.locator("main form button.primary").last.click()
