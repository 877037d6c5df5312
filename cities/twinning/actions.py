import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from slugify import slugify

from cities.models import City, Programme
from cities.twinning.documents import put_group
from cities.twinning.enums import GroupRole, GroupState, SourceKind
from cities.twinning.models import Scheme, TwinGroup, TwinGroupCity


@transaction.atomic
def form_group(
    *,
    programme: Programme,
    pilots: Sequence[City],
    twins: Sequence[City],
    period: tuple[dt.date, dt.date | None],
    cohort: int | None = None,
    state: GroupState = GroupState.ACTIVE,
    source_kind: SourceKind = SourceKind.OWN,
    source: str = "",
    scheme: Scheme | None = None,
) -> TwinGroup:
    """A new twin group with its cities, named after them, found by search."""
    title = title_of(pilots, twins)
    group = TwinGroup.objects.create(
        programme=programme,
        title=title,
        slug=_free_slug(title),
        cohort=cohort,
        state=state,
        period=period,
        source_kind=source_kind,
        source=source,
        scheme=scheme,
    )
    members = [(city, GroupRole.PILOT) for city in pilots]
    members += [(city, GroupRole.TWIN) for city in twins]
    TwinGroupCity.objects.bulk_create(
        [TwinGroupCity(group=group, city=city, role=role) for city, role in members]
    )
    # The period comes back from the database as a range.
    group.refresh_from_db(fields=["period"])
    put_group(group)
    return group


def title_of(pilots: Sequence[City], twins: Sequence[City]) -> str:
    """ "Klagenfurt, Vilnius – Chalkida": pilots, then twins."""
    sides = (", ".join(city.name for city in side) for side in (pilots, twins))
    return " – ".join(sides)[:250]


def _free_slug(title: str) -> str:
    wanted = slugify(title, max_length=100)
    taken = set(TwinGroup.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    if wanted not in taken:
        return wanted
    return next(s for n in range(2, len(taken) + 3) if (s := f"{wanted}-{n}") not in taken)
