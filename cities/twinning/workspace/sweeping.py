"""Asking both sides of each running group how it goes, at set times; then silence is told."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from cities.enums import Role
from cities.models import City, Membership
from cities.twinning.enums import GroupState
from cities.twinning.models import FitAnswer, FitCheck, GroupPart, TwinGroup, TwinGroupCity
from cities.twinning.workspace.dates import ASK_AGAIN, FIT_MONTHS, MOST_ASKS, end_of_month
from hub import delivery
from hub.models import User
from hub.wallclock import out_of_the_night, today

FIT = "group.fit-check"
LASTS = dt.timedelta(days=10)
AT_ONCE = 200
#: A hub that was set up late does not ask about what is long past.
NOT_AFTER = dt.timedelta(days=60)


def ask_what_is_due() -> int:
    """Safe to run at any time, and twice at once."""
    asked = sum(_ask_group(group) for group in _running())
    return asked + sum(_ask_again(pk) for pk in list(_unanswered()[:AT_ONCE]))


def _running() -> list[TwinGroup]:
    """Those formed here; a published pairing has nobody to ask, and no template."""
    groups = TwinGroup.objects.filter(state=GroupState.ACTIVE, scheme__isnull=False)
    return list(groups.select_related("scheme").order_by("pk"))


def _ask_group(group: TwinGroup) -> bool:
    last = group.scheme.months if group.scheme else 0
    for month in FIT_MONTHS:
        due = end_of_month(group, month)
        if month <= last and due <= today() < due + NOT_AFTER:
            return _begin(group, month)
    return False


@transaction.atomic
def _begin(group: TwinGroup, month: int) -> bool:
    check, is_new = FitCheck.objects.get_or_create(group=group, month=month)
    if is_new:
        for city in cities_of(group):
            _mail(check, city)
    return is_new


def _unanswered() -> "QuerySet[FitCheck, int]":
    """Asked once, long enough ago, with a city that has said nothing."""
    due = FitCheck.objects.filter(
        asks__lt=MOST_ASKS,
        asked_at__lte=timezone.now() - ASK_AGAIN,
        group__state=GroupState.ACTIVE,
    )
    return due.filter(Exists(silent_cities())).order_by("pk").values_list("pk", flat=True)


def silent_cities() -> "QuerySet[TwinGroupCity]":
    """Of the check in `OuterRef("pk")`."""
    answered = FitAnswer.objects.filter(check_of=OuterRef(OuterRef("pk")), city=OuterRef("city"))
    return TwinGroupCity.objects.filter(group=OuterRef("group")).exclude(Exists(answered))


@transaction.atomic
def _ask_again(pk: int) -> bool:
    # Two sweeps at once: the second waits here and finds it asked.
    check = FitCheck.objects.select_for_update(of=("self",)).select_related("group").get(pk=pk)
    if check.asks >= MOST_ASKS or check.asked_at > timezone.now() - ASK_AGAIN:
        return False
    check.asks, check.asked_at = check.asks + 1, timezone.now()
    check.save(update_fields=["asks", "asked_at"])
    answered = set(check.answers.values_list("city", flat=True))
    for city in cities_of(check.group):
        if city.pk not in answered:
            _mail(check, city)
    return True


def cities_of(group: TwinGroup) -> list[City]:
    return list(City.objects.filter(group_roles__group=group).in_order())


def _mail(check: FitCheck, city: City) -> None:
    for person in askable(check.group, city):
        due_at = out_of_the_night(check.asked_at, person.time_zone, check.asked_at + LASTS)
        delivery.plan(
            kind=FIT,
            event=f"fit:{check.pk}:{city.pk}",
            receivers=[person],
            version=check.asks,
            due_at=due_at,
            expires_at=due_at + LASTS,
        )


def askable(group: TwinGroup, city: City) -> list[User]:
    """Who speaks for the city in the group; else its leads, else all its people."""
    held = Membership.objects.current().filter(city=city, user__is_active=True)
    part = GroupPart.objects.current().filter(group=group, city=city)
    for some in (
        held.filter(user__in=part.values("holder")),
        held.filter(role=Role.LEAD),
        held,
    ):
        if found := list(User.objects.filter(pk__in=some.values("user")).order_by("pk")):
            return found
    return []
