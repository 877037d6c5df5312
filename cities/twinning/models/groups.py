import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Case, F, IntegerField, Prefetch, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City, Programme
from cities.twinning.enums import GroupRole, GroupState, SourceKind
from cities.twinning.models.schemes import Scheme

if TYPE_CHECKING:
    from hub.access import Reader


class TwinGroupQuerySet(models.QuerySet["TwinGroup"]):
    def visible_to(self, user: "Reader") -> "TwinGroupQuerySet":
        """Who learns from whom is a public fact; what a group writes is not."""
        return self.all()

    def of_city(self, city_id: int) -> "TwinGroupQuerySet":
        return self.filter(members__city_id=city_id)

    def with_members(self) -> "TwinGroupQuerySet":
        members = TwinGroupCity.objects.select_related("city").in_order()
        return self.prefetch_related(Prefetch("members", members, to_attr="loaded_members"))  # type: ignore[no-redef]  # declared for readers below

    def in_order(self) -> "TwinGroupQuerySet":
        return self.order_by(F("cohort").asc(nulls_last=True), "title", "pk")


class TwinGroup(models.Model):
    """A pilot (a city, or several that share one pilot activity) with one or more twins."""

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="groups", verbose_name=_("programme")
    )
    #: Made of the members' names; kept so that other rooms can name a group without them.
    title = models.CharField(_("title"), max_length=250)
    slug = models.SlugField(max_length=120, unique=True)
    cohort = models.PositiveSmallIntegerField(_("cohort"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=GroupState, default=GroupState.ACTIVE
    )
    period = DateRangeField(_("period"))
    source_kind = models.CharField(
        _("where the pairing is stated"), max_length=9, choices=SourceKind, default=SourceKind.OWN
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    #: The template that the group follows; it moves to a newer one only if it chooses to.
    scheme = models.ForeignKey(
        Scheme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="groups",
        verbose_name=_("template"),
    )

    objects: ClassVar[models.Manager["TwinGroup"]] = TwinGroupQuerySet.as_manager()

    # Filled by with_members().
    loaded_members: list["TwinGroupCity"]

    class Meta:
        verbose_name = _("twin group")
        verbose_name_plural = _("twin groups")
        constraints = [
            models.CheckConstraint(
                name="group_period_has_start",
                condition=Q(period__isempty=False, period__startswith__isnull=False),
            ),
            models.CheckConstraint(
                name="group_state_known", condition=Q(state__in=GroupState.values)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("group", args=[self.slug])

    @property
    def subject(self) -> str:
        return f"group:{self.pk}"

    @property
    def last_day(self) -> dt.date | None:
        """The period's end as people say it; the range itself excludes its end."""
        return self.period.upper - dt.timedelta(days=1) if self.period.upper else None

    @property
    def pilots(self) -> list[City]:
        return [m.city for m in self.loaded_members if m.role == GroupRole.PILOT]

    @property
    def twins(self) -> list[City]:
        return [m.city for m in self.loaded_members if m.role == GroupRole.TWIN]


class TwinGroupCityQuerySet(models.QuerySet["TwinGroupCity"]):
    def in_order(self) -> "TwinGroupCityQuerySet":
        """Pilots before twins, then by name."""
        pilots_first = Case(
            When(role=GroupRole.PILOT, then=Value(0)), default=Value(1), output_field=IntegerField()
        )
        return self.order_by(pilots_first, "city__name")


class TwinGroupCity(models.Model):
    """A city in a twin group; the role belongs to this pairing.

    That each group keeps a pilot and a twin is watched by deferred triggers
    (0002_group_is_whole).
    """

    group = models.ForeignKey(
        TwinGroup, models.CASCADE, related_name="members", verbose_name=_("twin group")
    )
    city = models.ForeignKey(
        City, models.PROTECT, related_name="group_roles", verbose_name=_("city")
    )
    role = models.CharField(_("role"), max_length=5, choices=GroupRole)

    objects: ClassVar[models.Manager["TwinGroupCity"]] = TwinGroupCityQuerySet.as_manager()

    class Meta:
        verbose_name = _("city in a twin group")
        verbose_name_plural = _("cities in twin groups")
        constraints = [
            models.UniqueConstraint(fields=["group", "city"], name="group_city_once"),
            models.CheckConstraint(
                name="group_city_role_known", condition=Q(role__in=GroupRole.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city} ({self.get_role_display()})"


class GroupMembership(models.Model):
    """A person in a twin group who is not staff of one of its cities."""

    group = models.ForeignKey(
        TwinGroup, models.CASCADE, related_name="memberships", verbose_name=_("twin group")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="group_memberships"
    )
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("membership of a twin group")
        verbose_name_plural = _("memberships of twin groups")
        constraints = [
            models.CheckConstraint(
                name="group_membership_ended_at_with_by",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["group", "user"],
                name="group_membership_once_at_a_time",
                condition=Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.group}"
