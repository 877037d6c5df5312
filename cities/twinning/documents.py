"""What search knows of twin groups."""

import datetime as dt

from cities.documents import OWN_LANGUAGES
from cities.twinning.models import TwinGroup
from hub import access, search


def put_group(group: TwinGroup) -> None:
    """Index a twin group, in the transaction that changed it."""
    cities = list(group.members.values_list("city_id", flat=True))
    search.put(
        key=group.subject,
        kind="group",
        title=group.title,
        text=group.programme.name,
        url=group.get_absolute_url(),
        language="",
        also_in=OWN_LANGUAGES,
        audience=[access.PUBLIC],
        dated_at=dt.datetime.combine(group.period.lower, dt.time(12), dt.UTC),
        facets=[group.subject, f"programme:{group.programme_id}", *(f"city:{c}" for c in cities)],
    )


def put_groups() -> None:
    for group in TwinGroup.objects.select_related("programme").iterator():
        put_group(group)
