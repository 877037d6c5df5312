"""The groups of a cohort as its coordinator sees them: one line each, in constant queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import pgettext

from cities.models import City
from cities.twinning.cohorts import meetings, signs
from cities.twinning.cohorts.meetings import Load, Meetings
from cities.twinning.enums import Fit, GroupState
from cities.twinning.models import (
    FitAnswer,
    FitCheck,
    MilestoneMark,
    NextAction,
    Plan,
    PlanFollowUp,
    TwinGroup,
    TwinGroupQuerySet,
)
from cities.twinning.workspace import timeline
from hub.wallclock import today

if TYPE_CHECKING:
    from hub.access import Reader

#: Weeks without a sign of life after which a group is called silent.
SILENT = 4


@dataclass(frozen=True)
class Voice:
    """What a city said to the last question how it goes; None: nothing."""

    city: City
    said: FitAnswer | None


@dataclass(frozen=True)
class CityPlan:
    """The replication plan of one twin; None where it was not begun."""

    city: City
    plan: Plan | None
    written: int = 0
    sections: int = 0
    follow_up: PlanFollowUp | None = None

    @property
    def is_signed(self) -> bool:
        return self.plan is not None and self.plan.signed_version_id is not None

    @property
    def is_late(self) -> bool:
        return self.follow_up is not None and self.follow_up.due_on < today()

    @property
    def words(self) -> str:
        """Where it stands, in two or three words."""
        if self.plan is None:
            return pgettext("replication plan", "Not begun")
        if self.is_signed:
            return pgettext("replication plan", "Signed")
        said = pgettext("replication plan", "%(done)d of %(all)d sections")
        return said % {"done": self.written, "all": self.sections}


@dataclass(frozen=True)
class Line:
    """One group; what it lacks is None or empty."""

    group: TwinGroup
    milestones: Sequence[timeline.Line]
    action: NextAction | None
    last_at: dt.datetime | None
    asked: FitCheck | None
    voices: Sequence[Voice]
    plans: Sequence[CityPlan]
    met: Meetings

    @property
    def done(self) -> int:
        return sum(1 for line in self.milestones if line.mark)

    @property
    def total(self) -> int:
        return len(self.milestones)

    @property
    def is_running(self) -> bool:
        return self.group.state == GroupState.ACTIVE

    @property
    def has_begun(self) -> bool:
        begun: dt.date = self.group.period.lower
        return begun <= today()

    @property
    def coming(self) -> timeline.Line | None:
        """The milestone that is due next, or overdue."""
        return next((line for line in self.milestones if line.mark is None), None)

    @property
    def late(self) -> int:
        return sum(1 for line in self.milestones if line.is_late) if self.is_running else 0

    @property
    def next_on(self) -> dt.date | None:
        """The first day on which something is due or planned."""
        days = [
            self.action.due_on if self.action else None,
            timezone.localdate(self.met.next_at) if self.met.next_at else None,
            self.coming.due_on if self.coming else None,
        ]
        return min((day for day in days if day), default=None)

    @property
    def weeks(self) -> int | None:
        """Of silence, in whole; since the twinning began where there was no sign at all."""
        if not self.is_running or not self.has_begun:
            return None
        begun = self.group.period.lower
        since = timezone.localdate(self.last_at) if self.last_at else begun
        return max(0, (today() - since).days // 7)

    @property
    def is_silent(self) -> bool:
        return self.weeks is not None and self.weeks >= SILENT

    @property
    def is_doubtful(self) -> bool:
        return any(v.said is not None and v.said.answer != Fit.GOOD for v in self.voices)

    @property
    def is_unanswered(self) -> bool:
        return self.asked is not None and any(v.said is None for v in self.voices)

    @property
    def loads(self) -> Sequence[Load]:
        """Of a group that is running: what has ended asks nobody for hours."""
        return self.met.loads if self.is_running else ()

    @property
    def busiest(self) -> Load | None:
        return max(self.loads, key=lambda load: (load.is_over, load.hours), default=None)

    @property
    def is_over(self) -> bool:
        return self.busiest is not None and self.busiest.is_over

    @property
    def is_behind(self) -> bool:
        """Something is overdue: a milestone, the next action, or a follow-up."""
        is_late = self.action is not None and self.action.is_late
        return self.is_running and bool(self.late or is_late or self.met.late)

    @property
    def is_signed(self) -> bool:
        return bool(self.plans) and all(plan.is_signed for plan in self.plans)


def loaded(groups: TwinGroupQuerySet) -> list[TwinGroup]:
    """With all that a line reads of the group itself; three queries."""
    found = groups.select_related("programme", "scheme").with_members().in_order()
    return list(found.prefetch_related("scheme__milestones"))


def lines_of(user: "Reader", groups: Sequence[TwinGroup]) -> list[Line]:
    """Of groups from `loaded`, in their order; of each only what the reader may see."""
    if not groups:
        return []
    marks = _marks(user, groups)
    waiting = NextAction.objects.visible_to(user).filter(group__in=groups, done_at=None)
    actions = {action.group_id: action for action in waiting.select_related("city")}
    met = meetings.of_groups(user, groups)
    last = signs.last_signs(user, groups, met)
    checks, said = _asked(user, groups)
    plans = _plans(user, groups)
    return [
        Line(
            group=group,
            milestones=timeline.lines_of(group, marks[group.pk]),
            action=actions.get(group.pk),
            last_at=last.get(group.pk),
            asked=checks.get(group.pk),
            voices=_voices(group, checks.get(group.pk), said),
            plans=_of_twins(group, plans[group.pk]),
            met=met.get(group.pk, Meetings()),
        )
        for group in groups
    ]


def _marks(user: "Reader", groups: Sequence[TwinGroup]) -> dict[int, dict[int, MilestoneMark]]:
    found: dict[int, dict[int, MilestoneMark]] = defaultdict(dict)
    for mark in MilestoneMark.objects.visible_to(user).filter(group__in=groups):
        found[mark.group_id][mark.milestone_id] = mark
    return found


def _asked(
    user: "Reader", groups: Sequence[TwinGroup]
) -> tuple[dict[int, FitCheck], dict[tuple[int, int], FitAnswer]]:
    """The newest question of each group, and what was said to it: by question and city."""
    seen = FitCheck.objects.visible_to(user).filter(group__in=groups)
    newest = list(seen.order_by("group", "-month").distinct("group"))
    answers = FitAnswer.objects.visible_to(user).filter(check_of__in=newest)
    said = {(answer.check_of_id, answer.city_id): answer for answer in answers}
    return {check.group_id: check for check in newest}, said


def _voices(
    group: TwinGroup, check: FitCheck | None, said: Mapping[tuple[int, int], FitAnswer]
) -> list[Voice]:
    if check is None:
        return []
    return [Voice(m.city, said.get((check.pk, m.city_id))) for m in group.loaded_members]


def _plans(user: "Reader", groups: Sequence[TwinGroup]) -> dict[int, list[CityPlan]]:
    seen = Plan.objects.visible_to(user).filter(group__in=groups).select_related("city")
    found: dict[int, list[CityPlan]] = defaultdict(list)
    for plan in seen.with_progress(user):
        first = plan.waiting[0] if plan.waiting else None
        found[plan.group_id].append(
            CityPlan(plan.city, plan, plan.written, plan.sections, follow_up=first)
        )
    return found


def _of_twins(group: TwinGroup, plans: Iterable[CityPlan]) -> list[CityPlan]:
    """One for each twin of a group that follows a template; without one it writes none."""
    begun = {plan.city.pk: plan for plan in plans}
    if group.scheme is None and not begun:
        return []
    for plan in begun.values():
        if plan.plan is not None:
            # Its address is made of the group's: it is not asked for again.
            plan.plan.group = group
    return [begun.get(city.pk, CityPlan(city, None)) for city in group.twins]
