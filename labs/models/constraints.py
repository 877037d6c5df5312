"""What the database holds of a Lab, whoever writes to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Q
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import LessThan, LessThanOrEqual

from hub.models import removed_with_reason
from labs.enums import EXCHANGES, OF_EXCHANGES, OF_LABS
from labs.questions import MOST as MOST_QUESTIONS

# Further out, hours in zones and calendar files can no longer be reckoned.
BEGIN_OF_CALENDAR = datetime(1900, 1, 1, tzinfo=UTC)
END_OF_CALENDAR = datetime(2200, 1, 2, tzinfo=UTC)


def _begins_a_day(name: str) -> Q:
    """On the clocks of its zone; a moment before, since some clocks jump over midnight."""
    before = ExpressionWrapper(F(name) - timedelta(seconds=1), models.DateTimeField())
    return Q(LessThan(_day(before), _day(F(name))))


def _day(when: Any) -> Cast:
    local = Func(F("time_zone"), when, function="timezone", output_field=models.DateTimeField())
    return Cast(local, models.DateField())


OF_LAB: list[models.BaseConstraint] = [
    removed_with_reason("lab_removed_with_reason"),
    models.CheckConstraint(name="lab_starts_before_end", condition=Q(starts_at__lt=F("ends_at"))),
    models.CheckConstraint(
        name="lab_all_day_is_whole_days",
        condition=Q(is_all_day=False) | (_begins_a_day("starts_at") & _begins_a_day("ends_at")),
    ),
    models.CheckConstraint(
        name="lab_within_calendar",
        condition=Q(starts_at__gte=BEGIN_OF_CALENDAR, ends_at__lt=END_OF_CALENDAR),
    ),
    models.CheckConstraint(
        name="lab_closes_before_start",
        condition=Q(registers_until__isnull=True) | Q(registers_until__lte=F("starts_at")),
    ),
    models.CheckConstraint(
        name="lab_asks_few_questions",
        condition=LessThanOrEqual(
            Func(
                F("questions"),
                function="jsonb_array_length",
                output_field=models.IntegerField(),
            ),
            MOST_QUESTIONS,
        ),
    ),
    models.CheckConstraint(
        name="lab_offers_for_some_hours",
        condition=Q(offer_hours__isnull=True) | Q(offer_hours__gte=1, offer_hours__lte=168),
    ),
    models.CheckConstraint(
        name="lab_exchange_has_group",
        condition=Q(kind="learning-lab", group__isnull=True, audience__in=[*map(str, OF_LABS)])
        | Q(
            kind__in=[*map(str, EXCHANGES)],
            group__isnull=False,
            audience__in=[*map(str, OF_EXCHANGES)],
        ),
    ),
    models.CheckConstraint(name="lab_has_title_and_slug", condition=~Q(title="") & ~Q(slug="")),
    models.CheckConstraint(
        name="lab_offers_a_mode",
        condition=Q(seats_onsite__isnull=False) | Q(seats_online__isnull=False),
    ),
    models.CheckConstraint(
        name="lab_seats_positive",
        condition=(Q(seats_onsite__isnull=True) | Q(seats_onsite__gt=0))
        & (Q(seats_online__isnull=True) | Q(seats_online__gt=0)),
    ),
    models.CheckConstraint(
        name="lab_seated_within_seats",
        condition=Q(seated_onsite__lte=Coalesce(F("seats_onsite"), 0))
        & Q(seated_online__lte=Coalesce(F("seats_online"), 0)),
    ),
    models.CheckConstraint(
        name="lab_published_at_with_by",
        condition=Q(published_at__isnull=True, published_by__isnull=True)
        | Q(published_at__isnull=False, published_by__isnull=False),
    ),
    models.CheckConstraint(
        name="lab_cancelled_at_with_by",
        condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
        | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
    ),
    models.CheckConstraint(
        name="lab_held_at_with_by",
        condition=Q(held_at__isnull=True, held_by__isnull=True)
        | Q(held_at__isnull=False, held_by__isnull=False),
    ),
    models.CheckConstraint(
        name="lab_state_as_its_dates_say",
        condition=Q(
            state="draft",
            published_at__isnull=True,
            cancelled_at__isnull=True,
            held_at__isnull=True,
        )
        | Q(
            state="published",
            published_at__isnull=False,
            cancelled_at__isnull=True,
            held_at__isnull=True,
        )
        | Q(
            state="cancelled",
            published_at__isnull=False,
            cancelled_at__isnull=False,
            held_at__isnull=True,
        )
        | Q(
            state="held",
            published_at__isnull=False,
            cancelled_at__isnull=True,
            held_at__isnull=False,
        ),
    ),
]
