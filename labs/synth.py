"""Labs by the thousand for benchmarks: plausible rows, written in bulk, no mail."""

import datetime as dt
from random import Random

from django.utils import timezone

from cities.models import KnowledgeArea, Programme
from hub.models import SearchDocument, User
from labs.enums import Audience, LabState, Mode, RegistrationState
from labs.models import AgendaItem, Lab, Registration
from labs.permissions import audience_keys

THEMES = (
    "district heating", "shared mobility", "reused building parts", "plastics in waste",
    "charging at home", "urban trees", "climate budgets", "food in schools", "cargo bikes",
    "citizen assemblies", "green procurement", "heat islands", "cold stores", "carbon capture",
)  # fmt: skip
ANGLES = ("What did not work with", "A second look at", "The price of", "Who decides on", "Scaling")
POINTS = ("Welcome", "What we tried", "What the figures say", "In small groups", "What we decide")
BATCH = 1000


def synth(
    rng: Random,
    n: int,
    *,
    guests: tuple[int, int] = (0, 24),
    points: int = len(POINTS),
    audience: Audience | None = None,
    named: str = "synth",
    seats: tuple[int, int] = (150, 200),
    held: float = 0.75,
) -> list[Lab]:
    """Make `n` Labs with `points` agenda items and between so and so many `guests` each.

    Needs programmes and people; that share of the Labs is `held`, the rest published. `seats` are
    those on site and online.
    """
    programmes = list(Programme.objects.all())
    people = list(User.objects.filter(is_active=True).values_list("pk", flat=True)[:5000])
    areas: list[KnowledgeArea | None] = [*KnowledgeArea.objects.all(), None]
    maker = people[0]
    first = Lab.objects.count()
    labs = Lab.objects.bulk_create(
        (
            _lab(
                rng,
                slug=f"{named}-{first + i}",
                programme=rng.choice(programmes),
                area=rng.choice(areas),
                maker=maker,
                audience=audience,
                seats=seats,
                is_held=rng.random() < held,
            )
            for i in range(n)
        ),
        batch_size=BATCH,
    )
    AgendaItem.objects.bulk_create(
        (
            AgendaItem(
                lab=lab, position=p, title=POINTS[p % len(POINTS)], minutes=rng.choice((15, 30, 45))
            )
            for lab in labs
            for p in range(1, points + 1)
        ),
        batch_size=BATCH,
    )
    Registration.objects.bulk_create(
        (
            Registration(
                lab=lab, user_id=pk, mode=rng.choice(Mode.values), state=RegistrationState.SEATED
            )
            for lab in labs
            for pk in rng.sample(people, min(len(people), rng.randint(*guests)))
        ),
        batch_size=BATCH,
    )
    SearchDocument.objects.bulk_create((_document(lab) for lab in labs), batch_size=BATCH)
    return labs


def _lab(
    rng: Random,
    *,
    slug: str,
    programme: Programme,
    area: KnowledgeArea | None,
    maker: int,
    audience: Audience | None,
    seats: tuple[int, int],
    is_held: bool,
) -> Lab:
    days = -rng.randint(1, 900) if is_held else rng.randint(1, 400)
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=days)
    title = f"{rng.choice(ANGLES)} {rng.choice(THEMES)}"
    published = min(start, timezone.now()) - dt.timedelta(days=30)
    return Lab(
        programme=programme,
        knowledge_area=area,
        title=title,
        slug=f"{slug}-{start.year}",
        summary=f"{title}: what cities have tried, with figures, and what they would do again.",
        language="en",
        place=f"Room {rng.randint(1, 40)}",
        starts_at=start,
        ends_at=start + dt.timedelta(hours=3),
        seats_onsite=seats[0],
        seats_online=seats[1],
        audience=audience or rng.choice([Audience.OPEN, Audience.CITIES]),
        state=LabState.HELD if is_held else LabState.PUBLISHED,
        created_by_id=maker,
        published_by_id=maker,
        published_at=published,
        held_by_id=maker if is_held else None,
        held_at=start + dt.timedelta(hours=4) if is_held else None,
    )


def _document(lab: Lab) -> SearchDocument:
    return SearchDocument(
        key=lab.subject,
        kind="lab",
        title=lab.title,
        text=f"{lab.summary}\n{lab.place}",
        language=lab.language,
        url=lab.get_absolute_url(),
        audience=audience_keys(lab),
        dated_at=lab.starts_at,
        facets=[f"programme:{lab.programme_id}"],
    )
