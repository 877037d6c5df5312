"""What the desk of a cohort learns of its groups' exchanges: hours, meetings, follow-ups."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils import timezone

from cities.twinning.cohorts.meetings import Load, Meetings
from cities.twinning.models import TwinGroup
from hub.wallclock import in_months, today
from labs.budgets import AHEAD, asked_of, registered_in
from labs.enums import LabState
from labs.models import Lab, Outcome

if TYPE_CHECKING:
    from hub.access import Reader


def meetings_of(user: "Reader", groups: Sequence[TwinGroup]) -> dict[int, Meetings]:
    """Three queries, however many groups; drafts count as what is planned."""
    seen = Lab.objects.visible_to(user).filter(group__in=groups)
    by_group: dict[int, list[Lab]] = defaultdict(list)
    for lab in seen.exclude(state=LabState.CANCELLED).order_by("starts_at", "pk"):
        by_group[lab.group_id or 0].append(lab)
    counts = registered_in(groups)
    opened, late = _follow_ups(user, groups)
    return {
        group.pk: Meetings(
            loads=_loads(group, by_group[group.pk], counts),
            last_at=_last(by_group[group.pk]),
            next_at=_next(by_group[group.pk]),
            open=opened[group.pk],
            late=late[group.pk],
        )
        for group in groups
    }


def _loads(
    group: TwinGroup, labs: Sequence[Lab], counts: dict[tuple[int, int], int]
) -> Sequence[Load]:
    """Of this month and the next ones; nothing where no template says what was agreed."""
    if group.scheme is None:
        return ()
    cities = [member.city for member in group.loaded_members]
    asked = asked_of(labs, cities, counts)
    first = today().replace(day=1)
    months = [in_months(first, n) for n in range(AHEAD)]
    agreed = group.scheme.hours_a_month
    found = []
    for city in cities:
        hours = [asked.get((month, city.pk), 0.0) for month in months]
        is_over = any(h > agreed for h in hours)
        found.append(Load(city, round(sum(hours)), agreed * AHEAD, is_over))
    return found


def _last(labs: Sequence[Lab]) -> dt.datetime | None:
    over = [lab.ends_at for lab in labs if lab.is_over and lab.state != LabState.DRAFT]
    return max(over, default=None)


def _next(labs: Sequence[Lab]) -> dt.datetime | None:
    now = timezone.now()
    return min((lab.starts_at for lab in labs if lab.starts_at > now), default=None)


def _follow_ups(user: "Reader", groups: Sequence[TwinGroup]) -> tuple[Counter[int], Counter[int]]:
    """Group → open ones, and those of them that are late."""
    seen = Outcome.objects.visible_to(user).follow_ups().open()
    rows = (
        seen.filter(minutes__lab__group__in=groups)
        .order_by()
        .values_list("minutes__lab__group_id", "due_on")
        .annotate(n=Count("pk"))
    )
    opened, late = Counter[int](), Counter[int]()
    for group, due_on, n in rows:
        opened[group] += n
        late[group] += n if due_on < today() else 0
    return opened, late
