"""When a twin group last gave a sign of life: anything done, written, said or met."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import F, Func, Max, TextField

from cities.twinning.cohorts.meetings import Meetings
from cities.twinning.models import GroupNote, PlanText, TwinGroup
from hub.models import Event

if TYPE_CHECKING:
    from hub.access import Reader

#: What coordinators do to a group is no sign of the group's.
NOT_THEIRS = ("group.formed",)


def last_signs(
    user: "Reader", groups: Sequence[TwinGroup], met: Mapping[int, Meetings]
) -> dict[int, dt.datetime]:
    """Group → the newest; three queries, however many groups. Of what the reader may see."""
    found = {pk: m.last_at for pk, m in met.items() if m.last_at is not None}
    notes = GroupNote.objects.visible_to(user).filter(group__in=groups)
    texts = PlanText.objects.visible_to(user).filter(plan__group__in=groups)
    _later(found, _told(user, groups))
    _later(found, _newest(notes, "group", "written_at"))
    _later(found, _newest(texts.exclude(changed_at=None), "plan__group", "changed_at"))
    return found


def _later(found: dict[int, dt.datetime], more: Iterable[tuple[int, dt.datetime]]) -> None:
    for group, at in more:
        found[group] = max(at, found.get(group, at))


def _newest(rows: Any, group: str, at: str) -> Iterable[tuple[int, dt.datetime]]:
    pairs: Iterable[tuple[int, dt.datetime]] = (
        rows.order_by().values(group).annotate(newest=Max(at)).values_list(group, "newest")
    )
    return pairs


def _told(user: "Reader", groups: Sequence[TwinGroup]) -> Iterable[tuple[int, dt.datetime]]:
    """What the hub was told of them; an event may be about several things."""
    by_subject = {group.subject: group.pk for group in groups}
    seen = Event.objects.visible_to(user).about(*by_subject).exclude(verb__in=NOT_THEIRS)
    each = Func(F("subjects"), function="unnest", output_field=TextField())
    rows = seen.order_by().values(subject=each).annotate(newest=Max("created_at"))
    return [
        (by_subject[subject], newest)
        for subject, newest in rows.values_list("subject", "newest")
        if subject in by_subject
    ]
