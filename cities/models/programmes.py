import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cities.enums import CityRole
from cities.models.places import City, Organisation

if TYPE_CHECKING:
    from hub.access import Reader


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: "Reader") -> "ProgrammeQuerySet":
        """Programmes are public facts."""
        return self.all()


class Programme(models.Model):
    """A funded frame with a start and an end; one installation holds several."""

    name = models.CharField(_("name"), max_length=160)
    slug = models.SlugField(max_length=160, unique=True)
    short_name = models.CharField(_("short name"), max_length=40)
    summary_en = models.TextField(_("summary in English"), max_length=2000, blank=True)
    summary_sv = models.TextField(_("summary in Swedish"), max_length=2000, blank=True)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    coordinator = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="programmes",
        verbose_name=_("coordinator"),
        null=True,
        blank=True,
    )
    website = models.URLField(_("website"), blank=True)
    #: The rhythm of a year: how many Labs are meant to be held.
    labs_a_year_least = models.PositiveSmallIntegerField(_("Labs a year, at least"), default=2)
    labs_a_year_most = models.PositiveSmallIntegerField(_("Labs a year, at most"), default=4)

    objects: ClassVar[models.Manager["Programme"]] = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="programme_starts_before_end",
                condition=Q(ends_on__isnull=True) | Q(starts_on__lt=F("ends_on")),
            ),
            models.CheckConstraint(
                name="programme_rhythm_in_order",
                condition=Q(labs_a_year_least__lte=F("labs_a_year_most")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programme", args=[self.slug])

    @property
    def subject(self) -> str:
        return f"programme:{self.pk}"

    @property
    def summary(self) -> str:
        """In the reader's language, else in the one there is."""
        in_swedish = (get_language() or "").startswith("sv")
        first, second = self.summary_en, self.summary_sv
        return (second or first) if in_swedish else (first or second)


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, user: "Reader") -> "ParticipationQuerySet":
        """Who takes part is a public fact."""
        return self.all()

    def current(self) -> "ParticipationQuerySet":
        return self.filter(period__contains=timezone.localdate())


class Participation(models.Model):
    """A city in a programme, with its role there, for a time."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="participations", verbose_name=_("programme")
    )
    city = models.ForeignKey(
        City, models.CASCADE, related_name="participations", verbose_name=_("city")
    )
    role = models.CharField(_("role"), max_length=8, choices=CityRole)
    period = DateRangeField(_("period"))
    #: 1, 2, …: the cities taken in together; null where a programme has no cohorts.
    cohort = models.PositiveSmallIntegerField(_("cohort"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    added_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[models.Manager["Participation"]] = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            ExclusionConstraint(
                name="participation_once_at_a_time",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    ("city", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            # An empty range has no start either.
            models.CheckConstraint(
                name="participation_has_a_start", condition=Q(period__startswith__isnull=False)
            ),
            models.CheckConstraint(
                name="participation_added_at_with_by",
                condition=Q(added_at__isnull=True, added_by__isnull=True)
                | Q(added_at__isnull=False, added_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city} – {self.programme}"

    def has_ended(self, today: dt.date) -> bool:
        return self.period.upper is not None and self.period.upper <= today

    @property
    def last_day(self) -> dt.date | None:
        """The period's end as people say it; the range itself excludes its end."""
        return self.period.upper - dt.timedelta(days=1) if self.period.upper else None
